"""Shows that the theming child keeps its conversation: real process, real pipes, real model.

Where: ``python -m jam.service.theming_child`` as the server starts it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clustering import ThemeMap, theme
from jam.service.theming_frames import (
    HEADER_BYTES,
    MAX_FRAME_BYTES,
    BadFrame,
    Request,
    TextIn,
    encode_frame,
    read_request,
)
from tests.clustering.made_up import HashingEmbedder, ideas
from tests.sources import ROOT

MODULE = ("-m", "jam.service.theming_child")
WITHOUT_MODEL = """
import os, sys, clustering, jam.service.theming_child as child
from tests.clustering.made_up import HashingEmbedder

class Chatty(HashingEmbedder):
    def embed(self, *given):
        print("noise", flush=True)
        os.write(1, b"more noise")
        return super().embed(*given)

clustering.load_embedder = lambda *given, **named: {embedder}()
sys.exit(child.main())
"""
SECONDS = 60


class Conversation:
    """The server's end of the pipes."""

    def __init__(self, *command: str, env: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
        )

    def ask(self, job: str, texts: dict[str, str], **options: Any) -> None:
        given = tuple(TextIn(id=key, text=text) for key, text in texts.items())
        self.send(encode_frame(Request(job=job, ideas=given, **options)))

    def send(self, content: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(content)
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout
        header = self.process.stdout.read(HEADER_BYTES)
        length = int.from_bytes(header, "big")
        assert length <= MAX_FRAME_BYTES, f"no frame begins with {header!r}"
        payload = self.process.stdout.read(length)
        return dict(msgspec.json.decode(payload))

    def hear_the_end(self, job: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The result or failure of a job, and the notes before it."""
        notes = []
        while (heard := self.hear())["kind"] in ("ready", "progress"):
            notes.append(heard)
        assert heard["job"] == job
        return heard, notes

    def end(self) -> tuple[int, bytes, str]:
        """Exit code, what was still on stdout, and stderr, once stdin is closed."""
        rest, errors = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, rest, errors.decode()


def closing(conversation: Conversation) -> Iterator[Conversation]:
    try:
        yield conversation
    finally:
        conversation.process.kill()
        conversation.process.communicate(timeout=SECONDS)


@pytest.fixture
def child() -> Iterator[Conversation]:
    """The real thing, with the real model."""
    yield from closing(Conversation(*MODULE))


@pytest.fixture
def quick_child() -> Iterator[Conversation]:
    """The same process with an embedder that loads at once."""
    yield from closing(Conversation("-c", WITHOUT_MODEL.format(embedder="HashingEmbedder")))


@pytest.fixture
def chatty_child() -> Iterator[Conversation]:
    """One whose model prints to stdout, by Python and below it."""
    yield from closing(Conversation("-c", WITHOUT_MODEL.format(embedder="Chatty")))


def test_a_jam_is_grouped_with_progress_and_the_child_ends_with_its_stdin(child: Conversation) -> None:
    child.ask("j1", ideas(), question="What does our town need?")
    ready = child.hear()
    assert (ready["kind"], set(ready)) == ("ready", {"kind", "model"})
    heard, notes = child.hear_the_end("j1")
    found = msgspec.convert(heard["map"], ThemeMap)
    assert sorted(key for one in found.themes for key in one.members) == sorted(ideas())
    assert ready["model"].items() <= heard["map"]["model"].items()
    assert {note["job"] for note in notes} == {"j1"}
    assert list(dict.fromkeys(note["stage"] for note in notes)) == ["read", "embed", "group", "name"]
    assert child.end() == (0, b"", "")


def test_one_child_answers_many_requests_and_a_bad_one_does_not_end_it(quick_child: Conversation) -> None:
    quick_child.ask("few", {"1": "More buses"})
    quick_child.ask("typo", ideas(), parameters={"neigbours": 3})
    quick_child.ask("wrong", ideas(), parameters={"neighbours": "many"})
    quick_child.send(encode_frame(Request(job="twice", ideas=(TextIn("1", "a"), TextIn("1", "b")))))
    quick_child.ask("set", ideas(), parameters={"most_themes": 3})
    assert quick_child.hear_the_end("few")[0]["map"]["too_few"] is True
    codes = [quick_child.hear_the_end(job)[0] for job in ("typo", "wrong", "twice")]
    assert [said["code"] for said in codes] == ["parameters_refused", "parameters_refused", "texts_refused"]
    assert "neigbours" in codes[0]["message"]
    assert len(quick_child.hear_the_end("set")[0]["map"]["themes"]) <= 3
    assert quick_child.end()[0] == 0


def test_the_second_request_gives_the_map_that_a_fresh_child_would_give(quick_child: Conversation) -> None:
    texts = ideas()
    fewer = {key: text for key, text in texts.items() if not key.startswith("trees")}
    quick_child.ask("first", texts)
    quick_child.ask("fewer", fewer)
    quick_child.ask("again", texts)
    first, _, again = (quick_child.hear_the_end(job)[0]["map"] for job in ("first", "fewer", "again"))
    assert again == first


def test_the_child_gives_way_to_the_server(quick_child: Conversation) -> None:
    quick_child.hear()
    assert os.getpriority(os.PRIO_PROCESS, quick_child.process.pid) >= os.getpriority(os.PRIO_PROCESS, 0) + 10


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"\xff\xff\xff\xff{}", "no frame begins with", id="a length of 4 GB"),
        pytest.param(b"\x00\x00", "no frame begins with", id="half a length"),
        pytest.param(b"\x00\x00\x00\x09{}", "ended after 2 of 9 bytes", id="half a frame"),
        pytest.param(b"\x00\x00\x00\x04nope", "malformed", id="no JSON"),
        pytest.param(b"\x00\x00\x00\x02[]", "Expected `object`", id="no object"),
        pytest.param(b'\x00\x00\x00\x0b{"job": "j"', "truncated", id="JSON cut short"),
        pytest.param(b'\x00\x00\x00\x0b{"job":"j"}', "ideas", id="no ideas"),
    ],
)
def test_bytes_that_are_no_frame_are_refused(content: bytes, said: str) -> None:
    with pytest.raises(BadFrame, match=said):
        read_request(BytesIO(content))


def test_a_bad_frame_ends_the_child_with_one_line(quick_child: Conversation) -> None:
    quick_child.send(b"\x00\x00\x00\x04nope")
    code, _, errors = quick_child.end()
    assert code == 1
    assert errors.startswith("theming child: JSON is malformed")
    assert errors.count("\n") == 1


def test_what_a_library_prints_never_lands_in_a_frame(chatty_child: Conversation) -> None:
    texts = ideas()
    chatty_child.ask("j1", texts)
    heard, _ = chatty_child.hear_the_end("j1")
    expected = theme(list(texts.values()), list(texts), embedder=HashingEmbedder())
    assert msgspec.convert(heard["map"], ThemeMap) == expected
    code, rest, errors = chatty_child.end()
    assert (code, rest) == (0, b"")
    assert "noise\nmore noise" in errors


def test_a_model_that_cannot_be_loaded_is_said_to_everyone_who_asks(tmp_path: Path) -> None:
    conversation = Conversation(*MODULE, env={"JAM_EMBEDDING_MODEL": str(tmp_path / "no-such-model")})
    conversation.ask("j1", ideas())
    conversation.ask("j2", ideas())
    for job in ("j1", "j2"):
        heard, notes = conversation.hear_the_end(job)
        assert (heard["kind"], heard["code"], notes) == ("failed", "model_missing", [])
        assert "no-such-model" in heard["message"]
    assert conversation.end()[0] == 0


def test_the_frames_can_be_read_without_numpy_or_the_theme_library() -> None:
    program = (
        "import sys, jam.service.theming_frames; print(sorted({'numpy', 'clustering'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=True
    )
    assert done.stdout.strip() == "[]"
