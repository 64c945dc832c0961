"""``decide(command, actor, facts, now)``: what a command does, or why it is refused. Pure.

The one place where the rules of a jam meet. The writer calls it for each command of a batch, under the
jam's lock, with facts read under that lock, so no decision can rest on something stale.
"""

import re
from collections.abc import Callable
from typing import Any

from jam.domain import commands as c
from jam.domain.decide import (
    house,
    ideas,
    imports,
    moderation,
    questions,
    steering,
    theme_maps,
    themes,
)
from jam.domain.facts import Decision, Facts
from jam.domain.permissions import may
from jam.domain.records import Millis, Receipt
from jam.domain.rejections import Rejection, reject
from jam.domain.views import Viewer

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
Decide = Callable[[Any, Viewer, Facts, Millis], Decision | Rejection]

DECIDE: dict[type, Decide] = {
    c.SubmitIdea: ideas.submit_idea,
    c.ImportIdea: imports.import_idea,
    c.SubmitReply: ideas.submit_reply,
    c.EditIdea: ideas.edit_idea,
    c.TagIdea: ideas.tag_idea,
    c.WithdrawIdea: ideas.withdraw_idea,
    c.RestoreIdea: ideas.restore_idea,
    c.FlagIdea: moderation.flag_idea,
    c.Moderate: moderation.moderate,
    c.UndoDecision: moderation.undo_decision,
    c.StartNextPhase: steering.start_next_phase,
    c.ExtendPhase: steering.extend_phase,
    c.PauseJam: steering.pause_jam,
    c.ResumeJam: steering.resume_jam,
    c.CloseJam: steering.close_jam,
    c.ReopenJam: steering.reopen_jam,
    c.ProposeQuestion: questions.propose_question,
    c.OpenForum: questions.open_forum,
    c.CloseForum: questions.close_forum,
    c.MergeThemes: themes.merge_themes,
    c.SplitTheme: themes.split_theme,
    c.RenameTheme: themes.rename_theme,
    c.MoveIdeas: themes.move_ideas,
    c.PinIdeas: themes.pin_ideas,
    c.KeepApart: themes.keep_apart,
    c.MarkNotIdea: themes.mark_not_idea,
    c.AnswerSuggestion: themes.answer_suggestion,
    c.UndoCorrection: themes.undo_correction,
    c.ShowThemes: theme_maps.show_themes,
    c.JoinJam: house.join_jam,
    c.RingBell: house.ring_bell,
    c.PublishThemes: theme_maps.publish_themes,
    c.PlaceIdeas: theme_maps.place_ideas,
    c.PublishReport: house.publish_report,
}


def decide(command: c.AnyCommand, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Decide one command of ``actor`` at ``now``; ``facts`` is read, never changed.

    A command whose client id was answered before gets that answer again (``replayed``) whatever it
    says now. Commands of the house carry no client id and stand outside the permission table.
    """
    if not isinstance(command, c.Command):
        return DECIDE[type(command)](command, actor, facts, now)
    bad = _check_client_id(command.client_id)
    if bad:
        return bad
    receipt = facts.receipts.get((actor.participant_id, command.client_id))
    if receipt:
        return Decision([], [], {**receipt.answer, "replayed": True})
    refused = _check_person(actor, facts) or may(actor.role, c.command_name(command), facts.jam)
    if refused:
        return refused
    outcome = DECIDE[type(command)](command, actor, facts, now)
    return outcome if isinstance(outcome, Rejection) else _with_receipt(outcome, command, actor, facts)


def check_form(command: c.AnyCommand) -> Rejection | None:
    """Whether a command's ids can be ids at all: what cannot be one must not reach the database.

    Of an id that was never given out nothing is said but ``not_found``, whatever it looks like.
    """
    if not isinstance(command, c.Command):
        return None
    refused = _check_client_id(command.client_id)
    named = [getattr(command, name, None) for name in ("idea", "forum", "proposal", "theme", "correction")]
    if isinstance(command, c.CORRECTIONS):
        refused = refused or themes.check_number(command)
        named += themes.named_in(command)
    strange = any(one is not None and not _ID.fullmatch(one) for one in named)
    return refused or (reject("not_found") if strange else None)


def _check_client_id(client_id: str) -> Rejection | None:
    if not client_id:
        return reject("client_id_missing")
    return None if _ID.fullmatch(client_id) else reject("client_id_bad")


def _check_person(actor: Viewer, facts: Facts) -> Rejection | None:
    """The role in force is the one on record now, not the one the session began with."""
    person = facts.participants.get(actor.participant_id)
    if person is None:
        return reject("not_found")
    if person.removed_at is not None:
        return reject("removed")
    return None if person.role is actor.role else reject("not_allowed")


def _with_receipt(decision: Decision, command: c.Command, actor: Viewer, facts: Facts) -> Decision:
    receipt = Receipt(
        jam_id=facts.jam.id,
        participant_id=actor.participant_id,
        client_id=command.client_id,
        idea_id=decision.answer.get("idea"),
        answer=decision.answer,
    )
    return Decision(decision.events, [*decision.records, receipt], decision.answer)
