"""Attacks below ASGI, over raw TCP, against a real server: each must fail, and must work without its mend.

The second half matters as much: `fails_without` runs every attack once more with one mend undone, and the
test passes then only if the attack got through. A mend that Hypercorn no longer needs shows up here.
"""

from __future__ import annotations

import asyncio
import socket as sockets
import tracemalloc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.protocol.ws_stream import WSStream
from starlette.types import Send
from wsproto.extensions import Extension, PerMessageDeflate

from jam.http import guarded_connection, hardening
from jam.http.guarded_connection import GuardedServer, Inbox
from jam.http.guarded_socket import ControlBudget, FrameLimit, GuardedStream
from jam.http.hardening import SEAMS, HardeningError, harden
from jam.http.transport import FrameWriter
from jam.live.senders import text_frame
from tests.http.support import (
    CLOSE,
    HANDSHAKE,
    HOST,
    PATIENCE,
    PING,
    PONG,
    TEXT,
    Recorder,
    frame,
    header,
    listen,
    raw,
    served,
    socket,
)

LINGER = guarded_connection.SOCKET_LINGER_SECONDS
ATTACK_WORKED = (AssertionError, TimeoutError, OSError, asyncio.IncompleteReadError)
Undo = Callable[[pytest.MonkeyPatch], None]


