"""Who sees which field of what: every status and role, now and in a replay. What is not allowed is denied.

Canaries stand in every field of words; they are looked for in the JSON that would leave the server.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jam.domain.events import EVENT_KINDS
from jam.domain.names import Audience, Phase, Role, Rule, Status, Visibility
from jam.domain.records import Event, Forum, Idea, Participant
from jam.domain.views import CorrectionView, ParticipantView, PlacedView, ThemesView, Viewer
from jam.domain.visibility import (
    Seen,
    Sighting,
    ThemesSeen,
    forum_view,
    jam_view,
    may_get,
    participant_view,
    project,
    project_idea,
)
from tests.domain.making import OPENED, a_jam

WORDS = {"text": "canary-text", "tags": ("canary-tag",)}
PRIVATE = {"note": "canary-note", "decided_by": "canary-moderator"}
AUTHOR = Viewer(org_id="org", jam_id="jam", participant_id="ada", role=Role.PARTICIPANT)
OTHERS = [Role.PARTICIPANT, Role.OBSERVER]
PRIVILEGED = [Role.FACILITATOR, Role.MODERATOR, Role.ADMINISTRATOR, Role.RECORDS_OFFICER]


def viewer(role: Role, participant_id: str = "someone") -> Viewer:
    return Viewer(org_id="org", jam_id="jam", participant_id=participant_id, role=role)


def an_idea(status: Status, *, known: bool = True, **fields: Any) -> Idea:
    """Ada's idea as it stands now; `known` says that everyone was shown it at some time."""
    fixed = {"id": "idea", "org_id": "org", "jam_id": "jam", "forum_id": "forum", "author_id": "ada"}
    place = {"created_seq": 4, "created_at": OPENED, "published_seq": 5 if known else None, "version": 3}
    rest = {"reply_to": None, "text_id": "text", "tags_id": "tags", "lang": "en", "held_for": "canary-hold"}
    return Idea(**{**fixed, **place, **rest, "status": status, **fields})


def a_sighting(now: Status, *, then: Status | None = None, known: bool = True, **fields: Any) -> Sighting:
    """The idea at a version when it was `then`, looked at while it is `now`."""
    status = then or now
    whole = {"shown": status is Status.PUBLISHED, "handle": "Ada", "audience": Audience.CITIZEN}
    whole["tags_shown"] = fields.get("shown", whole["shown"])
    whole |= {"role": Role.PARTICIPANT, "rule": Rule.ABUSE, "version": 3, **WORDS, **PRIVATE, **fields}
    return Sighting(idea=an_idea(now, known=known), status=status, **whole)


def seen(sighting: Sighting, who: Viewer) -> str:
    """What the viewer gets: `nothing`, a `mark` in its place, or the `words`."""
    view = project_idea(sighting, who)
    if view is None:
        return "nothing"
    return "words" if view.text is not None else "mark"


# Everyone else, the author, and the staff, for an idea looked at as it stands.
EXPECTED = """
status     shown-before  others   author  staff
pending    no            nothing  words   words
pending    yes           mark     words   words
published  yes           words    words   words
returned   no            nothing  words   words
returned   yes           mark     words   words
hidden     no            nothing  words   words
hidden     yes           mark     words   words
merged     no            nothing  words   words
merged     yes           mark     words   words
withdrawn  no            nothing  words   words
withdrawn  yes           mark     words   words
erased     no            nothing  mark    mark
erased     yes           mark     mark    mark
"""
ROWS = [line.split() for line in EXPECTED.strip().splitlines()[1:]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(row[:2]))
def test_G10_each_status_is_seen_by_others_author_and_staff_as_the_table_says(row: list[str]) -> None:
    status, before, others, author, staff = row
    sighting = a_sighting(Status(status), known=before == "yes")
    assert [seen(sighting, viewer(role)) for role in OTHERS] == [others] * 2
    assert seen(sighting, AUTHOR) == author
    assert [seen(sighting, viewer(role)) for role in PRIVILEGED] == [staff] * 4


def test_the_table_names_every_status() -> None:
    assert {row[0] for row in ROWS} == set(Status)
    assert {*OTHERS, *PRIVILEGED} == set(Role)


@pytest.mark.parametrize("now", [status for status in Status if status is not Status.PUBLISHED])
def test_G11_what_was_published_once_is_a_mark_in_every_replay_once_it_is_not(now: Status) -> None:
    sighting = a_sighting(now, then=Status.PUBLISHED)
    for role in OTHERS:
        view = project_idea(sighting, viewer(role))
        assert view is not None
        assert (view.text, view.tags, view.note, view.status) == (None, [], None, now)


