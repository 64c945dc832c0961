"""Decisions about other people's words: approve, return, hide, undo and flag, and two moderators at once."""

from __future__ import annotations

from itertools import product

import pytest

from jam.domain import commands as c
from jam.domain.names import Policy, Verdict, Visibility
from jam.domain.records import Idea
from jam.domain.rejections import Rejection
from tests.domain.making import Town

# From which status a verdict may be given, and where it leads.
LEADS = {
    ("pending", "approve"): "published",
    ("pending", "return"): "returned",
    ("pending", "hide"): "hidden",
    ("published", "return"): "returned",
    ("published", "hide"): "hidden",
    ("returned", "approve"): "published",
    ("returned", "hide"): "hidden",
    ("hidden", "approve"): "published",
}


def an_idea_that_is(town: Town, status: str) -> Idea:
    """An idea of Ada's in this status, decided by `max` where a decision leads there."""
    idea = town.submit("ada", tags=["roads"])
    if status == "published":
        return town.moderate("max", idea, "approve")
    if status == "returned":
        return town.moderate("max", idea, "return", rule=c.Rule.ABUSE)
    if status == "hidden":
        return town.hide(idea, "max")
    if status == "withdrawn":
        town.get("ada", c.WithdrawIdea, idea=idea.id)
    return town.idea(idea)


@pytest.mark.parametrize(
    ("status", "verdict"), [*product(["pending", "published", "returned", "hidden", "withdrawn"], Verdict)]
)
def test_every_verdict_leads_from_where_it_may_and_is_refused_elsewhere(
    status: str, verdict: Verdict
) -> None:
    town = Town(policy=Policy.PRE)
    idea = an_idea_that_is(town, status)
    fields = {"idea": idea.id, "version": idea.version, "verdict": verdict, "rule": c.Rule.ABUSE}
    if (status, verdict) not in LEADS:
        code = "changed_meanwhile" if status == "withdrawn" else "already_decided"
        if status == "pending":
            code = "changed_meanwhile"
        assert town.refused("mo", c.Moderate, **fields) == code
        return
    answer = town.get("mo", c.Moderate, **fields)
    decided = town.idea(idea)
    assert answer["status"] == decided.status == LEADS[status, verdict]
    assert (decided.version, decided.decided_by) == (idea.version + 1, "mo")
    assert decided.rule == (None if verdict is Verdict.APPROVE else "abuse")
    row = town.decisions[-1]
    assert (row.decision, row.status_before, row.status_after) == (verdict, idea.status, decided.status)
    assert (row.moderator_id, row.idea_version, row.rule) == ("mo", decided.version, decided.rule)
    assert town.events[-1].data["decision"] == verdict


def test_approving_shows_the_idea_to_everyone_from_that_moment_on() -> None:
    town = Town(policy=Policy.PRE)
    idea = town.submit(tags=["roads"])
    seq = town.jam.last_seq + 1
    approved = town.moderate("mo", idea, "approve")
    assert (approved.published_seq, town.jam.ideas) == (seq, 1)
    assert (town.events[-1].kind, town.events[-1].visibility) == ("idea_published", Visibility.PUBLIC)
    assert all(town.facts.contents[i].shown for i in (approved.text_id, approved.tags_id or ""))


def test_the_place_in_everyones_order_never_changes() -> None:
    town = Town()
    idea = town.submit()
    for verdict, rule in (("hide", "abuse"), ("approve", None), ("return", "abuse"), ("approve", None)):
        town.moderate("mo", idea, verdict, rule=rule and c.Rule(rule))
    assert town.idea(idea).published_seq == idea.published_seq


def test_hiding_or_returning_what_nobody_saw_stays_between_author_and_staff() -> None:
    town = Town(policy=Policy.PRE)
    town.hide(town.submit(text="Rude"))
    assert (town.events[-1].kind, town.events[-1].visibility) == ("idea_hidden", Visibility.AUTHOR)
    town.moderate("mo", town.submit(text="Unclear"), "return", rule=c.Rule.UNREADABLE)
    assert (town.events[-1].kind, town.events[-1].visibility) == ("idea_returned", Visibility.AUTHOR)


def test_words_taken_out_of_sight_are_not_marked_as_shown_until_a_person_shows_them_again() -> None:
    """Else they would come back to everyone with the next words of that idea, out of the log (G10, G11)."""
    town = Town()
    idea = town.submit(text="Call me on 0170", tags=["phone"])
    town.moderate("mo", idea, "return", rule=c.Rule.PERSONAL_DATA)
    first = [idea.text_id, idea.tags_id or ""]
    assert [town.facts.contents[i].shown for i in first] == [False, False]
    town.get("ada", c.EditIdea, idea=idea.id, version=2, text="Call the town hall", tags=[])
    town.moderate("mo", idea, "approve")
    assert town.facts.contents[town.idea(idea).text_id].shown
    assert [town.facts.contents[i].shown for i in first] == [False, False]


