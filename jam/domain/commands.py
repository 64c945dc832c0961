"""Everything that can be asked of a running jam, as one tagged union.

The same structs are the wire form of a socket command and the input of ``decide``: a field that is
not here is refused (``unknown_field``), so nobody can set a role or a status from outside.
Commands of people carry a ``client_id``, chosen by the client and kept over retries: the same id has
one effect and one answer. Commands of the house (``RingBell`` …) never come over the wire.
"""

from typing import Any

from jam.domain.command_form import Command as Command
from jam.domain.command_form import HouseCommand as HouseCommand
from jam.domain.names import Audience, Role, Rule, Verdict
from jam.domain.theme_commands import CORRECTIONS as CORRECTIONS
from jam.domain.theme_commands import AnswerSuggestion as AnswerSuggestion
from jam.domain.theme_commands import KeepApart as KeepApart
from jam.domain.theme_commands import MarkNotIdea as MarkNotIdea
from jam.domain.theme_commands import MergeThemes as MergeThemes
from jam.domain.theme_commands import MoveIdeas as MoveIdeas
from jam.domain.theme_commands import PinIdeas as PinIdeas
from jam.domain.theme_commands import PlaceIdeas as PlaceIdeas
from jam.domain.theme_commands import PublishThemes as PublishThemes
from jam.domain.theme_commands import RenameTheme as RenameTheme
from jam.domain.theme_commands import ShowThemes as ShowThemes
from jam.domain.theme_commands import SplitTheme as SplitTheme
from jam.domain.theme_commands import UndoCorrection as UndoCorrection


class SubmitIdea(Command, frozen=True, kw_only=True, tag_field="t", tag="submit_idea"):
    """Put forward an idea in a forum. Answer: ``idea``, ``status``, ``version``, ``seq``."""

    forum: str
    text: str
    tags: list[str] = []
    lang: str | None = None


class ImportIdea(Command, frozen=True, kw_only=True, tag_field="t", tag="import_idea"):
    """Bring in an idea that was written elsewhere, in the name of whoever brings it in.

    The record says that it was imported, and when it was written (``written_at``, ms) where that is known.
    It passes the same checks as any other idea. Answer as for ``submit_idea``.
    """

    forum: str
    text: str
    tags: list[str] = []
    lang: str | None = None
    written_at: int | None = None


class SubmitReply(Command, frozen=True, kw_only=True, tag_field="t", tag="submit_reply"):
    """Build on somebody's idea. Answer as for ``submit_idea``.

    ``official`` (facilitator, administrator) marks it as the answer of those who run the jam: it carries a
    badge and is shown at once.
    """

    idea: str
    text: str
    lang: str | None = None
    official: bool = False


class EditIdea(Command, frozen=True, kw_only=True, tag_field="t", tag="edit_idea"):
    """Change the text or tags of one's own idea or reply; everyone can see that it was edited.

    ``version`` is the version that the author was looking at. Fields left out stay as they are.
    """

    idea: str
    version: int
    text: str | None = None
    tags: list[str] | None = None


class TagIdea(Command, frozen=True, kw_only=True, tag_field="t", tag="tag_idea"):
    """Set an idea's tags: its author or the staff may."""

    idea: str
    version: int
    tags: list[str]


class WithdrawIdea(Command, frozen=True, kw_only=True, tag_field="t", tag="withdraw_idea"):
    """Take back one's own idea or reply: a mark stays in its place, its replies stay."""

    idea: str


class RestoreIdea(Command, frozen=True, kw_only=True, tag_field="t", tag="restore_idea"):
    """Undo one's own withdrawal."""

    idea: str


class FlagIdea(Command, frozen=True, kw_only=True, tag_field="t", tag="flag_idea"):
    """Tell the moderators that an idea breaks a rule. Nothing else happens by itself."""

    idea: str
    rule: Rule


class Moderate(Command, frozen=True, kw_only=True, tag_field="t", tag="moderate"):
    """Decide about an idea at the ``version`` that the moderator saw; ``hide`` and ``return`` name a rule."""

    idea: str
    version: int
    verdict: Verdict
    rule: Rule | None = None
    note: str | None = None


