"""The people of the live benchmark, a process of its own: plain sockets that read frames and tell the time.

As light as can be, because it shares two cores with the server: one epoll loop; a frame is taken apart once
and known again by its bytes, since everyone gets the same; every idea carries its number in its text. Each
socket checks that no batch is missing (``after`` is its cursor). Obeys one order a line on its input and
answers each with a line of JSON: ``connect N``, ``load IDEAS_PER_SECOND SECONDS``.
"""

from __future__ import annotations

import json
import re
import select
import socket
import sys
import time
from array import array
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from figures import percentile

HOST = "127.0.0.1"
GRACE_SECONDS = 10.0
NUMBER = re.compile(rb"idea number (\d+) of the benchmark")
BATCH = re.compile(rb'\{"t":"batch","after":(\d+),"cursor":(\d+)')
ACK = re.compile(rb'\{"t":"ack","ref":"b(\d+)"')


def masked_text(payload: bytes) -> bytes:
    """A client's text frame; the mask is zero, so the payload stays as it is."""
    length = len(payload)
    size = bytes((0x80 | length,)) if length < 126 else b"\xfe" + length.to_bytes(2)
    return b"\x81" + size + bytes(4) + payload


@dataclass(frozen=True, slots=True)
class Batch:
    """What matters of a batch: its place, and which ideas it brings."""

    after: int
    cursor: int
    ideas: tuple[int, ...]


@dataclass(slots=True)
class Person:
    """One open socket, and how far it has come."""

    socket: socket.socket
    cursor: int = -1
    ideas: int = 0
    waiting: bytes = b""


@dataclass
class Load:
    """What one ``load`` measured; times in seconds."""

    first: int
    sent: int = 0
    acked: int = 0
    refused: int = 0
    ack: array[float] = field(default_factory=lambda: array("d"))
    delivery: array[float] = field(default_factory=lambda: array("d"))


