"""Who may do what, when: the table of permissions against one that was written by hand from the design.

Every command is tried by every role in every phase, running and paused; what the table here does not
say is refused, each with the code and the moment that its person needs to hear.
"""

from __future__ import annotations

import pytest

from jam.domain import commands as c
from jam.domain.decide import DECIDE
from jam.domain.jam_settings import Settings
from jam.domain.names import Phase, Role
from jam.domain.permissions import MAY, Permission, may
from jam.domain.records import Jam
from jam.domain.rejections import CODES, Rejection
from jam.domain.schedule import pause
from tests.domain.making import OPENED, Town, a_jam

# early: jam_not_started · over: phase_over · shut: jam_closed · open: not_closed.
# paused: whether it goes on in a pause.
# P participant, F facilitator, M moderator, O observer, R records officer, A administrator.
EXPECTED = """
command           by       lobby  ideate build  prioritise wrap_up closed  paused
join_jam          P        yes    yes    yes    yes        yes     shut    goes-on
enter_jam         FMORA    yes    yes    yes    yes        yes     yes     goes-on
submit_idea       PFMA     early  yes    over   over       over    shut    stops
import_idea       FA       yes    yes    over   over       over    shut    goes-on
submit_reply      PFMA     early  yes    yes    over       over    shut    stops
edit_idea         PFMA     early  yes    yes    over       over    shut    stops
tag_idea          PFMA     yes    yes    yes    yes        yes     shut    stops
withdraw_idea     PFMA     yes    yes    yes    yes        yes     yes     goes-on
restore_idea      PFMA     early  yes    yes    over       over    shut    stops
flag_idea         PFMA     early  yes    yes    yes        yes     shut    goes-on
moderate          FMA      yes    yes    yes    yes        yes     yes     goes-on
undo_decision     FMA      yes    yes    yes    yes        yes     yes     goes-on
start_next_phase  FA       yes    yes    yes    yes        yes     shut    goes-on
extend_phase      FA       yes    yes    yes    yes        yes     shut    goes-on
pause_jam         FA       yes    yes    yes    yes        yes     shut    goes-on
resume_jam        FA       yes    yes    yes    yes        yes     shut    goes-on
close_jam         FA       yes    yes    yes    yes        yes     shut    goes-on
reopen_jam        FA       open   open   open   open       open    yes     stops
propose_question  PFMA     yes    yes    yes    over       over    shut    stops
open_forum        FA       yes    yes    yes    over       over    shut    goes-on
close_forum       FA       yes    yes    yes    yes        yes     shut    goes-on
merge_themes      FA       early  yes    yes    yes        yes     yes     goes-on
split_theme       FA       early  yes    yes    yes        yes     yes     goes-on
rename_theme      FA       early  yes    yes    yes        yes     yes     goes-on
move_ideas        FA       early  yes    yes    yes        yes     yes     goes-on
pin_ideas         FA       early  yes    yes    yes        yes     yes     goes-on
keep_apart        FA       early  yes    yes    yes        yes     yes     goes-on
mark_not_idea     FA       early  yes    yes    yes        yes     yes     goes-on
answer_suggestion FA       early  yes    yes    yes        yes     yes     goes-on
undo_correction   FA       early  yes    yes    yes        yes     yes     goes-on
show_themes       FA       early  yes    yes    yes        yes     yes     goes-on
"""
LETTERS = {
    Role.PARTICIPANT: "P",
    Role.FACILITATOR: "F",
    Role.MODERATOR: "M",
    Role.OBSERVER: "O",
    Role.RECORDS_OFFICER: "R",
    Role.ADMINISTRATOR: "A",
}
CODE = {"early": "jam_not_started", "over": "phase_over", "shut": "jam_closed", "open": "not_closed"}
HEAD, *ROWS = [line.split() for line in EXPECTED.strip().splitlines()]
TABLE = {row[0]: dict(zip(HEAD[1:], row[1:], strict=True)) for row in ROWS}


def expected(role: Role, command: str, phase: Phase, *, paused: bool) -> str | None:
    """The code that the table above asks for, or None for yes."""
    row = TABLE[command]
    if LETTERS[role] not in row["by"]:
        return "not_allowed"
    if row[phase] != "yes":
        return CODE[row[phase]]
    return "jam_paused" if paused and row["paused"] == "stops" else None


def code(refusal: Rejection | None) -> str | None:
    return refusal.code if refusal else None