class UndoDecision(Command, frozen=True, kw_only=True, tag_field="t", tag="undo_decision"):
    """Take back the last decision about an idea: a decision of its own, kept beside the first."""

    idea: str
    version: int


class StartNextPhase(Command, frozen=True, kw_only=True, tag_field="t", tag="start_next_phase"):
    """Ring the bell of the running phase now; ``phase_index`` is the phase one was looking at.

    ``version`` is the jam's version that one was looking at: with it, of a close and an extension that are
    given at once only one wins (the same holds for ``extend_phase`` and ``close_jam``).
    """

    phase_index: int
    version: int | None = None


class ExtendPhase(Command, frozen=True, kw_only=True, tag_field="t", tag="extend_phase"):
    """Move the end of the running phase, and all later ends, by 1 to 120 minutes.

    Whatever is no whole number from 1 to 120 is refused as ``minutes_out_of_range``.
    """

    phase_index: int
    minutes: int | float | str
    version: int | None = None


class PauseJam(Command, frozen=True, kw_only=True, tag_field="t", tag="pause_jam"):
    """Stop the clock: nobody can write until it goes on, and every later end moves."""


class ResumeJam(Command, frozen=True, kw_only=True, tag_field="t", tag="resume_jam"):
    """Let the clock go on."""


class CloseJam(Command, frozen=True, kw_only=True, tag_field="t", tag="close_jam"):
    """End the jam now, whatever phase is running."""

    version: int | None = None


class ReopenJam(Command, frozen=True, kw_only=True, tag_field="t", tag="reopen_jam"):
    """Let the phase that was closed last go on, after a close by mistake.

    It goes on for the time that the close cut off, or for ``minutes`` (1 to 120). The first closing stays
    in the log, and reports made from it stay as earlier versions.
    """

    minutes: int | None = None
    version: int | None = None


class ProposeQuestion(Command, frozen=True, kw_only=True, tag_field="t", tag="propose_question"):
    """Propose a question for the jam, to its staff only. Answer: ``proposal``, ``seq``."""

    text: str


class OpenForum(Command, frozen=True, kw_only=True, tag_field="t", tag="open_forum"):
    """Ask another question inside the jam. ``host`` is the name of who looks after it; ``proposal`` the
    participant's question that it comes from."""

    title: str
    question: str
    host: str | None = None
    proposal: str | None = None


class CloseForum(Command, frozen=True, kw_only=True, tag_field="t", tag="close_forum"):
    """Take no more ideas under one question."""

    forum: str


PersonCommand = (
    SubmitIdea
    | ImportIdea
    | SubmitReply
    | EditIdea
    | TagIdea
    | WithdrawIdea
    | RestoreIdea
    | FlagIdea
    | Moderate
    | UndoDecision
    | StartNextPhase
    | ExtendPhase
    | PauseJam
    | ResumeJam
    | CloseJam
    | ReopenJam
    | ProposeQuestion
    | OpenForum
    | CloseForum
    | MergeThemes
    | SplitTheme
    | RenameTheme
    | MoveIdeas
    | PinIdeas
    | KeepApart
    | MarkNotIdea
    | AnswerSuggestion
    | UndoCorrection
    | ShowThemes
)
"""What may come over the wire."""


class JoinJam(HouseCommand, frozen=True, kw_only=True):
    """Take a person into the jam. Ids are made by the caller so that the writer stays pure.

    ``answers`` are those to the jam's join questions, by the question's id.
    """

    participant_id: str
    handle: str
    role: Role
    audience: Audience
    identity_level: int = 0
    provenance: str = "online"
    answers: dict[str, str] = {}


class RingBell(HouseCommand, frozen=True, kw_only=True):
    """End every phase whose end has come. Safe to send at any time, any number of times."""


class PublishReport(HouseCommand, frozen=True, kw_only=True):
    """Put a finished report on record."""

    report_id: str
    version: int
    at_seq: int
    digest: str


AnyCommand = PersonCommand | JoinJam | RingBell | PublishThemes | PlaceIdeas | PublishReport


def command_name(command: Any) -> str:
    """The command's name on the wire, in the permission table and in the log's words."""
    tag = type(command).__struct_config__.tag
    return tag if isinstance(tag, str) else _snake(type(command).__name__)


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")
