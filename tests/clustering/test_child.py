"""Shows that the theming child keeps its conversation: real process, real pipes, real model.

Where: ``python -m jam.service.theming_child`` as the server starts it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import reduce
from io import BytesIO
from operator import xor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clustering import STAGES, ThemeMap, theme
from jam.service.theming_frames import (
    HEADER_BYTES,
    MAX_FRAME_BYTES,
    AnyRequest,
    BadFrame,
    Forget,
    Place,
    ProposeSplit,
    Read,
    Regroup,
    Standing,
    Steer,
    TextIn,
    encode_frame,
    mark_of,
    read_request,
    standing_of,
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

class Broken(HashingEmbedder):
    def embed(self, *given):
        raise RuntimeError("a bug in the model")

clustering.load_embedder = lambda *given, **named: {embedder}()
sys.exit(child.main())
"""
SECONDS = 240
MOST_JAMS = 8
MOST_NICE = 19
"""No process gives way further, so not either where the tests are niced themselves."""


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
        self.texts: dict[str, dict[str, str]] = {}
        self.themes: dict[str, str] = {}

    def standing(self, jam: str) -> Standing:
        """What the child has to have of a jam by now."""
        marks = (mark_of(key, text) for key, text in self.texts.get(jam, {}).items())
        return standing_of(reduce(xor, marks, 0), self.themes.get(jam, ""))

    def read(self, jam: str, texts: dict[str, str], gone: Sequence[str] = (), **more: Any) -> None:
        """Tell of texts: anew the first time, afterwards what changed."""
        before = self.standing(jam) if jam in self.texts else None
        known = self.texts.setdefault(jam, {})
        known |= texts
        for key in gone:
            del known[key]
        given = tuple(TextIn(id=key, text=text) for key, text in texts.items())
        self.ask(
            Read(
                job=f"read {jam}",
                jam=jam,
                changed=given,
                gone=tuple(gone),
                before=before,
                after=self.standing(jam),
                **more,
            )
        )

    def regroup(self, job: str, jam: str) -> None:
        self.ask(Regroup(job=job, jam=jam, standing=self.standing(jam)))

    def ask(self, *requests: AnyRequest) -> None:
        """Put requests, several so that nothing comes between them."""
        self.send(b"".join(map(encode_frame, requests)))

    def send(self, content: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(content)
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """The next thing that it says, with the map that follows a ``made``."""
        assert self.process.stdout
        header = self.process.stdout.read(HEADER_BYTES)
        length = int.from_bytes(header, "big")
        assert length <= MAX_FRAME_BYTES, f"no frame begins with {header!r}"
        said = dict(msgspec.json.decode(self.process.stdout.read(length)))
        if said["kind"] == "made":
            body = self.process.stdout.read(said["size"])
            assert hashlib.sha256(body).hexdigest() == said["digest"]
            said["map"] = msgspec.json.decode(body)
        return said

    def hear_the_end(self, job: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The answer to a job, and the notes before it."""
        notes = []
        while (heard := self.hear())["kind"] in ("ready", "progress") or heard["job"] != job:
            notes.append(heard)
        return heard, [note for note in notes if note["kind"] == "progress"]

    def theme_map(self, jam: str) -> dict[str, Any]:
        """The jam grouped anew; its map from now on."""
        self.regroup(f"regroup {jam}", jam)
        made = self.hear_the_end(f"regroup {jam}")[0]
        self.themes[jam] = made["digest"]
        return dict(made["map"])

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
def second_child() -> Iterator[Conversation]:
    """Another one."""
    yield from closing(Conversation("-c", WITHOUT_MODEL.format(embedder="HashingEmbedder")))


@pytest.fixture
def chatty_child() -> Iterator[Conversation]:
    """One whose model prints to stdout, by Python and below it."""
    yield from closing(Conversation("-c", WITHOUT_MODEL.format(embedder="Chatty")))


def test_a_jam_is_grouped_with_progress_and_the_child_ends_with_its_stdin(child: Conversation) -> None:
    child.read("j", ideas(), question="What does our town need?")
    ready = child.hear()
    assert (ready["kind"], set(ready)) == ("ready", {"kind", "model"})
    assert child.hear() == {"kind": "done", "job": "read j"}
    child.regroup("j1", "j")
    heard, notes = child.hear_the_end("j1")
    found = msgspec.convert(heard["map"], ThemeMap)
    assert sorted(key for one in found.themes for key in one.members) == sorted(ideas())
    assert ready["model"].items() <= heard["map"]["model"].items()
    assert {note["job"] for note in notes} == {"j1"}
    assert {note["stage"] for note in notes} == set(STAGES)
    assert child.end() == (0, b"", "")


def test_one_child_answers_many_requests_and_a_bad_one_does_not_end_it(quick_child: Conversation) -> None:
    quick_child.read("few", {"1": "More buses"})
    assert quick_child.theme_map("few")["too_few"] is True
    for jam, parameters in (("typo", {"neigbours": 3}), ("wrong", {"neighbours": "many"})):
        quick_child.read(jam, ideas(), parameters=parameters)
        refused = quick_child.hear_the_end(f"read {jam}")[0]
        assert (refused["kind"], refused["code"]) == ("failed", "parameters_refused")
    quick_child.read("set", ideas(), parameters={"most_themes": 3})
    assert len(quick_child.theme_map("set")["themes"]) <= 3
    assert quick_child.end()[0] == 0


def test_what_was_told_bit_by_bit_gives_the_map_that_a_fresh_child_would_give(
    quick_child: Conversation,
) -> None:
    texts = ideas()
    trees = {key: text for key, text in texts.items() if key.startswith("trees")}
    quick_child.read("whole", texts)
    quick_child.read("bits", dict.fromkeys(texts, "Something else") | {"gone": "More buses"})
    quick_child.read("bits", {key: text for key, text in texts.items() if key not in trees}, gone=["gone"])
    quick_child.read("bits", trees)
    assert quick_child.theme_map("bits") == quick_child.theme_map("whole")


def test_a_child_that_knows_something_else_than_the_server_believes_says_so(
    quick_child: Conversation,
) -> None:
    quick_child.ask(Place(job="unknown", jam="j", standing=standing_of(0)))
    assert quick_child.hear_the_end("unknown")[0]["kind"] == "out_of_step"
    quick_child.read("j", ideas())
    before = quick_child.standing("j")
    for wrong in (standing_of(7), Standing(texts=before.texts, themes="another map")):
        quick_child.ask(Place(job="wrong", jam="j", standing=wrong))
        assert quick_child.hear_the_end("wrong")[0]["kind"] == "out_of_step"
    quick_child.ask(Forget(job="forget", jam="j"))
    quick_child.regroup("after", "j")
    assert quick_child.hear_the_end("after")[0]["kind"] == "out_of_step"


def test_a_map_is_the_jams_own_only_when_the_server_says_so(quick_child: Conversation) -> None:
    texts = ideas()
    late = {key: texts.pop(key) for key in ("buses-0", "trees-0")}
    quick_child.read("j", texts)
    quick_child.regroup("unpublished", "j")
    made = quick_child.hear_the_end("unpublished")[0]
    quick_child.read("j", late)
    place = Place(job="place", jam="j", standing=quick_child.standing("j"))
    quick_child.ask(place)
    assert quick_child.hear_the_end("place")[0]["places"] == []
    quick_child.themes["j"] = made["digest"]
    quick_child.ask(Place(job="again", jam="j", standing=quick_child.standing("j")))
    places = quick_child.hear_the_end("again")[0]["places"]
    home = {key: theme["id"] for theme in made["map"]["themes"] for key in theme["members"]}
    assert {one["idea"]: one["theme"] for one in places} == {key: home[f"{key[:-1]}1"] for key in late}


def test_a_correction_is_followed_while_everything_is_grouped_anew(quick_child: Conversation) -> None:
    many = {f"{key} {n}": f"{text} number {n}" for key, text in ideas().items() for n in range(8)}
    quick_child.read("j", many)
    first = quick_child.theme_map("j")
    one, another = (theme["id"] for theme in first["themes"][:2])
    merge = {"do": "merge", "id": "c1", "themes": [one, another], "into": one}
    standing = quick_child.standing("j")
    quick_child.ask(
        Regroup(job="slow", jam="j", standing=standing),
        Steer(job="quick", jam="j", standing=standing, corrections=(merge,)),
    )
    quick, _ = quick_child.hear_the_end("quick")
    slow, notes = quick_child.hear_the_end("slow")
    assert another not in {theme["id"] for theme in quick["map"]["themes"]}
    assert "name" in {note["stage"] for note in notes}
    assert another in {theme["id"] for theme in slow["map"]["themes"]}


def test_a_child_that_was_started_anew_goes_on_from_the_map_on_record(
    quick_child: Conversation, second_child: Conversation
) -> None:
    quick_child.read("j", ideas())
    first = quick_child.theme_map("j")
    second_child.themes["j"] = quick_child.themes["j"]
    second_child.read("j", ideas(), themes=msgspec.Raw(msgspec.json.encode(first, order="deterministic")))
    theme = first["themes"][0]
    second_child.ask(
        ProposeSplit(job="split", jam="j", standing=second_child.standing("j"), theme=theme["id"], parts=2)
    )
    parts = second_child.hear_the_end("split")[0]["parts"]
    assert sorted(idea for part in parts for idea in part["ideas"]) == theme["members"]
    assert [one["id"] for one in second_child.theme_map("j")["themes"]] == [
        one["id"] for one in quick_child.theme_map("j")["themes"]
    ]


def test_no_more_than_a_few_jams_are_kept(quick_child: Conversation) -> None:
    for number in range(MOST_JAMS + 1):
        quick_child.read(f"j{number}", {"1": f"More buses {number}"})
    quick_child.regroup("first", "j0")
    quick_child.regroup("last", f"j{MOST_JAMS}")
    assert quick_child.hear_the_end("first")[0]["kind"] == "out_of_step"
    assert quick_child.hear_the_end("last")[0]["kind"] == "made"


def test_the_child_gives_way_to_the_server(quick_child: Conversation) -> None:
    quick_child.hear()
    least = os.getpriority(os.PRIO_PROCESS, 0) + 10
    assert os.getpriority(os.PRIO_PROCESS, quick_child.process.pid) >= min(least, MOST_NICE)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"\xff\xff\xff\xff{}", "no frame begins with", id="a length of 4 GB"),
        pytest.param(b"\x00\x00", "no frame begins with", id="half a length"),
        pytest.param(b"\x00\x00\x00\x09{}", "ended after 2 of 9 bytes", id="half a frame"),
        pytest.param(b"\x00\x00\x00\x04nope", "malformed", id="no JSON"),
        pytest.param(b"\x00\x00\x00\x02[]", "Expected `object`", id="no object"),
        pytest.param(b'\x00\x00\x00\x0b{"job": "j"', "truncated", id="JSON cut short"),
        pytest.param(b'\x00\x00\x00\x0b{"job":"j"}', "ask", id="no kind of request"),
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
    chatty_child.read("j", texts)
    expected = theme(list(texts.values()), list(texts), embedder=HashingEmbedder())
    assert msgspec.convert(chatty_child.theme_map("j"), ThemeMap) == expected
    code, rest, errors = chatty_child.end()
    assert (code, rest) == (0, b"")
    assert "noise\nmore noise" in errors


def test_a_model_that_cannot_be_loaded_is_said_to_everyone_who_asks(tmp_path: Path) -> None:
    conversation = Conversation(*MODULE, env={"JAM_EMBEDDING_MODEL": str(tmp_path / "no-such-model")})
    conversation.read("j", ideas())
    conversation.regroup("j2", "j")
    for job in ("read j", "j2"):
        heard, notes = conversation.hear_the_end(job)
        assert (heard["kind"], heard["code"], notes) == ("failed", "model_missing", [])
        assert "no-such-model" in heard["message"]
    assert conversation.end()[0] == 0


def test_a_bug_in_the_thread_beside_ends_the_child_instead_of_leaving_the_server_waiting() -> None:
    conversation = Conversation("-c", WITHOUT_MODEL.format(embedder="Broken"))
    conversation.read("j", ideas())
    conversation.regroup("j1", "j")
    code, _, errors = conversation.end()
    assert code == 1
    assert "a bug in the model" in errors


def test_the_frames_can_be_read_without_numpy_or_the_theme_library() -> None:
    program = (
        "import sys, jam.service.theming_frames; print(sorted({'numpy', 'clustering'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=True
    )
    assert done.stdout.strip() == "[]"