@pytest.mark.parametrize("then", [status for status in Status if status is not Status.PUBLISHED])
def test_G10_words_of_a_version_that_was_not_published_are_not_told_when_a_later_one_is(then: Status) -> None:
    for shown in (False, True):
        sighting = a_sighting(Status.PUBLISHED, then=then, shown=shown)
        assert seen(sighting, viewer(Role.PARTICIPANT)) == "mark"


def test_G11_words_that_were_returned_stay_unseen_after_the_next_words_are_published() -> None:
    view = project_idea(a_sighting(Status.PUBLISHED, shown=False), viewer(Role.PARTICIPANT))
    assert view is not None
    assert (view.text, view.tags, view.status) == (None, [], Status.RETURNED)


def test_G10_a_tag_that_was_taken_out_is_not_told_with_the_text_that_it_stood_beside() -> None:
    sighting = a_sighting(Status.PUBLISHED, tags_shown=False)
    for role in OTHERS:
        view = project_idea(sighting, viewer(role))
        assert view is not None
        assert (view.text, view.tags) == ("canary-text", [])
    for who in (AUTHOR, viewer(Role.MODERATOR)):
        assert field(sighting, who, "tags") == ["canary-tag"]


def test_the_author_of_nothing_is_not_everybody_who_is_nobody() -> None:
    """A viewer without an id must not own ideas without an author."""
    idea = an_idea(Status.PENDING, known=False, author_id="")
    sighting = msgspec.structs.replace(a_sighting(Status.PENDING), idea=idea)
    assert project_idea(sighting, viewer(Role.PARTICIPANT, "")) is None


# Single fields


def field(sighting: Sighting, who: Viewer, name: str) -> Any:
    view = project_idea(sighting, who)
    assert view is not None
    return getattr(view, name)


@pytest.mark.parametrize("status", Status)
def test_the_rule_is_told_to_everyone_for_what_is_hidden_and_else_to_author_and_staff(status: Status) -> None:
    sighting = a_sighting(status)
    assert field(sighting, viewer(Role.PARTICIPANT), "rule") == (Rule.ABUSE if status == "hidden" else None)
    assert field(sighting, AUTHOR, "rule") == Rule.ABUSE
    assert field(sighting, viewer(Role.MODERATOR), "rule") == Rule.ABUSE


@pytest.mark.parametrize("status", Status)
def test_the_note_is_for_author_and_staff_and_who_decided_for_staff_alone(status: Status) -> None:
    sighting = a_sighting(status)
    told = {
        who: (field(sighting, one, "note"), field(sighting, one, "decided_by"))
        for who, one in (
            ("other", viewer(Role.OBSERVER)),
            ("author", AUTHOR),
            ("staff", viewer(Role.MODERATOR)),
        )
    }
    assert told == {
        "other": (None, None),
        "author": ("canary-note", None),
        "staff": ("canary-note", "canary-moderator"),
    }


@pytest.mark.parametrize("status", Status)
def test_why_a_text_waits_is_told_to_staff_while_it_waits(status: Status) -> None:
    sighting = a_sighting(status)
    assert field(sighting, AUTHOR, "held_for") is None
    assert field(sighting, viewer(Role.PARTICIPANT), "held_for") is None
    expected = "canary-hold" if status is Status.PENDING else None
    assert field(sighting, viewer(Role.MODERATOR), "held_for") == expected


@pytest.mark.parametrize("role", Role)
def test_an_authors_role_is_shown_for_staff_alone(role: Role) -> None:
    shown = field(a_sighting(Status.PUBLISHED, role=role), viewer(Role.PARTICIPANT), "role")
    assert shown == (role if role in ("facilitator", "moderator", "administrator") else None)


def test_what_everyone_may_know_of_an_idea_is_there() -> None:
    view = project_idea(a_sighting(Status.PUBLISHED, version=2), viewer(Role.PARTICIPANT))
    assert view is not None
    assert (view.id, view.version, view.forum, view.author, view.seq) == ("idea", 2, "forum", "ada", 4)
    assert (view.published, view.at, view.handle, view.audience) == (5, OPENED, "Ada", "citizen")
    assert (view.text, view.tags) == ("canary-text", ["canary-tag"])


# Events


def an_event(kind: str, visibility: str, **fields: Any) -> Event:
    rest = {"jam_id": "jam", "seq": 9, "at": OPENED, "actor_id": "mo", "subject_id": "idea"}
    return Event(**{**rest, "text_id": None, "tags_id": None, "data": {}, "kind": kind,
                    "visibility": visibility, **fields})  # fmt: skip


