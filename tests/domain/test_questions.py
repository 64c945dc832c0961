"""Questions that participants propose, official answers, answers at the door, and anonymity."""

from __future__ import annotations

from typing import Any

import pytest

from jam.domain import commands as c
from jam.domain import entry
from jam.domain.facts import Decision
from jam.domain.jam_settings import JoinQuestion
from jam.domain.names import Anonymity, Phase, Policy, Role, Status
from jam.domain.records import JoinAnswer
from jam.domain.rejections import Rejection
from jam.domain.screens import standard
from jam.domain.visibility import Sighting, project_idea, proposal_view
from tests.domain.making import Town

WARD = JoinQuestion(id="ward", label="Your ward", options=["North", "South"], required=True)
JOB = JoinQuestion(id="job", label="What do you do?")


def code(outcome: Decision | Rejection) -> str:
    assert isinstance(outcome, Rejection), outcome
    return outcome.code


# Proposals


def test_a_proposed_question_is_shown_to_staff_only() -> None:
    town = Town(Phase.LOBBY)
    asked = town.get("ada", c.ProposeQuestion, text="Where may dogs run?")
    event = town.events[-1]
    assert (event.kind, event.visibility, event.subject_id) == (
        "question_proposed",
        "staff",
        asked["proposal"],
    )
    assert "dogs" not in str(event.data)


def test_a_forum_is_opened_from_a_proposal_once() -> None:
    town = Town()
    proposal = town.get("ada", c.ProposeQuestion, text="Where may dogs run?")["proposal"]
    words = {"title": "Dogs", "question": "Where may dogs run?", "host": "Ms Moore"}
    forum = town.get("fay", c.OpenForum, proposal=proposal, **words)["forum"]
    assert town.facts.forums[forum].proposal_id == proposal
    assert (town.facts.proposals[proposal].forum_id, town.facts.proposals[proposal].version) == (forum, 2)
    assert [event.kind for event in town.events[-2:]] == ["forum_opened", "question_taken_up"]
    assert town.refused("fay", c.OpenForum, proposal=proposal, **words) == "changed_meanwhile"
    assert town.refused("fay", c.OpenForum, proposal="nothing", **words) == "not_found"


def test_proposals_take_from_the_allowance_for_texts() -> None:
    town = Town(ideas_per_minute=6, burst=3)
    for number in range(3):
        town.get("ada", c.ProposeQuestion, text=f"Question {number}?")
    assert town.refused("ada", c.ProposeQuestion, text="One more?") == "slow_down"


@pytest.mark.parametrize(("text", "said"), [("", "question_bad"), ("x" * 501, "question_bad")])
def test_a_proposal_without_words_or_with_too_many_is_refused(text: str, said: str) -> None:
    assert Town().refused("ada", c.ProposeQuestion, text=text) == said


# Official answers


@pytest.mark.parametrize("who", ["fay", "adam"])
def test_an_official_answer_carries_its_mark_and_is_shown_at_once(who: str) -> None:
    town = Town(policy=Policy.PRE)
    idea = town.moderate("mo", town.submit("ada"), "approve")
    answer = town.idea(town.get(who, c.SubmitReply, idea=idea.id, text="We will", official=True)["idea"])
    assert answer.official
    assert answer.status is Status.PUBLISHED
    seen = Sighting(idea=answer, version=1, status=answer.status, text="We will", shown=True)
    view = project_idea(seen, town.viewer("bob"))
    assert view is not None
    assert view.official


@pytest.mark.parametrize("who", ["bob", "mo"])
def test_nobody_else_answers_officially(who: str) -> None:
    town = Town()
    idea = town.submit("ada")
    assert town.refused(who, c.SubmitReply, idea=idea.id, text="We will", official=True) == "not_allowed"


def test_a_plain_reply_of_the_facilitator_is_no_official_answer() -> None:
    town = Town()
    assert not town.reply("fay", town.submit("ada")).official


# Join questions


def asked(*questions: JoinQuestion) -> Town:
    town = Town()
    town.facts.questions = list(questions)
    return town