def test_words_that_were_hidden_by_mistake_are_shown_again_by_an_undo() -> None:
    town = Town()
    idea = town.submit(tags=["roads"])
    town.hide(idea)
    assert not town.facts.contents[idea.text_id].shown
    town.get("mo", c.UndoDecision, idea=idea.id, version=2)
    assert [town.facts.contents[i].shown for i in (idea.text_id, idea.tags_id or "")] == [True, True]


@pytest.mark.parametrize("verdict", ["hide", "return"])
def test_a_rule_must_be_named_to_take_words_away(verdict: str) -> None:
    town = Town()
    idea = town.submit()
    assert town.refused("mo", c.Moderate, idea=idea.id, version=1, verdict=Verdict(verdict)) == "rule_needed"


def test_a_note_is_kept_apart_from_the_log() -> None:
    town = Town()
    hidden = town.hide(town.submit(), note="  Please be kind ")
    assert town.facts.contents[hidden.note_id or ""].value == "Please be kind"
    assert town.decisions[-1].note_id == hidden.note_id
    assert "Please" not in repr(town.events[-1])
    assert town.events[-1].data["digests"] == {
        hidden.note_id: town.facts.contents[hidden.note_id or ""].digest
    }


@pytest.mark.parametrize("note", [None, "", "  ", "\u200b", "\n"])
def test_a_note_in_which_there_is_nothing_to_read_is_none(note: str | None) -> None:
    town = Town()
    assert town.hide(town.submit(), note=note).note_id is None


@pytest.mark.parametrize(("note", "code"), [("x" * 501, "note_too_long"), ("a\x00", "text_control_chars")])
def test_a_note_that_is_not_in_order_is_refused(note: str, code: str) -> None:
    town = Town()
    idea = town.submit()
    fields = {"version": 1, "verdict": Verdict.HIDE, "rule": c.Rule.ABUSE, "note": note}
    assert town.refused("mo", c.Moderate, idea=idea.id, **fields) == code


def test_G9_the_later_of_two_moderators_is_told_who_decided_what() -> None:
    town = Town(policy=Policy.PRE)
    idea = town.submit()
    town.hide(idea, "mo")
    late = town.do("max", c.Moderate, idea=idea.id, version=1, verdict=Verdict.APPROVE)
    assert isinstance(late, Rejection)
    assert late.code == "already_decided"
    assert late.facts == {"by_id": "mo", "status": "hidden", "version": 2}
    assert [one.moderator_id for one in town.decisions] == ["mo"]


def test_a_moderator_who_saw_an_older_text_is_told_that_it_changed_and_not_that_somebody_decided() -> None:
    town = Town(policy=Policy.PRE)
    idea = town.submit("ada")
    fields = {"idea": idea.id, "version": 1, "verdict": Verdict.APPROVE}
    town.get("ada", c.EditIdea, idea=idea.id, version=1, text="Other words")
    assert town.refused("mo", c.Moderate, **fields) == "changed_meanwhile"
    town.moderate("mo", idea, "return", rule=c.Rule.ABUSE)
    town.get("ada", c.EditIdea, idea=idea.id, version=3, text="Kinder words")
    assert town.refused("max", c.Moderate, **{**fields, "version": 3}) == "changed_meanwhile"


def test_a_moderator_is_told_that_the_author_took_the_text_back() -> None:
    town = Town(policy=Policy.PRE)
    idea = town.moderate("mo", town.submit("ada"), "approve")
    town.get("ada", c.WithdrawIdea, idea=idea.id)
    fields = {"idea": idea.id, "verdict": Verdict.HIDE, "rule": c.Rule.ABUSE}
    for version in (2, 3):
        assert town.refused("max", c.Moderate, version=version, **fields) == "changed_meanwhile"


def test_a_verdict_on_what_is_not_there_finds_nothing() -> None:
    town = Town()
    assert town.refused("mo", c.Moderate, idea="none", version=1, verdict=Verdict.APPROVE) == "not_found"
    assert town.refused("mo", c.UndoDecision, idea="none", version=1) == "not_found"