# Which visibility reaches whom.
REACHES = """
visibility  others  author  staff  records-officer
public      yes     yes     yes    yes
author      no      yes     yes    yes
staff       no      no      yes    yes
records     no      no      no     yes
secret      no      no      no     no
"""


@pytest.mark.parametrize(
    "row", [line.split() for line in REACHES.strip().splitlines()[1:]], ids=lambda r: r[0]
)
def test_each_visibility_reaches_whom_the_table_says_and_an_unknown_one_nobody(row: list[str]) -> None:
    visibility, *expected = row
    people = [viewer(Role.PARTICIPANT), AUTHOR, viewer(Role.MODERATOR), viewer(Role.RECORDS_OFFICER)]
    assert [may_get(visibility, one, "ada") for one in people] == [one == "yes" for one in expected]
    event = an_event("idea_published", visibility)
    told = [project(Seen(event=event, sighting=a_sighting(Status.PUBLISHED)), one) for one in people]
    assert [one is not None for one in told] == [one == "yes" for one in expected]


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.MODERATOR, Role.ADMINISTRATOR])
def test_staff_do_not_get_what_is_for_records(role: Role) -> None:
    assert not may_get(Visibility.RECORDS, viewer(role), "ada")


def test_an_event_about_an_idea_that_one_may_not_know_of_is_not_told() -> None:
    event = an_event("idea_withdrawn", Visibility.PUBLIC)
    hidden = Seen(event=event, sighting=a_sighting(Status.WITHDRAWN, known=False))
    assert project(hidden, viewer(Role.PARTICIPANT)) is None
    assert project(hidden, AUTHOR) is not None


def test_a_person_who_came_in_is_told_to_staff_alone_even_if_the_event_were_public() -> None:
    person = ParticipantView(id="bob", handle="canary", role=Role.PARTICIPANT, audience=Audience.CITIZEN)
    for visibility in (Visibility.STAFF, Visibility.PUBLIC):
        event = an_event("participant_joined", visibility, subject_id="bob")
        told = project(Seen(event=event, participant=person), viewer(Role.MODERATOR))
        assert told is not None
        assert told.participant == person
    leaked = project(Seen(event=event, participant=person), viewer(Role.PARTICIPANT))
    assert b"canary" not in msgspec.json.encode(leaked)


def test_a_flag_tells_staff_how_many_and_not_who() -> None:
    event = an_event("idea_flagged", Visibility.STAFF, actor_id="bob", data={"count": 2, "rule": "abuse"})
    about = Seen(event=event, sighting=a_sighting(Status.PUBLISHED))
    assert project(about, viewer(Role.PARTICIPANT)) is None
    assert project(about, AUTHOR) is None
    told = project(about, viewer(Role.MODERATOR))
    assert told is not None
    assert told.flags is not None
    assert (told.flags.idea, told.flags.count) == ("idea", 2)
    assert b"bob" not in msgspec.json.encode(told)


def test_reports_are_told_by_their_numbers() -> None:
    report = project(Seen(event=an_event("report_published", "public", data={"version": 4})), AUTHOR)
    assert report is not None
    assert report.report is not None
    assert report.report.version == 4


STAFF_THEMES = ThemesView(version=3, themes=7, one_of_a_kind=1, mark="3-staff", provisional=True)
PUBLIC_THEMES = ThemesView(version=2, themes=5, one_of_a_kind=0, mark="2-everyone")
PLACED = PlacedView(version=3, places={"idea": "t1"})


@pytest.mark.parametrize("role", Role)
def test_everyone_is_told_of_the_themes_that_they_may_see(role: Role) -> None:
    event = an_event("themes_published", "public", data={"version": 3, "digest": "d"})
    both = ThemesSeen(staff=STAFF_THEMES, public=PUBLIC_THEMES)
    told = project(Seen(event=event, themes=both), viewer(role))
    assert told is not None
    assert told.themes == (STAFF_THEMES if role in PRIVILEGED else PUBLIC_THEMES)


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("kind", ["themes_published", "ideas_placed"])
def test_of_themes_that_are_not_shown_nobody_else_hears_not_even_that_they_are_there(
    role: Role, kind: str
) -> None:
    event = an_event(kind, "public", data={"version": 3, "digest": "d"})
    hidden = ThemesSeen(staff=STAFF_THEMES, staff_placed=PLACED)
    assert project(Seen(event=event, themes=hidden), viewer(role)) is None
    assert project(Seen(event=event, themes=hidden), viewer(Role.FACILITATOR)) is not None


