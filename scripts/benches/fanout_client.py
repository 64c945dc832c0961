"""The readers of the fan-out benchmark, a process of its own: plain sockets that count what comes.

As little work as can be, so that on two cores the server is what is measured: frames are counted by their
headers, compressed or not. Obeys one order a line on its input and answers each with a line of JSON.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from typing import Any

HOST = "127.0.0.1"
OFFER = b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
TEXT = b"\x81\xfe\x01\x2c" + b"\x00" * 4 + b"x" * 300  # one masked text of 300 bytes: the mask is zero
GIVE_UP_SECONDS = 30


class Reader:
    """One client: counts the messages that came, whatever is in them."""

    def __init__(self, port: int, deflate: bool) -> None:
        self.socket = socket.create_connection((HOST, port))
        self.waiting = b""
        self.messages = 0
        self.socket.sendall(
            b"GET / HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            + (OFFER if deflate else b"")
            + b"\r\n"
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.socket.recv(1)
        if not head.startswith(b"HTTP/1.1 101"):
            raise RuntimeError(head.decode())
        self.deflated = b"permessage-deflate" in head.lower()
        self.socket.setblocking(False)

    def read(self) -> None:
        data = self.waiting + self.socket.recv(1 << 16)
        at = 0
        while len(data) - at >= 4:
            length, start = data[at + 1], 2
            if length == 126:
                length, start = int.from_bytes(data[at + 2 : at + 4]), 4
            if len(data) - at < start + length:
                break
            at += start + length
            self.messages += 1
        self.waiting = data[at:]


def run_client(port: int, people: int, deflate: bool) -> None:
    """Connect everybody, and obey ``speak`` (each sends one text) and ``until N`` (each has N messages)."""
    readers = [Reader(port, deflate) for _ in range(people)]
    by_number = {reader.socket.fileno(): reader for reader in readers}
    poll = select.epoll()
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    say({"connected": people, "deflated": sum(reader.deflated for reader in readers)})
    for line in sys.stdin:
        order, _, wanted = line.strip().partition(" ")
        if order == "speak":
            for reader in readers:
                reader.socket.send(TEXT)
        else:
            deadline = time.monotonic() + GIVE_UP_SECONDS
            while min(r.messages for r in readers) < int(wanted) and time.monotonic() < deadline:
                for number, _ in poll.poll(0.05):
                    by_number[number].read()
        say({"messages": sum(reader.messages for reader in readers)})


def say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    run_client(int(sys.argv[1]), int(sys.argv[2]), deflate=sys.argv[3] == "1")
