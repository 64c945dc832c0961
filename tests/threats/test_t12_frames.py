"""T12: oversized, broken, endless and too many frames close the socket with their code, and TCP with it.

``tests/http/test_hardening.py`` shows each against a bare app, with the attack that gets through without
its mend; here they are sent into a running jam, where somebody else must notice nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from jam.http import guarded_connection
from jam.live import hub
from tests.bad_inputs.open_jam import closed, open_jam
from tests.http.support import PING, PONG, TEXT, frame, header
from tests.http.test_hardening import MALFORMED
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio
ATTACKS: dict[str, tuple[bytes, int]] = {
    **MALFORMED,
    "rsv2": (frame(TEXT, b"x", rsv=2), 1002),
    **{f"opcode_{code}": (frame(code, b"x"), 1002) for code in (4, 5, 6, 7, 12, 13, 14, 15)},
    "a_gigabyte_declared": (header(TEXT, 1 << 30) + b"x", 1009),
    "2_to_the_63_declared": (header(TEXT, 1 << 63) + b"x", 1009),
    "one_byte_too_many": (frame(TEXT, b"x" * 16_385), 1009),
    "too_many_in_fragments": (frame(TEXT, b"x" * 9_000, fin=False) + frame(0, b"x" * 9_000), 1009),
    "one_byte_fragments": (frame(TEXT, b"x", fin=False) + frame(0, b"x", fin=False) * 50_000, 1002),
    "empty_fragments": (frame(TEXT, fin=False) + frame(0, fin=False) * 50_000, 1002),
    "pings": (frame(PING, b"?") * 20_000, 4500),
    "pongs": (frame(PONG) * 20_000, 4500),
    "pings_inside_a_message": (frame(TEXT, b"x", fin=False) + frame(PING) * 20_000, 4500),
}
TOO_LONG_FOR_A_LENGTH = ("2_to_the_63_declared",)


@pytest.mark.alone
async def test_t12_every_broken_frame_gets_its_code_and_the_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SILENCE_SECONDS", 600)  # Nobody reads what the witness is asked meanwhile.
    monkeypatch.setattr(guarded_connection, "SOCKET_LINGER_SECONDS", PATIENCE)
    async with open_jam(tmp_path) as jam:
        witness, attacker = await jam.enter(await jam.join("Bea")), await jam.join("Ann")
        for name, (sent, code) in ATTACKS.items():
            wire = await jam.enter(attacker)
            wire.writer.write(sent)
            async with asyncio.timeout(PATIENCE):
                found = await closed(wire)
            async with asyncio.timeout(PATIENCE):
                with contextlib.suppress(ConnectionResetError):
                    while await wire.reader.read(65_536):
                        pass
            assert found == code or (name in TOO_LONG_FOR_A_LENGTH and found == 1002), (name, found)
        witness.say(jam.idea())
        while (await witness.next())["t"] != "ack":
            pass
        assert jam.engine.live.sessions == 1, "a socket that was closed is still counted"


async def test_t12_compression_is_never_agreed_to(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam:
        seat = await jam.join()
        offers = (
            "permessage-deflate",
            "permessage-deflate; client_max_window_bits",
            "x-webkit-deflate-frame",
        )
        for offer in offers:
            async with jam.knock(seat, Sec_WebSocket_Extensions=offer) as connection:
                head = await connection.head()
                assert head.startswith(b"HTTP/1.1 101")
                assert b"extensions" not in head.lower()