@pytest.mark.parametrize("role", OTHERS)
def test_an_idea_is_hidden_for_everyone_and_the_themes_with_it_only_for_those_who_see_them(
    role: Role,
) -> None:
    about = Seen(
        event=an_event("idea_hidden", "public"),
        sighting=a_sighting(Status.HIDDEN),
        themes=ThemesSeen(staff=STAFF_THEMES),
    )
    told, staff = project(about, viewer(role)), project(about, viewer(Role.MODERATOR))
    assert told is not None
    assert (told.themes, staff.themes if staff else None) == (None, STAFF_THEMES)


@pytest.mark.parametrize("role", Role)
def test_corrections_are_for_the_staff_also_where_an_event_were_said_to_be_for_everyone(role: Role) -> None:
    made = CorrectionView(id="c", seq=9, do="rename", at=OPENED, by="Fay", name="canary-name")
    for visibility in ("staff", "public"):
        told = project(Seen(event=an_event("themes_corrected", visibility), correction=made), viewer(role))
        assert (told is not None and told.correction is not None) == (role in PRIVILEGED)
        assert (b"canary" in msgspec.json.encode(told)) == (role in PRIVILEGED)


def test_the_jams_clock_and_its_forums_are_told_to_everyone_alike() -> None:
    jam = jam_view(a_jam(Phase.BUILD), "Title")
    forum = Forum(id="f", org_id="org", jam_id="jam", title_id="t", question_id="q", position=2, open=False)
    question = forum_view(forum, "Roads", "What now?")
    for role in Role:
        clock = project(Seen(event=an_event("phase_started", "public"), jam=jam), viewer(role))
        asked = project(Seen(event=an_event("forum_closed", "public"), forum=question), viewer(role))
        assert clock is not None
        assert asked is not None
        assert (clock.jam, asked.forum) == (jam, question)
    assert (jam.phase_index, len(jam.phases), jam.code, jam.title) == (2, 6, None, "Title")
    assert (question.title, question.question, question.open, question.position) == (
        "Roads",
        "What now?",
        False,
        2,
    )


def test_an_erased_question_shows_as_a_dash_and_a_person_as_staff_see_them() -> None:
    forum = Forum(id="f", org_id="org", jam_id="jam", title_id="t", question_id="q", position=1)
    assert (forum_view(forum, None, None).title, forum_view(forum, None, None).question) == ("–", "–")
    person = Participant(id="p", org_id="org", jam_id="jam", handle_id="h", handle_key="k",
                         role=Role.OBSERVER, audience=Audience.STAFF, joined_at=1)  # fmt: skip
    assert participant_view(person, "Oda") == ParticipantView(
        id="p", handle="Oda", role=Role.OBSERVER, audience=Audience.STAFF
    )


# Any sighting whatever

sightings = st.builds(
    lambda now, then, known, shown, tags_shown: a_sighting(
        now, then=then, known=known, shown=shown, tags_shown=tags_shown
    ),
    st.sampled_from(Status),
    st.sampled_from(Status),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
kinds = st.sampled_from([kind for kind, event in EVENT_KINDS.items() if event.carries in ("idea", "flags")])


@given(sightings, kinds, st.sampled_from([*Visibility, "unknown"]), st.sampled_from(OTHERS))
def test_G10_no_words_of_an_idea_that_is_not_public_leave_the_server_for_others(
    sighting: Sighting, kind: str, visibility: str, role: Role
) -> None:
    event = an_event(kind, visibility, data={"count": 1})
    sent = msgspec.json.encode(project(Seen(event=event, sighting=sighting), viewer(role)))
    assert not [word for word in (b"canary-note", b"canary-moderator", b"canary-hold") if word in sent]
    public = sighting.idea.status == sighting.status == "published" and sighting.shown
    if not (public and sighting.idea.published_seq and visibility == "public"):
        assert b"canary" not in sent
    if not sighting.tags_shown:
        assert b"canary-tag" not in sent
    if visibility != "public":
        assert sent == b"null"


@given(sightings)
def test_G10_the_author_never_learns_who_decided_or_why_the_text_was_held(sighting: Sighting) -> None:
    sent = msgspec.json.encode(project_idea(sighting, AUTHOR))
    assert b"canary-moderator" not in sent
    assert b"canary-hold" not in sent


@given(sightings)
def test_erased_words_are_gone_for_everyone(sighting: Sighting) -> None:
    erased = msgspec.structs.replace(sighting, idea=an_idea(Status.ERASED))
    for role in Role:
        view = project_idea(erased, viewer(role))
        assert view is not None
        assert (view.text, view.tags) == (None, [])