def test_answers_are_kept_as_content_of_their_own_and_the_log_gets_digests() -> None:
    town = asked(WARD, JOB)
    outcome = town.join("cleo", answers={"ward": "North", "job": " Nurse "})
    assert isinstance(outcome, Decision)
    rows = {row.question: row for row in outcome.records if isinstance(row, JoinAnswer)}
    kept = {question: town.facts.contents[row.content_id] for question, row in rows.items()}
    assert {question: content.value for question, content in kept.items()} == {
        "ward": "North",
        "job": "Nurse",
    }
    assert not any(content.shown for content in kept.values())
    assert "North" not in str(town.events[-1].data)
    assert {content.id for content in kept.values()} < town.events[-1].data["digests"].keys()


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "answer_missing"),
        ({"ward": "  "}, "answer_missing"),
        ({"ward": "West"}, "answer_bad"),
        ({"ward": "North", "job": "x" * 201}, "answer_bad"),
        ({"ward": "North", "job": "a\x00b"}, "answer_bad"),
        ({"ward": "North", "party": "none"}, "answer_bad"),
    ],
)
def test_an_answer_that_was_not_asked_for_is_refused(answers: dict[str, str], said: str) -> None:
    assert code(asked(WARD, JOB).join("cleo", answers=answers)) == said


def test_what_need_not_be_answered_need_not_be_there() -> None:
    assert isinstance(asked(WARD, JOB).join("cleo", answers={"ward": "South"}), Decision)


def test_those_who_come_to_run_the_jam_are_asked_nothing() -> None:
    assert isinstance(asked(WARD).join("max2", Role.MODERATOR), Decision)


@pytest.mark.parametrize(
    "questions",
    [
        [JoinQuestion(id="Ward", label="Ward")],
        [JoinQuestion(id="", label="Ward")],
        [JoinQuestion(id="ward", label=" ")],
        [JoinQuestion(id="ward", label="Ward", options=["A", "A"])],
        [JoinQuestion(id="ward", label="Ward", options=[""])],
        [WARD, WARD],
        [JoinQuestion(id=f"q{n}", label="Q") for n in range(11)],
    ],
)
def test_join_questions_that_cannot_be_asked_are_refused(questions: list[JoinQuestion]) -> None:
    outcome = entry.check_questions(questions)
    assert isinstance(outcome, Rejection)
    assert outcome.code == "join_questions_bad"


# Anonymity


def seen_by(town: Town, idea_id: str, who: str) -> Any:
    idea = town.idea(idea_id)
    role = town.facts.participants[idea.author_id].role
    sighting = Sighting(
        idea=idea, version=idea.version, status=idea.status, text="x", shown=True, handle="Ada", role=role
    )
    return project_idea(sighting, town.viewer(who))


@pytest.mark.parametrize("who", ["bob", "mo", "fay", "oda", "rex", "adam"])
def test_in_an_anonymous_jam_nobody_learns_who_wrote(who: str) -> None:
    town = Town(anonymity=Anonymity.ANONYMOUS)
    view = seen_by(town, town.submit("ada").id, who)
    assert (view.author, view.handle) == ("", None)


def test_in_an_anonymous_jam_authors_know_their_own() -> None:
    town = Town(anonymity=Anonymity.ANONYMOUS)
    view = seen_by(town, town.submit("ada").id, "ada")
    assert (view.author, view.handle) == ("ada", "Ada")


def test_in_an_anonymous_jam_staff_act_under_their_names() -> None:
    town = Town(anonymity=Anonymity.ANONYMOUS)
    view = seen_by(town, town.submit("fay").id, "bob")
    assert (view.author, view.handle, view.role) == ("fay", "Ada", Role.FACILITATOR)


@pytest.mark.parametrize("level", [Anonymity.NAME, Anonymity.HANDLE])
def test_elsewhere_the_handle_is_shown(level: Anonymity) -> None:
    town = Town(anonymity=level)
    assert seen_by(town, town.submit("ada").id, "bob").handle == "Ada"


def test_in_an_anonymous_jam_a_proposal_leads_to_nobody_either() -> None:
    town = Town(anonymity=Anonymity.ANONYMOUS)
    proposal = town.facts.proposals[town.get("ada", c.ProposeQuestion, text="Why?")["proposal"]]
    view = proposal_view(proposal, "Why?", "Ada")
    assert (view.author, view.handle) == ("", None)
    assert standard("Why?", 1, town.jam.settings) is None