class Crowd:
    """Everybody who is connected."""

    def __init__(self, port: int, jam: str, forum: str, cookies: list[str]) -> None:
        self.port, self.jam, self.forum, self.cookies = port, jam, forum, cookies
        self.people: list[Person] = []
        self.by_number: dict[int, Person] = {}
        self.poll = select.epoll()
        self.batches: dict[bytes, Batch] = {}
        self.sent_at: list[float] = []
        self.load = Load(0)
        self.gaps = 0

    def connect(self, count: int) -> dict[str, Any]:
        """Open sockets until ``count`` people are there, each greeted and with its snapshot."""
        while len(self.people) < count:
            person = Person(self._open(self.cookies[len(self.people)]))
            self.people.append(person)
            self.by_number[person.socket.fileno()] = person
            self.poll.register(person.socket.fileno(), select.EPOLLIN)
            while person.cursor < 0:
                self.turn(1.0)
        self.turn_until(time.perf_counter() + 1.0)
        return {"connected": len(self.people)}

    def _open(self, cookie: str) -> socket.socket:
        opened = socket.create_connection((HOST, self.port))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        origin = f"{HOST}:{self.port}"
        opened.sendall(
            f"GET /jams/{self.jam}/socket HTTP/1.1\r\nHost: {origin}\r\nOrigin: http://{origin}\r\n"
            f"Cookie: {cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += opened.recv(1)
        if not head.startswith(b"HTTP/1.1 101"):
            raise RuntimeError(head.decode())
        opened.sendall(masked_text(b'{"t":"hello","version":1}'))
        opened.setblocking(False)
        return opened

    def run_load(self, per_second: float, seconds: float) -> dict[str, Any]:
        """Send ideas at an even pace, one person after the other, then wait until everybody has them all."""
        load = self.load = Load(first=len(self.sent_at))
        had = sum(person.ideas for person in self.people)
        begun = time.perf_counter()
        for number, person in enumerate(islice(cycle(self.people), int(per_second * seconds))):
            self.turn_until(begun + number / per_second)
            self._send(person)
        took = time.perf_counter() - begun
        deadline = time.perf_counter() + GRACE_SECONDS
        while time.perf_counter() < deadline:
            came = sum(person.ideas for person in self.people) - had
            if load.acked + load.refused == load.sent and came >= load.acked * len(self.people):
                break
            self.turn_until(time.perf_counter() + 0.05)
        return {
            "sent": load.sent,
            "acked": load.acked,
            "refused": load.refused,
            "sending_s": took,
            "missing": load.acked * len(self.people) - came,
            "gaps": self.gaps,
            "ack_ms": in_ms(load.ack),
            "delivery_ms": in_ms(load.delivery),
        }

    def _send(self, person: Person) -> None:
        number = len(self.sent_at)
        text = f"This is idea number {number} of the benchmark: more benches in the shade near the lake"
        command = {"t": "submit_idea", "client_id": f"b{number}", "forum": self.forum, "text": text}
        self.sent_at.append(time.perf_counter())
        person.socket.sendall(masked_text(json.dumps(command).encode()))
        self.load.sent += 1

    def turn_until(self, moment: float) -> None:
        """Read whatever comes until ``moment``."""
        while (left := moment - time.perf_counter()) > 0:
            self.turn(left)

    def turn(self, patience: float) -> None:
        for number, _ in self.poll.poll(patience):
            self._read(self.by_number[number])

    def _read(self, person: Person) -> None:
        came = person.socket.recv(1 << 18)
        if not came:
            raise RuntimeError("the server closed a socket")
        now = time.perf_counter()
        data = person.waiting + came if person.waiting else came
        at = 0
        while len(data) - at >= 2:
            length, start = data[at + 1], at + 2
            if length >= 126:
                width = 2 if length == 126 else 8
                length, start = int.from_bytes(data[start : start + width]), start + width
            if len(data) < start + length:
                break
            self._take(person, data[start : start + length], now)
            at = start + length
        person.waiting = data[at:]

    def _take(self, person: Person, frame: bytes, now: float) -> None:
        batch = self.batches.get(frame)
        if batch is None and frame.startswith(b'{"t":"batch"'):
            batch = self.batches[frame] = taken_apart(frame)
        if batch is None:
            self._take_other(person, frame, now)
            return
        self.gaps += batch.after != person.cursor
        person.cursor = batch.cursor
        for number in batch.ideas:
            if number >= self.load.first:
                person.ideas += 1
                self.load.delivery.append(now - self.sent_at[number])

    def _take_other(self, person: Person, frame: bytes, now: float) -> None:
        if ack := ACK.match(frame):
            self.load.acked += 1
            self.load.ack.append(now - self.sent_at[int(ack[1])])
        elif frame.startswith(b'{"t":"error"'):
            self.load.refused += 1
        elif frame.startswith(b'{"t":"heartbeat"'):
            person.socket.sendall(masked_text(b'{"t":"beat"}'))
        elif frame.startswith(b'{"t":"snapshot"') and json.loads(frame)["part"] == 1:
            person.cursor = json.loads(frame)["cursor"]


def taken_apart(frame: bytes) -> Batch:
    place = BATCH.match(frame)
    assert place, frame[:80]
    return Batch(int(place[1]), int(place[2]), tuple(int(number) for number in NUMBER.findall(frame)))


def in_ms(seconds: array[float]) -> dict[str, float]:
    return {f"p{percent}": percentile(seconds, percent) * 1000 for percent in (50, 99)}


def main() -> None:
    asked = json.loads(Path(sys.argv[1]).read_text())
    crowd = Crowd(asked["port"], asked["jam"], asked["forum"], asked["cookies"])
    for line in sys.stdin:
        order, *numbers = line.split()
        values = [float(number) for number in numbers]
        answer = crowd.connect(int(values[0])) if order == "connect" else crowd.run_load(*values)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