def fails_without(undo: Undo) -> Callable[[Callable[[], Awaitable[None]]], Callable[..., Awaitable[None]]]:
    """Run a test with every mend in place, and once more with one undone, when it must fail."""

    def decorate(test: Callable[[], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        @pytest.mark.anyio
        @pytest.mark.parametrize("mended", [True, pytest.param(False, marks=pytest.mark.slow)])
        async def both(mended: bool, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
            if mended:
                await test()
                return
            undo(monkeypatch)
            # What never comes is waited for: a mended server does all of this in milliseconds.
            for awaited in PATIENCE:
                monkeypatch.setitem(PATIENCE, awaited, 1.5 if request.config.getoption("--full") else 0.5)
            with pytest.raises(ATTACK_WORKED):
                await test()

        both.__name__, both.__doc__ = test.__name__, test.__doc__
        return both

    return decorate


def seam(name: str, original: type | None = None) -> Undo:
    """Leave Hypercorn's own class where it is."""

    def undo(monkeypatch: pytest.MonkeyPatch) -> None:
        module, _, guarded = next(row for row in SEAMS if row[1] == name)
        monkeypatch.setattr(hardening, "SEAMS", tuple(row for row in SEAMS if row[1] != name))
        monkeypatch.setattr(module, name, original or guarded.__base__)

    return undo


def method(owner: type, name: str, original: Any) -> Undo:
    """Put another method where a mend is."""
    return lambda monkeypatch: monkeypatch.setattr(owner, name, original)


def nothing(*_: Any) -> None:
    """A check that finds nothing, a step that does nothing."""


async def nothing_awaited(*_: Any) -> None:
    """The same, awaited."""


# --- what a frame may be ------------------------------------------------------------------------------------


@fails_without(seam("PerMessageDeflate", PerMessageDeflate))
async def test_compression_is_never_negotiated() -> None:
    async with served(Recorder()) as port, raw(port) as client:
        answer = await client.upgrade(b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")
        assert b"permessage-deflate" not in answer
        client.send(frame(TEXT, b"looks compressed", rsv=4))
        assert await client.close_code() == 1002


@fails_without(method(FrameLimit, "frame_inbound_header", Extension.frame_inbound_header))
async def test_frame_that_declares_a_gigabyte_is_refused_before_its_bytes_come() -> None:
    app = Recorder(listen)
    async with served(app) as port, socket(port) as client:
        client.send(header(TEXT, 1 << 30), b"only this")
        assert await client.close_code() == 1009
        assert await client.end() == b""
        await client.gone(LINGER)
        assert app.close_codes == [1009]


@fails_without(method(GuardedStream, "check_bytes", nothing))
async def test_message_size_is_counted_in_bytes_and_over_all_fragments() -> None:
    app = Recorder(listen)
    async with served(app) as port, socket(port) as client:
        most = "\U0001f600" * 4096
        client.send(frame(TEXT, most[:2048].encode(), fin=False), frame(0, most[2048:].encode()))
        client.send(frame(TEXT, most[:2048].encode(), fin=False), frame(0, most[2048:].encode() + b"!"))
        assert await client.close_code() == 1009
        assert await client.end() == b""
        assert [message.get("text") for message in app.told[1:]] == [most, None]
        assert app.close_codes == [1009]


@pytest.mark.anyio
async def test_message_of_exactly_16384_bytes_is_taken_and_one_more_byte_closes() -> None:
    async with served(Recorder()) as port, socket(port) as client:
        client.send(frame(TEXT, b"x" * 16_384))
        assert await client.frame() == (TEXT, b"16384")
        client.send(frame(TEXT, b"x" * 16_385))
        assert await client.close_code() == 1009


@fails_without(method(GuardedStream, "check_fragments", nothing))
async def test_message_of_more_than_64_fragments_closes_the_socket() -> None:
    async with served(Recorder()) as port, socket(port) as client:
        first, more, last = frame(TEXT, b"x", fin=False), frame(0, b"x", fin=False), frame(0, b"x")
        client.send(first, more * 62, last)
        assert await client.frame() == (TEXT, b"64")
        client.send(first, more * 10_000)
        assert await client.close_code() == 1002


@fails_without(method(GuardedStream, "check_fragments", nothing))
async def test_empty_fragments_count_too() -> None:
    async with served(Recorder()) as port, socket(port) as client:
        client.send(frame(TEXT, fin=False), frame(0, fin=False) * 100)
        assert await client.close_code() == 1002


@pytest.mark.anyio
async def test_one_frame_in_two_hundred_tcp_reads_is_one_fragment() -> None:
    async with served(Recorder()) as port, socket(port) as client:
        whole = frame(TEXT, b"x" * 200)
        for position in range(len(whole)):
            client.send(whole[position : position + 1])
            for _ in range(5):  # turns of the loop in which the server, in this same process, reads it
                await asyncio.sleep(0)
        assert await client.frame() == (TEXT, b"200")


@fails_without(method(GuardedStream, "check_control", nothing))
async def test_flood_of_pings_closes_with_4500() -> None:
    app = Recorder(listen)
    async with served(app) as port, socket(port) as client:
        client.send(frame(PING, b"?") * 1_000)
        assert [await client.frame() for _ in range(10)] == [(PONG, b"?")] * 10
        assert await client.close_code() == 4500
        assert await client.end() == b""
        assert app.close_codes == [4500]


@pytest.mark.anyio
async def test_nothing_after_a_refusal_reaches_the_app() -> None:
    async def listen_on(app: Recorder, send: Send) -> None:
        await listen(app, send)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(app.next(), 0.1)

    app = Recorder(listen_on)
    async with served(app) as port, socket(port) as client:
        client.send(frame(PING) * 11, frame(TEXT, b"after"))
        await asyncio.wait_for(app.ended.wait(), PATIENCE["end"])
        assert [message["type"] for message in app.told] == ["websocket.connect", "websocket.disconnect"]


@fails_without(method(GuardedStream, "check_control", nothing))
async def test_flood_of_pongs_closes_with_4500() -> None:
    async with served(Recorder()) as port, socket(port) as client:
        client.send(frame(PONG) * 1_000)
        assert await client.close_code() == 4500


def test_control_frames_are_ten_at_once_and_then_one_every_six_seconds() -> None:
    now = 0.0
    budget = ControlBudget(lambda: now)
    assert [budget.take() for _ in range(11)] == [True] * 10 + [False]
    now = 5.9
    assert not budget.take()
    now = 6.1
    assert [budget.take(), budget.take()] == [True, False]
    now = 3600
    assert [budget.take() for _ in range(11)] == [True] * 10 + [False]


MALFORMED = {
    "continuation_without_a_start": (frame(0, b"x"), 1002),
    "start_inside_a_message": (frame(TEXT, b"x", fin=False) + frame(TEXT, b"x"), 1002),
    "rsv1": (frame(TEXT, b"x", rsv=4), 1002),
    "rsv3": (frame(TEXT, b"x", rsv=1), 1002),
    "unmasked": (frame(TEXT, b"x", masked=False), 1002),
    "opcode_3": (frame(3, b"x"), 1002),
    "opcode_11": (frame(11, b"x"), 1002),
    "ping_of_126_bytes": (frame(PING, b"x" * 126), 1002),
    "ping_in_fragments": (frame(PING, b"x", fin=False), 1002),
    "close_of_one_byte": (frame(CLOSE, b"x"), 1002),
    "close_with_1005": (frame(CLOSE, (1005).to_bytes(2)), 1002),
    "close_with_999": (frame(CLOSE, (999).to_bytes(2)), 1002),
    "length_in_too_many_bytes": (b"\x81\xfe\x00\x01" + b"\x11\x22\x33\x44x", 1002),
    "bad_utf8": (frame(TEXT, b"\xff"), 1007),
    "surrogate_in_utf8": (frame(TEXT, b"\xed\xa0\x80"), 1007),
    "utf8_that_stops_early": (frame(TEXT, b"ok \xc3"), 1007),
    "bad_utf8_in_the_close_reason": (frame(CLOSE, (1000).to_bytes(2) + b"\xff"), 1007),
}


@pytest.mark.anyio
@pytest.mark.parametrize("name", MALFORMED)
async def test_malformed_frame_is_told_its_code_and_the_app_hears_it_and_tcp_ends(name: str) -> None:
    bytes_, code = MALFORMED[name]
    await assert_refused(bytes_, code)


@fails_without(method(GuardedStream, "_handle_events", WSStream._handle_events))
async def test_malformed_frame_does_not_end_in_silence() -> None:
    await assert_refused(*MALFORMED["rsv1"])


async def assert_refused(bytes_: bytes, code: int) -> None:
    app = Recorder(listen)
    async with served(app) as port, socket(port) as client:
        client.send(bytes_)
        assert await client.close_code() == code
        assert await client.end() == b""
        assert app.close_codes == [code]


@fails_without(seam("WSStream"))
async def test_tcp_ends_within_a_second_of_a_message_that_is_too_big() -> None:
    """Hypercorn sends 1009 and goes on reading; the app is told nothing."""
    app = Recorder(listen)
    async with served(app) as port, socket(port) as client:
        client.send(frame(TEXT, b"x" * 10_000, fin=False), frame(0, b"x" * 10_000))
        assert await client.close_code() == 1009
        await client.gone(LINGER)
        assert app.close_codes == [1009]


@pytest.mark.anyio
async def test_code_point_split_over_fragments_is_one_character() -> None:
    async with served(Recorder()) as port, socket(port) as client:
        client.send(frame(TEXT, b"\xc3", fin=False), frame(PING), frame(0, b"\xa9"))
        assert await client.frame() == (PONG, b"")
        assert await client.frame() == (TEXT, b"1")


@fails_without(method(GuardedStream, "_handle_events", WSStream._handle_events))
async def test_code_with_which_the_peer_closed_reaches_the_app() -> None:
    app = Recorder(listen)
    async with served(app) as port, socket(port) as client:
        client.send(frame(CLOSE, (1001).to_bytes(2) + b"away"))
        assert await client.close_code() == 1001
        assert await client.end() == b""
        assert app.close_codes == [1001]


# --- what a handshake may be --------------------------------------------------------------------------------


@fails_without(method(GuardedStream, "_leave_refused_handshake", nothing_awaited))
async def test_refused_handshake_does_not_keep_its_connection() -> None:
    async with served(Recorder()) as port, raw(port) as client:
        client.send(HANDSHAKE.replace(b"Version: 13", b"Version: 7") + b"\r\n")
        assert (await client.head()).startswith(b"HTTP/1.1 400")
        assert await client.end() == b""


@fails_without(method(GuardedStream, "handle", WSStream.handle))
async def test_bytes_before_the_handshake_is_answered_do_not_leave_the_app_waiting() -> None:
    app = Recorder(listen)
    async with served(app) as port, raw(port) as client:
        client.send(HANDSHAKE + b"\r\n" + frame(TEXT, b"early"))
        assert (await client.head()).startswith(b"HTTP/1.1 400")
        assert await client.end() == b""
        await asyncio.wait_for(app.ended.wait(), PATIENCE["end"])


REFUSED_REQUESTS = {
    "h2c_upgrade": b"GET / HTTP/1.1\r\nHost: t\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    b"HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
    "h2c_among_others": b"GET / HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: ws, H2C\r\n\r\n",
    "h2_prior_knowledge": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "connect": b"CONNECT intern:80 HTTP/1.1\r\nHost: intern:80\r\n\r\n",
    "trace": b"TRACE / HTTP/1.1\r\nHost: t\r\n\r\n",
    "length_and_chunked": b"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /admin HTTP/1.1\r\nHost: t\r\n\r\n",
}


async def ok(app: Recorder, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body"})


async def assert_request_refused(name: str) -> None:
    app = Recorder(ok)
    async with served(app, keep_alive_timeout=60) as port, raw(port) as client:
        client.send(REFUSED_REQUESTS[name])
        head = await client.head()
        assert head.startswith(b"HTTP/1.1 400")
        assert b"\r\nconnection: close\r\n" in head.lower()
        assert await client.end() == b""
        assert not app.ended.is_set()
        client.writer.close()
        await no_connection_left()


@fails_without(seam("H11Protocol"))
async def test_upgrade_to_h2c_is_refused() -> None:
    await assert_request_refused("h2c_upgrade")


@fails_without(seam("H11Protocol"))
async def test_http2_by_prior_knowledge_is_refused() -> None:
    await assert_request_refused("h2_prior_knowledge")


@fails_without(seam("H11Protocol"))
async def test_connect_is_refused() -> None:
    await assert_request_refused("connect")


@fails_without(seam("H11Protocol"))
async def test_trace_is_refused() -> None:
    await assert_request_refused("trace")


@fails_without(seam("H11Protocol"))
async def test_request_with_two_ways_to_say_its_length_is_refused() -> None:
    await assert_request_refused("length_and_chunked")


@pytest.mark.anyio
@pytest.mark.parametrize(
    "request_",
    [
        REFUSED_REQUESTS["h2c_among_others"],
        b"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5, 6\r\n\r\nhello",
        b"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: -5\r\n\r\nhello",
        b"GET / HTTP/1.1\r\nHost: t\r\nHost: u\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: t\r\nX : y\r\n\r\n",
        b"GET  / HTTP/1.1\r\nHost: t\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
async def test_ambiguous_or_malformed_request_gets_400_and_the_end(request_: bytes) -> None:
    async with served(Recorder(ok), keep_alive_timeout=60) as port, raw(port) as client:
        client.send(request_)
        assert (await client.head()).startswith(b"HTTP/1.1 400")
        assert await client.end() == b""


@pytest.mark.anyio
@pytest.mark.parametrize("coding", [b"x", b"chunked, chunked", b"chunked\r\nTransfer-Encoding: chunked"])
async def test_unknown_or_doubled_transfer_coding_gets_501_and_the_end(coding: bytes) -> None:
    async with served(Recorder(ok), keep_alive_timeout=60) as port, raw(port) as client:
        client.send(b"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: " + coding + b"\r\n\r\n0\r\n\r\n")
        assert (await client.head()).startswith(b"HTTP/1.1 501")
        assert await client.end() == b""


@pytest.mark.anyio
async def test_nothing_after_a_refused_request_is_parsed_or_keeps_the_connection() -> None:
    app = Recorder(ok)
    async with served(app, keep_alive_timeout=60) as port, raw(port) as client:
        client.send(REFUSED_REQUESTS["trace"], b"GET / HTTP/1.1\r\nHost: t\r\n\r\n" * 5_000)
        answer = await client.end()
        assert answer.count(b"HTTP/1.1 ") == 1
        assert not app.ended.is_set()


# --- no waiting for ever ------------------------------------------------------------------------------------


def connections() -> list[asyncio.Task[Any]]:
    """Hypercorn's task for each connection."""
    return [task for task in asyncio.all_tasks() if "_server_callback" in str(task.get_coro())]


async def no_connection_left() -> None:
    if tasks := connections():
        _, left = await asyncio.wait(tasks, timeout=PATIENCE["end"])
        assert not left


@fails_without(seam("TaskGroup"))
async def test_app_that_returns_with_a_full_inbox_leaves_no_connection_behind() -> None:
    async def take_one(app: Recorder, send: Send) -> None:
        await app.next()

    async with served(Recorder(take_one)) as port, socket(port) as client:
        client.send(frame(TEXT, b"more than the queue holds") * 500)
        assert await client.close_code() == 1011
        await no_connection_left()


@fails_without(seam("TaskGroup"))
async def test_app_that_answers_without_reading_the_body_leaves_no_connection_behind() -> None:
    stalled = asyncio.Event()

    async def answer_late(app: Recorder, send: Send) -> None:
        await stalled.wait()
        await ok(app, send)

    async with served(Recorder(answer_late)) as port, raw(port) as client:
        client.send(b"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 40000000\r\n\r\n", b"x" * 30_000_000)
        await client.stalled()
        stalled.set()
        assert (await client.head()).startswith(b"HTTP/1.1 200")
        assert await client.end() == b""


@fails_without(seam("TaskGroup"))
async def test_app_that_sends_to_a_peer_that_left_is_not_stuck_in_its_own_full_inbox() -> None:
    async def only_send(app: Recorder, send: Send) -> None:
        for _ in range(100):
            await send({"type": "websocket.send", "text": "x" * 1000})
            await asyncio.sleep(0.005)

    app = Recorder(only_send)
    async with served(app) as port:
        async with socket(port) as client:
            client.send(frame(TEXT, b"never read") * 50)
            await client.frame()
        await asyncio.wait_for(app.ended.wait(), PATIENCE["end"] + 2)


@pytest.mark.anyio
async def test_inbox_keeps_nothing_once_the_app_has_returned() -> None:
    inbox = Inbox(2)
    for _ in range(2):
        await inbox.put({"type": "http.request", "body": b"x", "more_body": True})
    inbox.leave()
    await inbox.put({"type": "http.request", "body": b"late", "more_body": True})
    assert inbox.empty()


@fails_without(method(GuardedServer, "_fall_silent", nothing))
async def test_what_still_comes_on_a_closing_connection_is_not_kept() -> None:
    """An upload that was answered before its end goes on until the peer notices."""
    upload = (b"3e8\r\n" + b"x" * 1000 + b"\r\n") * 65

    def send_much(port: int) -> bytes:
        with sockets.create_connection((HOST, port)) as client:
            client.sendall(b"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(400):
                client.sendall(upload)
            return client.recv(1000)

    async with served(Recorder(ok)) as port:
        tracemalloc.start()
        try:
            answer = await asyncio.to_thread(send_much, port)
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert answer.startswith(b"HTTP/1.1 200")
    assert most < 5_000_000


@fails_without(method(GuardedStream, "_leave_after_close", nothing_awaited))
async def test_socket_that_the_app_closed_ends_though_both_sides_then_do_nothing() -> None:
    released = asyncio.Event()

    async def close_and_wait(app: Recorder, send: Send) -> None:
        await send({"type": "websocket.close", "code": 4001, "reason": "slow"})
        await released.wait()

    try:
        async with served(Recorder(close_and_wait)) as port, socket(port) as client:
            assert await client.close_code() == 4001
            assert await client.end() == b""
            await client.gone(LINGER)
            released.set()
    finally:
        released.set()


@pytest.mark.usefixtures("long_linger")
@fails_without(method(GuardedServer, "protocol_send", TCPServer.protocol_send))
async def test_peer_that_is_still_sending_can_read_the_close_code() -> None:
    """A socket closed with unread bytes answers with a reset, and what the peer has not read is lost."""

    async def close(app: Recorder, send: Send) -> None:
        await app.next()
        await send({"type": "websocket.close", "code": 4500, "reason": "enough"})

    app = Recorder(close)
    async with served(app) as port, socket(port) as client:
        client.writer.transport.pause_reading()
        client.send(frame(TEXT, b"x"))
        await app.ended.wait()
        for _ in range(3):
            client.send(frame(TEXT, b"more"))
            await asyncio.sleep(0.01)  # for a reset to come back, if there is one
        client.writer.transport.resume_reading()
        assert await client.close_code() == 4500
        assert await client.end() == b""


@fails_without(method(GuardedServer, "_abort_in_time", nothing))
async def test_peer_that_reads_nothing_is_dropped_within_a_second_of_its_close() -> None:
    async def fill_and_close(app: Recorder, send: Send) -> None:
        writer = FrameWriter.on(send)
        for _ in range(300):
            writer.write(text_frame(b"x" * 60_000))
        assert writer.buffered() > 1_000_000
        await app.next()
        await send({"type": "websocket.close", "code": 4001, "reason": "slow"})

    app = Recorder(fill_and_close)
    async with served(app) as port, socket(port) as client:
        client.writer.transport.pause_reading()
        client.send(frame(TEXT, b"now"))
        await asyncio.wait_for(app.ended.wait(), PATIENCE["end"])
        await asyncio.sleep(LINGER + 0.3)
        client.writer.transport.resume_reading()
        received = 0
        try:
            while chunk := await asyncio.wait_for(client.reader.read(1 << 20), PATIENCE["answer"]):
                received += len(chunk)
        except ConnectionResetError:
            pass
        assert received < 300 * 60_000


@pytest.fixture
def long_linger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_connection, "SOCKET_LINGER_SECONDS", 60)


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_connection, "SEND_SECONDS", 0.3)
    monkeypatch.setattr(guarded_connection, "FLUSH_SECONDS", 0.3)


@fails_without(method(GuardedServer, "_abort_in_time", nothing))
async def test_peer_that_ends_its_side_and_reads_nothing_is_dropped() -> None:
    async def fill(app: Recorder, send: Send) -> None:
        writer = FrameWriter.on(send)
        for _ in range(300):
            writer.write(text_frame(b"x" * 60_000))
        await app.next()

    async with served(Recorder(fill)) as port, socket(port) as client:
        client.writer.transport.pause_reading()
        client.writer.write_eof()
        await no_connection_left()


@pytest.mark.usefixtures("short_patience")
@fails_without(method(GuardedServer, "_initiate_server_close", TCPServer._initiate_server_close))
async def test_peer_that_does_not_read_the_end_of_its_answer_is_dropped_after_the_idle_time() -> None:
    body = b"x" * 20_000_000

    async def answer_much(app: Recorder, send: Send) -> None:
        server = send.__self__.send.__self__.send.__self__  # type: ignore[attr-defined]
        server.writer.transport.set_write_buffer_limits(high=1 << 30)
        server.config.keep_alive_timeout = 0.1  # not before: the question itself might come later than that
        length = str(len(body)).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": body})

    app = Recorder(answer_much)
    async with served(app) as port, raw(port) as client:
        client.writer.transport.pause_reading()
        client.send(b"GET / HTTP/1.1\r\nHost: t\r\n\r\n")
        await asyncio.wait_for(app.ended.wait(), PATIENCE["end"])
        await no_connection_left()


@pytest.mark.usefixtures("short_patience")
@fails_without(method(GuardedServer, "_send_in_time", TCPServer.protocol_send))
async def test_peer_that_asks_for_much_and_reads_nothing_is_dropped() -> None:
    async def answer_much(app: Recorder, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(40):
            await send({"type": "http.response.body", "body": b"x" * 1_000_000, "more_body": True})

    app = Recorder(answer_much)
    async with served(app) as port, raw(port) as client:
        client.send(b"GET / HTTP/1.1\r\nHost: t\r\n\r\n")
        client.writer.transport.pause_reading()
        await asyncio.wait_for(app.ended.wait(), PATIENCE["end"])


# --- the hardening itself -----------------------------------------------------------------------------------


def test_hardening_twice_changes_nothing_more() -> None:
    harden()
    first = [getattr(module, name) for module, name, _ in SEAMS]
    harden()
    assert [getattr(module, name) for module, name, _ in SEAMS] == first == [row[2] for row in SEAMS]


def test_another_hypercorn_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardening, "version", lambda name: "0.19.1")
    with pytest.raises(HardeningError, match=r"Hypercorn 0.18 is needed, and 0.19.1 is installed"):
        harden()


def test_hypercorn_without_a_seam_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    module, name, _ = SEAMS[0]
    monkeypatch.delattr(module, name)
    with pytest.raises(HardeningError, match="PerMessageDeflate"):
        harden()
