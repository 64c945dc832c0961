"""Who took part: people by group, how many of them wrote, and what they wrote; the questions they answered.

Part of ``build_report``. People who ran the jam are a group of their own, so that their ideas never
look like the public's.
"""

from jam.domain.names import Audience, Role
from jam.service.report.document import IdentityCount, People, PeopleGroup, Question, RoleCount
from jam.service.report.inputs import ForumInput, PeopleInput
from jam.service.report.reading import TEAM, Reading, figure, group_of, people_of

GROUPS = (*(str(a) for a in Audience), TEAM)


def build_people(reading: Reading) -> People:
    """Count everyone who came in; a group nobody belongs to is left out, save the audiences."""
    came = reading.inputs.people
    groups = tuple(_group(name, reading) for name in GROUPS)
    public = [g for g in groups if g.group != TEAM]
    return People(
        came=sum(g.came for g in public),
        wrote=sum(g.wrote for g in public),
        groups=tuple(g for g in groups if g.group != TEAM or g.came or g.wrote),
        roles=_roles(came),
        identity=_identity(came),
    )


def _group(name: str, reading: Reading) -> PeopleGroup:
    wrote = people_of(i for i in reading.inputs.ideas if group_of(i) == name)
    return PeopleGroup(
        group=name,
        came=sum(row.count for row in reading.inputs.people if _group_of_row(row) == name),
        wrote=wrote,
        ideas=figure(i for i in reading.ideas if group_of(i) == name),
        replies=figure(i for i in reading.replies if group_of(i) == name),
    )


def _group_of_row(row: PeopleInput) -> str:
    return str(row.audience) if row.role is Role.PARTICIPANT else TEAM


def _roles(rows: tuple[PeopleInput, ...]) -> tuple[RoleCount, ...]:
    counts = {role: sum(row.count for row in rows if row.role is role) for role in Role}
    return tuple(RoleCount(role=role, count=count) for role, count in counts.items() if count)


def _identity(rows: tuple[PeopleInput, ...]) -> tuple[IdentityCount, ...]:
    levels: dict[int, int] = {}
    for row in rows:
        if row.role is Role.PARTICIPANT:
            levels[row.identity_level] = levels.get(row.identity_level, 0) + row.count
    return tuple(IdentityCount(level=level, count=levels[level]) for level in sorted(levels))


def build_questions(reading: Reading) -> tuple[Question, ...]:
    """Each forum's question with what can be read under it."""
    return tuple(_question(forum, reading) for forum in reading.inputs.forums)


def _question(forum: ForumInput, reading: Reading) -> Question:
    return Question(
        id=forum.id,
        title=forum.title,
        question=forum.question,
        ideas=figure(i for i in reading.ideas if i.forum == forum.id),
        replies=figure(i for i in reading.replies if i.forum == forum.id),
    )
