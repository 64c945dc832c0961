"""What the house and the facilitator do beside the clock: people, forums, results on record."""

from __future__ import annotations

import pytest

from jam.domain import commands as c
from jam.domain.facts import Decision, Facts
from jam.domain.names import Audience, Phase, Role, Visibility
from jam.domain.rejections import Rejection
from tests.domain.making import Town, a_jam
from tests.fakes import CountedIds


def code(outcome: object) -> str:
    assert isinstance(outcome, Rejection), outcome
    return outcome.code


# People


def test_a_person_comes_in_under_a_name_that_staff_alone_are_told() -> None:
    town = Town()
    people = town.jam.people
    fields = {"handle": " Cleo ", "audience": Audience.STAFF, "identity_level": 2, "provenance": "assisted"}
    outcome = town.join("cleo", **fields)
    assert isinstance(outcome, Decision)
    assert outcome.answer == {"participant": "cleo", "seq": town.jam.last_seq}
    person = town.facts.participants["cleo"]
    assert (person.role, person.audience, person.joined_at) == (Role.PARTICIPANT, Audience.STAFF, town.now)
    assert (person.identity_level, person.provenance, person.handle_key) == (2, "assisted", "cleo")
    assert town.facts.contents[person.handle_id].value == "Cleo"
    event = town.events[-1]
    assert (event.kind, event.visibility) == ("participant_joined", Visibility.STAFF)
    assert "Cleo" not in repr(event), "a name is content and stays out of the chain"
    assert town.jam.people == people + 1


def test_staff_and_observers_are_not_counted_among_the_people() -> None:
    assert Town().jam.people == 2, "Ada and Bob; the six others have roles"


@pytest.mark.parametrize("handle", ["ada", "ADA", " a-d-a ", "Ａｄａ", "a\u200bda"])
def test_W15_a_name_that_reads_like_one_that_is_there_is_taken(handle: str) -> None:
    assert code(Town().join("cleo", handle=handle)) == "handle_taken"


@pytest.mark.parametrize(
    ("handle", "said"),
    [
        ("", "handle_missing"),
        ("x" * 41, "handle_too_long"),
        ("Admin", "handle_reserved"),
        ("\ud800", "not_unicode"),
    ],
)
def test_W15_a_name_that_is_not_in_order_is_refused(handle: str, said: str) -> None:
    town = Town()
    jam = town.jam
    assert code(town.join("cleo", handle=handle)) == said
    assert town.jam == jam


def test_W15_staff_may_be_called_what_they_are() -> None:
    assert isinstance(Town().join("cleo", Role.MODERATOR, handle="Moderator"), Decision)


def test_coming_in_again_changes_nothing() -> None:
    town = Town()
    jam = town.jam
    assert town.join("ada") == Decision([], [], {"participant": "ada"})
    assert town.join("ada", handle="Another name") == Decision([], [], {"participant": "ada"})
    assert town.jam == jam


def test_a_person_who_comes_again_cannot_take_anothers_name() -> None:
    assert code(Town().join("ada", handle="bob")) == "handle_taken"


def test_a_closed_jam_takes_nobody_but_those_with_work_to_do() -> None:
    town = Town(Phase.CLOSED)
    assert code(town.join("cleo")) == "jam_closed"
    assert isinstance(town.join("cleo", Role.MODERATOR), Decision)
    assert isinstance(town.join("dee", Role.RECORDS_OFFICER), Decision)


def test_people_come_in_during_a_pause() -> None:
    town = Town()
    town.get("fay", c.PauseJam)
    assert isinstance(town.join("cleo"), Decision)


# Forums


def test_another_question_opens_behind_the_others() -> None:
    town = Town()
    answer = town.get("fay", c.OpenForum, title=" Parks ", question="Where do trees go?")
    forum = town.facts.forums[answer["forum"]]
    assert (forum.position, forum.open, forum.version) == (2, True, 1)
    words = [town.facts.contents[i] for i in (forum.title_id, forum.question_id)]
    assert [one.value for one in words] == ["Parks", "Where do trees go?"]
    assert all(one.shown for one in words)
    event = town.events[-1]
    assert (event.kind, event.visibility, event.subject_id) == ("forum_opened", Visibility.PUBLIC, forum.id)
    assert event.data["digests"] == {one.id: one.digest for one in words}


@pytest.mark.parametrize(
    ("title", "question", "said"),
    [("", "Why?", "title_bad"), ("x" * 201, "Why?", "title_bad"), ("Why", " ", "question_bad"),
     ("Why", "x" * 501, "question_bad"), ("a\x00", "Why?", "text_control_chars")],
)  # fmt: skip
def test_a_question_that_is_not_in_order_is_refused(title: str, question: str, said: str) -> None:
    assert Town().refused("fay", c.OpenForum, title=title, question=question) == said


def test_a_forum_is_closed_once() -> None:
    town = Town()
    town.get("fay", c.CloseForum, forum=town.forum)
    forum = town.facts.forums[town.forum]
    assert (forum.open, forum.version, town.events[-1].kind) == (False, 2, "forum_closed")
    assert town.refused("fay", c.CloseForum, forum=town.forum) == "forum_closed"
    assert town.refused("fay", c.CloseForum, forum="none") == "not_found"


# Results


def test_a_theme_map_goes_on_record_with_its_numbers_and_not_its_names() -> None:
    town = Town()
    numbers = {"version": 3, "at_seq": 9, "themes": 7, "one_of_a_kind": 2, "digest": "d"}
    outcome = town.house(c.PublishThemes(theme_map_id="map", **numbers))
    assert isinstance(outcome, Decision)
    assert outcome.answer == {"seq": town.jam.last_seq}
    event = town.events[-1]
    assert (event.kind, event.visibility, event.subject_id) == ("themes_published", Visibility.PUBLIC, "map")
    assert event.data == {**numbers, "corrections_seq": 0, "final": True, "fell_back": False}


def test_a_report_goes_on_record_also_after_the_close() -> None:
    town = Town(Phase.CLOSED)
    town.house(c.PublishReport(report_id="report", version=1, at_seq=9, digest="d"))
    event = town.events[-1]
    assert (event.kind, event.subject_id) == ("report_published", "report")
    assert event.data == {"version": 1, "at_seq": 9, "digest": "d"}


# Facts


def test_words_get_a_salt_of_their_own_and_a_digest_that_ties_them() -> None:
    facts = Facts(jam=a_jam(), ids=CountedIds())
    one, other = facts.content("s", "text", "Same words"), facts.content("s", "text", "Same words")
    assert one.salt != other.salt
    assert one.digest != other.digest
    assert len(one.salt or b"") == 16
    assert not one.shown
