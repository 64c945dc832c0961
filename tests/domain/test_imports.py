"""Imported ideas: the checks of every idea, and a record that says where they came from."""

from __future__ import annotations

import pytest

from jam.domain.commands import ImportIdea, Rule, TagIdea, UndoDecision, WithdrawIdea
from jam.domain.decide.imports import EARLIEST
from jam.domain.names import Phase, Policy, Status
from tests.domain.making import OPENED, Town


def test_an_imported_idea_stands_under_who_brought_it_and_its_event_says_so_for_ever() -> None:
    town = Town(phase=Phase.LOBBY)
    answer = town.get("fay", ImportIdea, forum=town.forum, text="A bench", written_at=OPENED - 1)
    assert town.idea(answer["idea"]).author_id == "fay"
    event = town.events[-1]
    assert event.kind == "idea_published"
    assert event.data["imported"] == {"written_at": OPENED - 1}


def test_an_imported_idea_waits_for_a_moderator_where_every_idea_does() -> None:
    town = Town(policy=Policy.PRE)
    town.get("fay", ImportIdea, forum=town.forum, text="A bench")
    assert town.events[-1].kind == "idea_submitted"
    assert town.events[-1].data["imported"] == {"written_at": None}


def test_what_was_imported_in_the_lobby_is_moderated_tagged_and_taken_back_there() -> None:
    """Else a text with a telephone number in it would stand before everybody until the jam opens."""
    town = Town(phase=Phase.LOBBY)
    idea = town.idea(town.get("fay", ImportIdea, forum=town.forum, text="Ring 0123 456789")["idea"])
    assert town.hide(idea, rule=Rule.PERSONAL_DATA).status is Status.HIDDEN
    town.get("mo", UndoDecision, idea=idea.id, version=town.idea(idea).version)
    town.get("mo", TagIdea, idea=idea.id, version=town.idea(idea).version, tags=["roads"])
    assert town.tags(idea) == ["roads"]
    town.get("fay", WithdrawIdea, idea=idea.id)
    assert town.idea(idea).status is Status.WITHDRAWN


def test_participants_can_do_nothing_with_what_was_imported_in_the_lobby() -> None:
    town = Town(phase=Phase.LOBBY)
    idea = town.get("fay", ImportIdea, forum=town.forum, text="A bench")["idea"]
    assert town.refused("ada", TagIdea, idea=idea, version=1, tags=["mine"]) == "not_found"
    assert town.refused("ada", WithdrawIdea, idea=idea) == "not_found"


@pytest.mark.parametrize("moment", [-1, 0, 1970, EARLIEST - 1, OPENED + 60_000, 253_402_300_799_000])
def test_i9_a_moment_that_nobody_can_have_written_at_is_refused(moment: int) -> None:
    town = Town()
    assert town.refused("fay", ImportIdea, forum=town.forum, text="x", written_at=moment) == "bad_field"


def test_a_participant_cannot_pass_an_idea_off_as_imported() -> None:
    town = Town()
    assert town.refused("ada", ImportIdea, forum=town.forum, text="x") == "not_allowed"