@pytest.mark.parametrize(("status", "verdict"), [*LEADS])
def test_an_undo_leads_back_and_is_a_decision_of_its_own(status: str, verdict: str) -> None:
    town = Town(policy=Policy.PRE)
    before = an_idea_that_is(town, status)
    decided = town.moderate("mo", before, verdict, rule=c.Rule.ABUSE)
    kept = len(town.decisions)
    answer = town.get("max", c.UndoDecision, idea=before.id, version=decided.version)
    undone = town.idea(before)
    assert answer["status"] == undone.status == status
    again = (before.rule, before.note_id) if status in ("returned", "hidden") else (None, None)
    assert (undone.rule, undone.note_id, undone.decided_by) == (*again, "max")
    row = town.decisions[-1]
    assert (len(town.decisions), row.decision, row.moderator_id) == (kept + 1, "undo", "max")
    assert town.events[-1].kind == "decision_undone"
    assert town.facts.contents[undone.text_id].shown == (status == "published")
    assert town.refused("mo", c.UndoDecision, idea=before.id, version=undone.version) == "nothing_to_undo"


def test_no_undo_hides_a_text_again_under_no_rule() -> None:
    """Hidden, shown again by another, undone, and once more: the first rule and note hold each time."""
    town = Town()
    idea = town.submit()
    hidden = town.hide(idea, rule=c.Rule.THREAT, note="Names a person")
    for _ in range(2):
        shown = town.moderate("max", idea, "approve")
        town.get("max", c.UndoDecision, idea=idea.id, version=shown.version)
        undone = town.idea(idea)
        assert (undone.status, undone.rule, undone.note_id) == ("hidden", "threat", hidden.note_id)
        assert (town.decisions[-1].rule, town.events[-1].data["rule"]) == ("threat", "threat")


def test_a_text_whose_rule_is_not_on_record_is_not_hidden_again_by_an_undo() -> None:
    town = Town()
    idea = town.hide(town.submit())
    town.facts.ideas[idea.id] = idea.with_(rule=None)
    shown = town.moderate("max", idea, "approve")
    town.facts.decisions.clear()
    assert town.refused("max", c.UndoDecision, idea=idea.id, version=shown.version) == "rule_needed"


def test_an_undo_of_an_older_version_is_told_who_decided_since() -> None:
    town = Town(policy=Policy.PRE)
    idea = town.moderate("mo", town.submit(), "approve")
    town.hide(idea, "max")
    assert town.refused("mo", c.UndoDecision, idea=idea.id, version=2) == "already_decided"


def test_there_is_nothing_to_undo_where_nobody_decided_or_the_author_acted_since() -> None:
    town = Town()
    untouched = town.submit(text="Untouched")
    assert town.refused("mo", c.UndoDecision, idea=untouched.id, version=1) == "nothing_to_undo"
    edited, withdrawn = town.submit(text="Edited"), town.submit(text="Withdrawn")
    for idea in (edited, withdrawn):
        town.hide(idea)
        town.moderate("mo", idea, "approve")
    town.get("ada", c.EditIdea, idea=edited.id, version=3, text="Edited since")
    assert town.refused("mo", c.UndoDecision, idea=edited.id, version=4) == "nothing_to_undo"
    town.get("ada", c.WithdrawIdea, idea=withdrawn.id)
    assert town.refused("mo", c.UndoDecision, idea=withdrawn.id, version=4) == "nothing_to_undo"
    town.get("ada", c.RestoreIdea, idea=withdrawn.id)
    assert town.refused("mo", c.UndoDecision, idea=withdrawn.id, version=5) == "nothing_to_undo"


# Flags


def test_a_flag_tells_staff_alone_and_changes_nothing_else() -> None:
    town = Town()
    idea = town.submit("ada", tags=["roads"])
    town.get("bob", c.FlagIdea, idea=idea.id, rule=c.Rule.ABUSE)
    event = town.events[-1]
    assert (event.kind, event.visibility, event.subject_id) == ("idea_flagged", Visibility.STAFF, idea.id)
    assert (event.data["count"], event.data["rule"], event.data["version"]) == (1, "abuse", 1)
    assert town.idea(idea) == idea


def test_a_person_flags_an_idea_once_and_others_are_counted() -> None:
    town = Town()
    idea = town.submit("ada")
    town.get("bob", c.FlagIdea, idea=idea.id, rule=c.Rule.ABUSE)
    assert town.refused("bob", c.FlagIdea, idea=idea.id, rule=c.Rule.THREAT) == "already_flagged"
    town.get("mo", c.FlagIdea, idea=idea.id, rule=c.Rule.THREAT)
    assert town.events[-1].data["count"] == 2


def test_what_nobody_was_shown_cannot_be_flagged() -> None:
    town = Town(policy=Policy.PRE)
    pending = town.submit("ada")
    assert town.refused("bob", c.FlagIdea, idea=pending.id, rule=c.Rule.ABUSE) == "not_found"
    assert town.refused("bob", c.FlagIdea, idea="none", rule=c.Rule.ABUSE) == "not_found"
