"""The door every command goes through: client ids, who is asking, answers that are kept, and what holds."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jam.domain import commands as c
from jam.domain.decide import decide
from jam.domain.events import EVENT_KINDS
from jam.domain.facts import Decision
from jam.domain.names import Phase, Policy, Role, Rule, Status, Verdict, Visibility
from jam.domain.records import Receipt
from jam.domain.rejections import CODES, Rejection
from tests.domain.making import HOUSE, PEOPLE, Town


def code(outcome: object) -> str:
    assert isinstance(outcome, Rejection), outcome
    return outcome.code


def submit(town: Town, client_id: str, text: str = "Mend the bridge") -> Decision | Rejection:
    command = c.SubmitIdea(client_id=client_id, forum=town.forum, text=text)
    return town.decide(town.viewer("ada"), command)


# Client ids


@pytest.mark.parametrize("client_id", ["a", "A-1_b", "x" * 64, "-", "__"])
def test_W12_a_client_id_has_letters_digits_dashes_and_underscores(client_id: str) -> None:
    assert isinstance(submit(Town(), client_id), Decision)


@pytest.mark.parametrize(
    "client_id", ["x" * 65, "x" * 300, "a b", "a\n", "é", "a.b", "٣", "a/../b", "\ud800"]
)
def test_W12_any_other_client_id_is_refused(client_id: str) -> None:
    assert code(submit(Town(), client_id)) == "client_id_bad"


def test_W12_a_command_without_a_client_id_is_told_so() -> None:
    assert code(submit(Town(), "")) == "client_id_missing"


def test_G2_the_same_client_id_has_one_effect_and_one_answer_even_with_another_text() -> None:
    town = Town()
    first = submit(town, "mine")
    assert isinstance(first, Decision)
    jam = town.jam
    town.later(3600)
    again = submit(town, "mine", text="Something else")
    assert again == Decision([], [], {**first.answer, "replayed": True})
    assert town.jam == jam
    assert town.text(town.idea(first.answer["idea"])) == "Mend the bridge"


def test_G2_the_answer_is_kept_whatever_kind_of_command_comes_again() -> None:
    town = Town()
    first = submit(town, "mine")
    assert isinstance(first, Decision)
    other = town.do("ada", c.WithdrawIdea, client_id="mine", idea=first.answer["idea"])
    assert isinstance(other, Decision)
    assert other.answer == {**first.answer, "replayed": True}
    assert town.idea(first.answer["idea"]).status is Status.PUBLISHED


def test_G2_the_answer_is_kept_after_the_phase_is_over_or_the_person_removed() -> None:
    town = Town()
    first = submit(town, "mine")
    assert isinstance(first, Decision)
    town.get("fay", c.CloseJam)
    town.facts.participants["ada"] = town.facts.participants["ada"].with_(removed_at=town.now)
    again = submit(town, "mine")
    assert isinstance(again, Decision)
    assert again.answer["replayed"]


def test_a_client_id_belongs_to_one_person() -> None:
    town = Town()
    submit(town, "mine")
    command = c.SubmitIdea(client_id="mine", forum=town.forum, text="From Bob")
    other = town.decide(town.viewer("bob"), command)
    assert isinstance(other, Decision)
    assert "replayed" not in other.answer


def test_a_refusal_is_not_kept_so_that_the_same_command_can_be_sent_again() -> None:
    town = Town()
    town.get("fay", c.PauseJam)
    assert code(submit(town, "mine")) == "jam_paused"
    town.get("fay", c.ResumeJam)
    assert isinstance(submit(town, "mine"), Decision)


def test_a_decision_names_its_receipt_and_leaves_the_facts_alone() -> None:
    town = Town()
    before = town.jam, dict(town.facts.ideas), dict(town.facts.receipts)
    command = c.SubmitIdea(client_id="mine", forum=town.forum, text="Mend the bridge")
    outcome = decide(command, town.viewer("ada"), town.facts, town.now)
    assert isinstance(outcome, Decision)
    receipts = [one for one in outcome.records if isinstance(one, Receipt)]
    assert [(one.participant_id, one.client_id, one.answer) for one in receipts] == [
        ("ada", "mine", outcome.answer)
    ]
    assert before == (town.jam, town.facts.ideas, town.facts.receipts)


# Who is asking


def test_somebody_who_is_not_in_the_jam_finds_nothing() -> None:
    town = Town()
    stranger = msgspec.structs.replace(town.viewer("ada"), participant_id="stranger")
    command = c.SubmitIdea(client_id="c", forum=town.forum, text="Hello")
    assert code(town.decide(stranger, command)) == "not_found"


def test_the_role_on_record_counts_and_not_the_one_that_the_session_began_with() -> None:
    town = Town()
    idea = town.submit("ada")
    town.facts.participants["mo"] = town.facts.participants["mo"].with_(role=Role.PARTICIPANT)
    fields = {"idea": idea.id, "version": 1, "verdict": Verdict.HIDE, "rule": Rule.ABUSE}
    assert town.refused("mo", c.Moderate, **fields) == "not_allowed"
    promoted = msgspec.structs.replace(town.viewer("ada"), role=Role.MODERATOR)
    assert code(town.decide(promoted, c.Moderate(client_id="c", **fields))) == "not_allowed"


def test_somebody_who_was_removed_is_told_so() -> None:
    town = Town()
    town.facts.participants["ada"] = town.facts.participants["ada"].with_(removed_at=town.now)
    assert town.refused("ada", c.SubmitIdea, forum=town.forum, text="Hello") == "removed"


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        (Phase.LOBBY, "jam_not_started"),
        (Phase.WRAP_UP, "phase_over"),
        (Phase.CLOSED, "jam_closed"),
    ],
)
def test_the_table_of_permissions_stands_before_every_command(phase: Phase, said: str) -> None:
    town = Town(phase)
    assert town.refused("ada", c.SubmitIdea, forum="", text="") == said
    assert town.refused("oda", c.SubmitIdea, forum="", text="") == "not_allowed"


# What holds for every command of every person


def commands(town: Town) -> st.SearchStrategy[tuple[str, type[c.Command], dict[str, Any]]]:
    """Any command on what there is, mostly in order, sometimes not."""
    ideas = st.sampled_from([*town.facts.ideas, "none"])
    forums = st.sampled_from([*town.facts.forums, "none"])
    version = st.integers(1, 4)
    texts = st.sampled_from(["Mend the bridge", "More trees", "", "secret-canary"])
    tags = st.lists(st.sampled_from(["roads", "trees", "#"]), max_size=2)
    phase = st.integers(0, 3)
    fields: dict[type[c.Command], dict[str, st.SearchStrategy[Any]]] = {
        c.SubmitIdea: {"forum": forums, "text": texts, "tags": tags},
        c.SubmitReply: {"idea": ideas, "text": texts},
        c.EditIdea: {"idea": ideas, "version": version, "text": texts, "tags": st.none() | tags},
        c.TagIdea: {"idea": ideas, "version": version, "tags": tags},
        c.WithdrawIdea: {"idea": ideas},
        c.RestoreIdea: {"idea": ideas},
        c.FlagIdea: {"idea": ideas, "rule": st.sampled_from(Rule)},
        c.Moderate: {
            "idea": ideas,
            "version": version,
            "verdict": st.sampled_from(Verdict),
            "rule": st.none() | st.sampled_from(Rule),
            "note": st.none() | texts,
        },
        c.UndoDecision: {"idea": ideas, "version": version},
        c.StartNextPhase: {"phase_index": phase},
        c.ExtendPhase: {"phase_index": phase, "minutes": st.integers(0, 121)},
        c.PauseJam: {},
        c.ResumeJam: {},
        c.OpenForum: {"title": texts, "question": texts},
        c.CloseForum: {"forum": forums},
    }
    writing = [c.SubmitIdea, c.Moderate, c.EditIdea, c.UndoDecision]
    kinds = st.sampled_from([*fields, *writing, *writing])
    who = st.sampled_from(["ada", "ada", "bob", "mo", "mo", "fay", "oda"])
    return kinds.flatmap(lambda kind: st.tuples(who, st.just(kind), st.fixed_dictionaries(fields[kind])))


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_whatever_is_commanded_the_books_add_up(data: st.DataObject) -> None:
    town = Town(policy=data.draw(st.sampled_from(Policy)), spot_check=2)
    for _ in range(data.draw(st.integers(1, 20))):
        who, kind, fields = data.draw(commands(town))
        before, ideas, events = town.jam, dict(town.facts.ideas), len(town.events)
        outcome = town.do(who, kind, **fields)
        if isinstance(outcome, Rejection):
            assert outcome.code in CODES
            assert (town.jam, town.facts.ideas, len(town.events)) == (before, ideas, events)
            continue
        check_events(town, outcome, before.last_seq)
        check_ideas(town, ideas)
    shown = [idea for idea in town.facts.ideas.values() if idea.status is Status.PUBLISHED]
    assert town.jam.ideas == len([idea for idea in shown if not idea.reply_to])
    assert town.jam.replies == len([idea for idea in shown if idea.reply_to])
    assert town.jam.submitted == len(town.facts.ideas)
    assert town.jam.last_seq == len(town.events)


def check_events(town: Town, decision: Decision, last_seq: int) -> None:
    """Each event is one of the catalogue, no wider than there, and holds none of the words."""
    assert decision.answer["seq"] == last_seq + 1
    assert town.jam.last_seq == last_seq + len(decision.events)
    widest = [Visibility.RECORDS, Visibility.STAFF, Visibility.AUTHOR, Visibility.PUBLIC]
    for event in decision.events:
        catalogue = EVENT_KINDS[event.kind]
        if event.kind != "idea_submitted":
            assert widest.index(event.visibility) <= widest.index(catalogue.visibility)
        idea = town.facts.ideas.get(event.subject_id or "")
        if idea and idea.published_seq is None:
            assert event.visibility is Visibility.AUTHOR, "nobody else may know that it exists"
        assert not any(word in repr(event) for word in ("canary", "bridge", "More trees"))
        for text_id, digest in event.data.get("digests", {}).items():
            assert town.facts.contents[text_id].digest == digest


def check_ideas(town: Town, before: dict[str, Any]) -> None:
    """One step of version for each change; the place in everyone's order and the author stay for ever."""
    for key, idea in town.facts.ideas.items():
        was = before.get(key)
        if was is None:
            assert idea.version == 1
            continue
        assert idea.version == was.version + (idea != was)
        assert (idea.author_id, idea.created_seq) == (was.author_id, was.created_seq)
        assert was.published_seq in (None, idea.published_seq)
        if idea.status is Status.PUBLISHED:
            assert idea.published_seq is not None
            assert town.facts.contents[idea.text_id].shown
        elif idea.status is not Status.WITHDRAWN:
            assert not town.facts.contents[idea.text_id].shown, "out of sight, and not only for now"


def test_commands_of_the_house_carry_no_client_id_and_never_come_over_the_wire() -> None:
    for kind in (c.JoinJam, c.RingBell, c.PublishThemes, c.PlaceIdeas, c.PublishReport):
        assert "client_id" not in kind.__struct_fields__
        assert kind not in c.PersonCommand.__args__
    assert HOUSE.participant_id not in PEOPLE
