"""Rows W1 to W13: frames, hellos and cursors that are none, as the server answers them on the wire.

What a malformed frame does below the protocol is shown with its counter-proof in ``tests/http``; here it
is sent to the product itself.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from jam.http import guarded_connection
from jam.http import socket as socket_adapter
from jam.live.wire import CLOSE_CODES, HELLO_SECONDS, VERSIONS
from tests.bad_inputs.open_jam import closed, open_jam, refusal, say
from tests.http.support import BINARY, PING, TEXT, frame, header
from tests.patience import PATIENCE

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
DEEP = "[" * 8_000
NO_FRAMES = {
    "binary": (BINARY, '{"t":"beat"}'),
    "no JSON": (TEXT, "hello?"),
    "empty": (TEXT, ""),
    "two objects": (TEXT, '{"t":"beat"}{"t":"beat"}'),
    "list": (TEXT, '[{"t":"beat"}]'),
    "number": (TEXT, "7"),
    "null": (TEXT, "null"),
    "NaN": (TEXT, '{"t":"hello","version":NaN}'),
    "brackets in brackets": (TEXT, DEEP),
    "an end that never comes": (TEXT, '{"a":' * 2_000),
    "brackets in a field that is not known": (TEXT, '{"x":' + DEEP + "]" * 8_000 + "}"),
}


async def test_w1_what_is_no_json_object_gets_bad_frame_and_the_third_ends_the_socket(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        for name, (opcode, text) in NO_FRAMES.items():
            wire = await jam.enter(seat)
            for _ in range(3):
                say(wire, text, opcode)
                assert (await refusal(wire))["code"] == "bad_frame", name
            assert await closed(wire) == 4500, name


async def test_w1_brackets_in_a_command_are_refused_by_a_code_and_end_nothing(tmp_path: Path) -> None:
    codes = {"bad_field", "unknown_field", "client_id_bad", "bad_frame"}
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        for field in ("text", "tags", "client_id", "zz"):
            value = f'"{field}":{DEEP}{"]" * 8_000}'
            for sent in (f'{{"t":"submit_idea","forum":"f",{value}}}', f'{{{value},"t":"submit_idea"}}'):
                wire = await jam.enter(seat)
                say(wire, sent)
                assert (await refusal(wire))["code"] in codes, field
                wire.say({"t": "hello", "version": 1})
                assert (await refusal(wire))["code"] == "already_joined", field


async def test_w2_bad_utf8_closes_1007_and_a_code_point_in_two_fragments_is_one(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        wire = await jam.enter()
        whole = json.dumps(jam.idea(text="Café"), ensure_ascii=False).encode()
        cut = whole.index(b"\xc3") + 1
        wire.writer.write(frame(TEXT, whole[:cut], fin=False) + frame(0, whole[cut:]))
        while (batch := await wire.next())["t"] != "batch" or not batch["events"]:
            pass
        assert batch["events"][0]["idea"]["text"] == "Café"
        say(wire, b'{"t":"beat\xff"}')
        assert await closed(wire) == 1007


TOO_MUCH = {
    "16,385 bytes": frame(TEXT, b"x" * 16_385),
    "a gigabyte declared": header(TEXT, 1 << 30) + b"x",
    "16,385 bytes in two fragments": frame(TEXT, b"x" * 16_384, fin=False) + frame(0, b"x"),
}


async def test_w3_a_message_that_is_too_big_closes_1009_and_tcp_is_gone_within_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert guarded_connection.SOCKET_LINGER_SECONDS < 1
    for other in ("FLUSH_SECONDS", "SEND_SECONDS"):  # It is the socket's own limit that acts.
        monkeypatch.setattr(guarded_connection, other, 3_600)
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        for name, sent in TOO_MUCH.items():
            wire = await jam.enter(seat)
            wire.writer.write(sent)
            assert await closed(wire) == 1009, name
            async with asyncio.timeout(PATIENCE):  # also if it goes on sending
                while not wire.writer.transport.is_closing():
                    wire.writer.write(b"x")
                    await asyncio.sleep(0.05)


BROKEN = {
    "a message of endless fragments": frame(TEXT, b"x", fin=False) + frame(0, b"x", fin=False) * 20_000,
    "a continuation without a start": frame(0, b"x"),
    "RSV1, as in a compressed bomb": frame(TEXT, b"\x00" * 100, rsv=4),
    "unmasked": frame(TEXT, b'{"t":"beat"}', masked=False),
    "opcode 3": frame(3, b"x"),
}


async def test_w4_frames_against_the_rules_close_1002(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        for name, sent in BROKEN.items():
            wire = await jam.enter(seat)
            wire.writer.write(sent)
            assert await closed(wire) == 1002, name


async def test_w5_a_thousand_pings_close_4500_and_one_of_126_bytes_1002(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        for sent, code in ((frame(PING, b"?") * 1_000, 4500), (frame(PING, b"x" * 126), 1002)):
            wire = await jam.enter(seat)
            wire.writer.write(sent)
            assert await closed(wire) == code


async def test_w6_who_says_nothing_is_closed_4002(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert HELLO_SECONDS == 10
    monkeypatch.setattr(socket_adapter, "HELLO_SECONDS", 0.3)
    async with open_jam(tmp_path) as jam:
        wire = await jam.enter(hello=False)
        assert await closed(wire) == 4002
        assert wire.reason == "silent"
        assert CLOSE_CODES[wire.reason].meaning.startswith("Nothing was heard from you")


async def test_w7_hello_twice_and_a_command_before_hello_are_told(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        wire = await jam.enter()
        wire.say({"t": "hello", "version": 1})
        assert (await refusal(wire))["code"] == "already_joined"
        early = await jam.enter(await jam.join("Bea"), hello=False)
        early.say(jam.idea("early"))
        answer = await refusal(early)
        assert (answer["code"], answer["ref"]) == ("say_hello_first", "early")


async def test_w8_another_version_is_told_which_there_are_and_closed_4500(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        for version in (0, 999, "1", None, 1.5, [1], -1, 2**70):
            wire = await jam.enter(seat, hello=False)
            wire.say({"t": "hello", "version": version})
            answer = await refusal(wire)
            assert answer["code"] == "version_unsupported", version
            assert answer["facts"]["supported"] == ", ".join(map(str, VERSIONS))
            assert await closed(wire) == 4500


async def test_w9_a_cursor_that_is_none_is_refused_and_the_socket_stays(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        for cursor in ("-1", "1.5", '"7"', "9223372036854775808", "true", "[]"):
            wire = await jam.enter(seat, hello=False)
            say(wire, f'{{"t":"hello","version":1,"epoch":"e","cursor":{cursor}}}')
            assert (await refusal(wire))["code"] == "bad_cursor", cursor
            assert not (await wire.hello())["resumed"]


async def test_w9_a_cursor_ahead_of_the_log_gets_everything_anew(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        first = await jam.enter(seat)
        wire = await jam.enter(seat, hello=False)
        wire.cursor, wire.epoch = (first.cursor or 0) + 1_000, first.epoch
        assert not (await wire.hello(resume=True))["resumed"]
        assert (await wire.next())["t"] == "snapshot"


async def test_w10_a_cursor_of_another_epoch_gets_everything_anew(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        for epoch in ("", "of-another-jam", "x" * 5_000, None):
            wire = await jam.enter(seat, hello=False)
            wire.cursor, wire.epoch = 1, epoch
            assert not (await wire.hello(resume=True))["resumed"]
            assert (await wire.next())["t"] == "snapshot"


async def test_w11_the_cursor_of_another_persons_private_feed_shows_nothing_of_it(tmp_path: Path) -> None:
    async with open_jam(tmp_path, policy="pre") as jam:
        author = await jam.enter(await jam.join("Ann"))
        before = author.cursor
        author.say(jam.idea(text="Only Ann and the staff know CANARY"))
        while b"CANARY" not in author.received:
            await author.next()
        other = await jam.enter(await jam.join("Bea"), hello=False)
        other.cursor, other.epoch = before, author.epoch
        assert (await other.hello(resume=True))["resumed"]
        await other.until_cursor(author.cursor or 0)
        assert b"CANARY" not in other.received


UNKNOWN = {
    '{"t":"drop_tables"}': "unknown_type",
    '{"t":"__proto__","client_id":"a"}': "unknown_type",
    '{"t":"constructor"}': "unknown_type",
    '{"t":{}}': "unknown_type",
    '{"t":"ring_bell","client_id":"a"}': "unknown_type",
    '{"t":"beat","__proto__":{"role":"moderator"}}': "unknown_field",
    '{"t":"beat","constructor":1}': "unknown_field",
    '{"t":"flag_idea","client_id":"a","idea":"i","rule":"abuse","role":"moderator"}': "unknown_field",
}


async def test_w13_types_and_fields_that_nobody_knows_are_refused_and_do_nothing(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        head = (await jam.house.jam(jam.id))["totals"]
        for sent, code in UNKNOWN.items():
            wire = await jam.enter(seat)
            say(wire, sent)
            assert (await refusal(wire))["code"] == code, sent
        assert (await jam.house.jam(jam.id))["totals"] == head
