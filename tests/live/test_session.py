"""The socket protocol without a network: what a session answers, asks for, and when it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jam.domain.commands import SubmitIdea
from jam.domain.names import Role
from jam.domain.rejections import reject
from jam.domain.views import Viewer
from jam.live.session import Do, Greet, Session
from jam.live.wire import MAX_IN_FLIGHT

HELLO = '{"t":"hello","version":1}'


class Recorder:
    """A sender that remembers."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.closed_with: tuple[int, str] | None = None

    def write(self, frame: bytes) -> None:
        self.frames.append(json.loads(frame[frame.index(b'{"t"') :]))

    def buffered(self) -> int:
        return 0

    def close(self, code: int, reason: str) -> None:
        self.closed_with = (code, reason)

    @property
    def last(self) -> dict[str, Any]:
        return self.frames[-1]


@pytest.fixture
def sender() -> Recorder:
    return Recorder()


@pytest.fixture
def session(sender: Recorder) -> Session:
    viewer = Viewer(org_id="o", jam_id="j", participant_id="p", role=Role.PARTICIPANT)
    return Session(viewer, sender, now=0.0)


def idea(client_id: str = "c1") -> str:
    return json.dumps({"t": "submit_idea", "client_id": client_id, "forum": "f", "text": "A bench"})


def test_hello_asks_to_be_let_in(session: Session) -> None:
    step = session.receive('{"t":"hello","version":1,"cursor":7,"epoch":"e"}', 1.0)
    assert isinstance(step, Greet)
    assert (step.hello.cursor, step.hello.epoch) == (7, "e")


def test_a_command_before_hello_is_told_to_say_hello_first(session: Session, sender: Recorder) -> None:
    assert session.receive(idea(), 1.0) is None
    assert (sender.last["code"], sender.last["ref"]) == ("say_hello_first", "c1")


def test_a_second_hello_is_refused_and_the_socket_stays(session: Session, sender: Recorder) -> None:
    session.receive(HELLO, 1.0)
    assert session.receive(HELLO, 1.0) is None
    assert sender.last["code"] == "already_joined"
    assert sender.closed_with is None


@pytest.mark.parametrize("version", ["0", "999", '"1"', "null"])
def test_another_version_is_refused_and_ends_the_socket(
    session: Session, sender: Recorder, version: str
) -> None:
    session.receive(f'{{"t":"hello","version":{version}}}', 1.0)
    assert sender.last["code"] == "version_unsupported"
    assert sender.last["facts"]["supported"] == "1"
    assert sender.closed_with == (4500, "protocol")


@pytest.mark.parametrize("cursor", ["-1", "1.5", '"7"', "9223372036854775808", "9007199254740992"])
def test_a_cursor_that_is_none_is_refused(session: Session, sender: Recorder, cursor: str) -> None:
    assert session.receive(f'{{"t":"hello","version":1,"cursor":{cursor},"epoch":"e"}}', 1.0) is None
    assert sender.last["code"] == "bad_cursor"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (None, "bad_frame"),
        ("not json", "bad_frame"),
        ("[1]", "bad_frame"),
        ("5", "bad_frame"),
        ("null", "bad_frame"),
        ("{}", "unknown_type"),
        ('{"t":"nope"}', "unknown_type"),
        ('{"t":5}', "unknown_type"),
        ('{"t":"__proto__"}', "unknown_type"),
        ('{"t":"submit_idea","client_id":"a","forum":"f","text":"x","role":"owner"}', "unknown_field"),
        ('{"t":"submit_idea","client_id":"a","forum":"f","text":"x","constructor":1}', "unknown_field"),
        ('{"t":"submit_idea","forum":"f","text":"x"}', "client_id_missing"),
        ('{"t":"submit_idea","client_id":5,"forum":"f","text":"x"}', "client_id_bad"),
        ('{"t":"submit_idea","client_id":"a","text":"x"}', "bad_field"),
        ('{"t":"submit_idea","client_id":"a","forum":"f","text":{}}', "bad_field"),
        ('{"t":"submit_idea","client_id":"a","forum":"f","text":"\\ud800x"}', "not_unicode"),
        ('{"t":"flag_idea","client_id":"a","idea":"i","rule":"unhelpful"}', "bad_field"),
        ('{"t":"moderate","client_id":"a","idea":"i","version":"1","verdict":"hide"}', "bad_field"),
        ('{"t":"ring_bell"}', "unknown_type"),
        ('{"t":"join_jam","participant_id":"p","handle":"h","role":"administrator"}', "unknown_type"),
    ],
)
def test_a_frame_that_is_no_command_gets_its_code(
    session: Session, sender: Recorder, frame: str | None, code: str
) -> None:
    session.receive(HELLO, 1.0)
    assert session.receive(frame, 1.0) is None
    assert sender.last["code"] == code
    assert sender.last["t"] == "error"


def test_no_value_of_a_refused_frame_is_sent_back(session: Session, sender: Recorder) -> None:
    session.receive(HELLO, 1.0)
    session.receive('{"t":"flag_idea","client_id":"a","idea":"i","rule":"CANARY"}', 1.0)
    session.receive('{"t":"CANARY"}', 1.0)
    assert "CANARY" not in json.dumps(sender.frames)


def test_the_third_bad_frame_ends_the_socket(session: Session, sender: Recorder) -> None:
    for expected in (None, None, (4500, "protocol")):
        session.receive("nonsense", 1.0)
        assert sender.closed_with == expected


def test_a_refused_command_is_no_strike(session: Session, sender: Recorder) -> None:
    session.receive(HELLO, 1.0)
    for _ in range(9):
        session.receive('{"t":"submit_idea","forum":"f","text":"x"}', 1.0)
    assert sender.closed_with is None


def test_the_seventeenth_unanswered_command_waits_for_answers(session: Session, sender: Recorder) -> None:
    session.receive(HELLO, 1.0)
    steps = [session.receive(idea(f"c{n}"), 1.0) for n in range(MAX_IN_FLIGHT)]
    assert all(isinstance(step, Do) for step in steps)
    assert session.receive(idea("late"), 1.0) is None
    assert (sender.last["code"], sender.last["retry"], sender.last["ref"]) == (
        "too_many_in_flight",
        True,
        "late",
    )
    step = steps[0]
    assert isinstance(step, Do)
    session.answered(step.command, {"idea": "i", "seq": 3, "status": "published", "version": 1})
    assert sender.last == {
        "t": "ack",
        "ref": "c0",
        "idea": "i",
        "seq": 3,
        "status": "published",
        "version": 1,
    }
    assert isinstance(session.receive(idea("late"), 1.0), Do)


def test_a_refusal_says_when_to_try_again(session: Session, sender: Recorder) -> None:
    session.receive(HELLO, 1.0)
    step = session.receive(idea(), 1.0)
    assert isinstance(step, Do)
    assert isinstance(step.command, SubmitIdea)
    session.answered(step.command, reject("slow_down", seconds=12, retry_after=11.5))
    assert sender.last["msg"] == "You can send again in 12 seconds"
    assert (sender.last["retry"], sender.last["retry_after"]) == (True, 11.5)


def test_nothing_is_written_after_the_end(session: Session, sender: Recorder) -> None:
    for _ in range(3):
        session.receive("nonsense", 1.0)
    told = len(sender.frames)
    session.write(b"anything")
    assert len(sender.frames) == told
