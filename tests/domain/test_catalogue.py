"""The closed lists: commands as they come over the wire, events, and refusals with their sentences."""

from __future__ import annotations

import re

import msgspec
import pytest

from jam.domain import commands as c
from jam.domain.events import EVENT_KINDS
from jam.domain.names import Status, Visibility
from jam.domain.rejections import CODES, JamError, reject
from jam.domain.views import EventView
from tests.sources import ROOT

SUBMIT = {"t": "submit_idea", "client_id": "a", "forum": "f", "text": "x"}
DOMAIN = [path.read_text(encoding="utf-8") for path in (ROOT / "jam" / "domain").rglob("*.py")]


def read(command: dict[str, object]) -> object:
    return msgspec.json.decode(msgspec.json.encode(command), type=c.PersonCommand)


def test_every_command_of_a_person_is_read_from_the_wire_by_its_name() -> None:
    for kind in c.PersonCommand.__args__:
        name = kind.__struct_config__.tag
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name)
        assert kind.__struct_config__.tag_field == "t"
    assert read(SUBMIT) == c.SubmitIdea(client_id="a", forum="f", text="x")


@pytest.mark.parametrize(
    "field", ["role", "status", "author_id", "jam_id", "__proto__", "constructor", "seq"]
)
def test_H11_nobody_sets_a_field_that_is_not_a_commands_own(field: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=field):
        read({**SUBMIT, field: "moderator"})


@pytest.mark.parametrize(
    "name", ["join_jam", "ring_bell", "publish_themes", "place_ideas", "publish_report", "__proto__", ""]
)
def test_W13_a_command_that_is_not_for_people_is_not_read(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        read({**SUBMIT, "t": name})


@pytest.mark.parametrize(
    "change",
    [{"text": 7}, {"text": None}, {"tags": "roads"}, {"tags": [1]}, {"client_id": None}, {"lang": 1}],
)
def test_a_field_of_another_kind_is_not_read(change: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        read({**SUBMIT, **change})


def test_the_names_of_commands_are_those_of_the_wire_and_of_the_table() -> None:
    assert c.command_name(c.SubmitIdea(client_id="a", forum="f", text="x")) == "submit_idea"
    assert c.command_name(c.RingBell()) == "ring_bell"


def test_every_event_carries_a_field_that_a_client_knows() -> None:
    for event in EVENT_KINDS.values():
        assert event.carries in EventView.__struct_fields__
        assert event.visibility in Visibility
        assert event.meaning.endswith(".")


def test_every_event_of_a_decision_is_in_the_catalogue() -> None:
    said = {kind for text in DOMAIN for kind in re.findall(r'(?:NewEvent|_event|_moved)\(\s*"(\w+)"', text)}
    assert len(said) > 10
    assert said <= set(EVENT_KINDS)


def test_every_refusal_of_a_decision_is_in_the_closed_list() -> None:
    said = {code for text in DOMAIN for code in re.findall(r'reject\(\s*"(\w+)"', text)}
    assert len(said) > 20
    assert said <= set(CODES)


def test_a_refusal_outside_the_closed_list_is_a_bug() -> None:
    with pytest.raises(KeyError):
        reject("because_i_say_so")


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.code)
def test_every_refusal_says_what_to_do_also_when_a_fact_is_missing(code) -> None:  # type: ignore[no-untyped-def]
    refusal = reject(code.code)
    assert refusal.message
    assert "{" not in refusal.message
    assert 400 <= refusal.status < 600
    assert refusal.retry == code.retry
    assert code.code == code.code.lower()


def test_a_refusal_fills_its_facts_in() -> None:
    assert reject("text_too_long", limit=500, length=501).message.endswith(
        "500 characters or less. It has 501"
    )
    assert issubclass(JamError, Exception)


def test_the_words_of_the_lists_are_law() -> None:
    """Programs match on them and logs of years ago are read by them: a change here breaks both."""
    assert [one.value for one in Status] == [
        "pending", "published", "returned", "hidden", "merged", "withdrawn", "erased",
    ]  # fmt: skip
    assert [one.value for one in Visibility] == ["public", "author", "staff", "records"]
