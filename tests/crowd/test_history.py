"""What clients write down comes back as it was, frame for frame, and a foreign line is named."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from jam.cli.crowd.history import Invoke, Joined, Received, Recorder, parse_history, read_history, received


def test_frame_comes_back_byte_for_byte(tmp_path: Path) -> None:
    frame = '{"t":"batch","after":1,"cursor":2,"events":[{"text":"„ä\\n 🙂"}]}'
    with Recorder(tmp_path / "h") as recorder:
        recorder.put(received("Ann", 1.5, 3, frame))
    (line,) = read_history(tmp_path / "h")
    assert isinstance(line, Received)
    assert (bytes(line.frame).decode(), line.c, line.at, line.socket) == (frame, "Ann", 1.5, 3)


def test_frame_with_line_feeds_between_its_fields_stays_on_one_line(tmp_path: Path) -> None:
    with Recorder(tmp_path / "h") as recorder:
        recorder.put(received("Ann", 1.0, 1, '{\n"t":\r\n"beat"}'))
    assert len((tmp_path / "h").read_bytes().splitlines()) == 1


@pytest.mark.parametrize("frame", ["[1]", "null", "no json", "", b"\xff\xfe"])
def test_what_is_no_json_object_is_kept_as_unreadable(frame: str | bytes) -> None:
    assert received("Ann", 1.0, 1, frame).unreadable is not None


def test_recorder_without_a_file_keeps_its_lines() -> None:
    recorder = Recorder()
    recorder.put(Joined(c="a", at=0.0, jam="j", participant="p", role="participant", handle="A"))
    assert len(recorder.lines) == 1


def test_line_that_is_not_ours_is_named_by_its_number() -> None:
    good = msgspec.json.encode(Invoke(c="a", at=0.0, attempt=1, command=msgspec.Raw(b"{}")))
    with pytest.raises(ValueError, match="line 3 of the history"):
        list(parse_history([good, b"", b'{"k":"nonsense"}']))
