"""What may happen when, and who may do it: one table, and the one function that reads it.

Tests enumerate the table (role × command × phase); a pair that is not in it is refused. The refusal
says whether the moment has passed, has yet to come, or the role is the wrong one.
"""

from dataclasses import dataclass

from jam.domain.names import STAFF_ROLES, STEERING_ROLES, WRITING_PHASES, Phase, Role
from jam.domain.records import Jam
from jam.domain.rejections import Rejection, reject

_ALL = frozenset(Phase)
_OPEN = _ALL - {Phase.CLOSED}
_WRITERS = frozenset({Role.PARTICIPANT, *STAFF_ROLES})
_STEERS = STEERING_ROLES
_CLOSED = frozenset({Phase.CLOSED})
_TAKES_QUESTIONS = frozenset({Phase.LOBBY, Phase.IDEATE, Phase.BUILD})


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may give a command, in which phases, and whether a pause stops it."""

    roles: frozenset[Role]
    phases: frozenset[Phase]
    while_paused: bool = False


_CORRECTS = Permission(_STEERS, _ALL - {Phase.LOBBY}, while_paused=True)

MAY: dict[str, Permission] = {
    "join_jam": Permission(frozenset({Role.PARTICIPANT}), _OPEN, while_paused=True),
    "enter_jam": Permission(frozenset(Role) - {Role.PARTICIPANT}, _ALL, while_paused=True),
    "submit_idea": Permission(_WRITERS, frozenset({Phase.IDEATE, Phase.BUILD})),
    "import_idea": Permission(
        _STEERS, frozenset({Phase.LOBBY, Phase.IDEATE, Phase.BUILD}), while_paused=True
    ),
    "submit_reply": Permission(_WRITERS, WRITING_PHASES),
    "edit_idea": Permission(_WRITERS, WRITING_PHASES),
    "tag_idea": Permission(_WRITERS, _OPEN),
    "withdraw_idea": Permission(_WRITERS, _ALL, while_paused=True),
    "restore_idea": Permission(_WRITERS, WRITING_PHASES),
    "flag_idea": Permission(_WRITERS, _OPEN - {Phase.LOBBY}, while_paused=True),
    "moderate": Permission(STAFF_ROLES, _ALL, while_paused=True),
    "undo_decision": Permission(STAFF_ROLES, _ALL, while_paused=True),
    "start_next_phase": Permission(_STEERS, _OPEN, while_paused=True),
    "extend_phase": Permission(_STEERS, _OPEN, while_paused=True),
    "pause_jam": Permission(_STEERS, _OPEN, while_paused=True),
    "resume_jam": Permission(_STEERS, _OPEN, while_paused=True),
    "close_jam": Permission(_STEERS, _OPEN, while_paused=True),
    "reopen_jam": Permission(_STEERS, _CLOSED),
    "propose_question": Permission(_WRITERS, _TAKES_QUESTIONS),
    "open_forum": Permission(_STEERS, _TAKES_QUESTIONS, while_paused=True),
    "close_forum": Permission(_STEERS, _OPEN, while_paused=True),
    "merge_themes": _CORRECTS,
    "split_theme": _CORRECTS,
    "rename_theme": _CORRECTS,
    "move_ideas": _CORRECTS,
    "pin_ideas": _CORRECTS,
    "keep_apart": _CORRECTS,
    "mark_not_idea": _CORRECTS,
    "answer_suggestion": _CORRECTS,
    "undo_correction": _CORRECTS,
    "show_themes": _CORRECTS,
}
"""By command name. ``enter_jam`` is joining by role link, for late decisions and records too.
``submit_idea`` and ``import_idea`` in ``build`` also need the jam's own consent (``build_takes_ideas``).
What was imported in the lobby is moderated, tagged and taken back there.
"""


def may(role: Role, command: str, jam: Jam) -> Rejection | None:
    """``None`` if ``role`` may give ``command`` in ``jam`` as it stands, else the refusal."""
    permission = MAY[command]
    if role not in permission.roles:
        return reject("not_allowed")
    phases = _phases_of(command, permission, jam)
    if jam.phase in phases:
        stopped = jam.paused_at is not None and not permission.while_paused
        return reject("jam_paused") if stopped else None
    return _wrong_moment(phases, jam)


def _phases_of(command: str, permission: Permission, jam: Jam) -> frozenset[Phase]:
    if command in ("submit_idea", "import_idea") and not jam.settings.build_takes_ideas:
        return permission.phases - {Phase.BUILD}
    return permission.phases


def _wrong_moment(phases: frozenset[Phase], jam: Jam) -> Rejection:
    if phases == _CLOSED:
        return reject("not_closed")
    if jam.phase is Phase.CLOSED:
        return reject("jam_closed", closed_at=jam.slot.starts_at)
    later = [slot for slot in jam.phases[jam.phase_index + 1 :] if slot.phase in phases]
    if not later:
        return reject("phase_over", ended_at=jam.slot.starts_at)
    started = any(slot.phase in WRITING_PHASES for slot in jam.phases[: jam.phase_index + 1])
    return reject("not_yet" if started else "jam_not_started", starts_at=later[0].starts_at)