@pytest.mark.parametrize("paused", [False, True], ids=["running", "paused"])
@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("role", Role)
def test_every_role_may_give_exactly_the_commands_that_the_design_names(
    role: Role, phase: Phase, paused: bool
) -> None:
    jam = a_jam(phase)
    jam = pause(jam, OPENED) if paused else jam
    found = {command: code(may(role, command, jam)) for command in MAY}
    assert found == {command: expected(role, command, phase, paused=paused) for command in TABLE}


def test_every_command_of_a_person_is_in_the_table_and_can_be_decided() -> None:
    wire = {c.command_name(kind(**_fields(kind))) for kind in c.PersonCommand.__args__}
    assert set(TABLE) == set(MAY) == wire | {"join_jam", "enter_jam"}
    house = {c.JoinJam, c.RingBell, c.PublishThemes, c.PlaceIdeas, c.PublishReport}
    assert set(DECIDE) == {*c.PersonCommand.__args__, *house}


def _fields(kind: type) -> dict[str, object]:
    return dict.fromkeys(kind.__struct_fields__, "x")


def test_a_command_that_nobody_put_in_the_table_is_a_bug_and_not_a_yes() -> None:
    with pytest.raises(KeyError):
        may(Role.ADMINISTRATOR, "erase_everything", a_jam(Phase.IDEATE))


@pytest.mark.parametrize("consent", [False, True])
def test_build_takes_new_ideas_only_with_the_jams_consent(consent: bool) -> None:
    jam = a_jam(Phase.BUILD, settings=Settings(build_takes_ideas=consent))
    assert code(may(Role.PARTICIPANT, "submit_idea", jam)) == (None if consent else "phase_over")


def test_a_command_of_a_later_phase_is_not_yet_once_writing_has_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No command of today opens after the first writing phase; the table is ready for those that will."""
    monkeypatch.setitem(MAY, "rate", Permission(frozenset({Role.PARTICIPANT}), frozenset({Phase.PRIORITISE})))
    told = {phase: may(Role.PARTICIPANT, "rate", a_jam(phase)) for phase in Phase}
    assert {phase: code(one) for phase, one in told.items()} == {
        Phase.LOBBY: "jam_not_started",
        Phase.IDEATE: "not_yet",
        Phase.BUILD: "not_yet",
        Phase.PRIORITISE: None,
        Phase.WRAP_UP: "phase_over",
        Phase.CLOSED: "jam_closed",
    }


def test_a_refusal_names_the_moment_that_the_person_asks_about() -> None:
    planned = a_jam(Phase.LOBBY).phases
    early = may(Role.PARTICIPANT, "submit_idea", a_jam(Phase.LOBBY))
    assert early is not None
    assert early.facts == {"starts_at": planned[1].starts_at}
    over = may(Role.PARTICIPANT, "submit_idea", a_jam(Phase.WRAP_UP))
    assert over is not None
    assert over.facts == {"ended_at": OPENED}
    shut = may(Role.PARTICIPANT, "submit_idea", a_jam(Phase.CLOSED))
    assert shut is not None
    assert shut.facts == {"closed_at": OPENED}


def test_the_moment_is_told_before_the_pause() -> None:
    """A person who waits for the pause to end would wait in vain."""
    jam: Jam = pause(a_jam(Phase.WRAP_UP), OPENED)
    assert code(may(Role.PARTICIPANT, "submit_idea", jam)) == "phase_over"


def test_the_pause_alone_is_worth_trying_again_for() -> None:
    assert CODES["jam_paused"].retry
    assert not any(CODES[one].retry for one in [*CODE.values(), "not_yet", "not_allowed"])


@pytest.mark.parametrize("phase", [Phase.PRIORITISE, Phase.WRAP_UP])
def test_after_the_writing_phases_tags_are_for_staff_alone(phase: Phase) -> None:
    """Tags are words too: a participant's new ones pass the screen, and nothing is written after the bell."""
    town = Town()
    idea = town.submit("ada")
    while town.jam.phase is not phase:
        town.get("fay", c.StartNextPhase, phase_index=town.jam.phase_index)
    assert town.refused("ada", c.TagIdea, idea=idea.id, version=1, tags=["late"]) == "phase_over"
    assert town.get("mo", c.TagIdea, idea=idea.id, version=1, tags=["late"])["version"] == 2
