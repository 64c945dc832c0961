"""The themes of the report: ranked by how many people they come from, with what can still be read.

Part of ``build_report``. A stored theme map may be older than the last moderation decision, so each
theme is cut down to the ideas that can be read now, and a machine-made name is shown only while all
its words stand in those ideas: a word that only a hidden idea used goes with the idea.
"""

import re
import unicodedata

import msgspec

from jam.domain.names import Status
from jam.domain.rejections import JamError
from jam.service.report import theme_story as story
from jam.service.report.document import Duplicates, Figure, Grouping, Signal, Theme, ThemeGroup
from jam.service.report.inputs import IdeaInput, ThemeInput, ThemeMapInput
from jam.service.report.people import GROUPS
from jam.service.report.reading import Reading, figure, group_of, people_of

EXAMPLES = 3
_WORD = re.compile(r"\w+")


class ReportError(JamError):
    """The figures of a report do not add up: it is not published, and the message names the ideas."""


def build_grouping(reading: Reading) -> Grouping:
    """Put every readable idea in its one theme, or say why there is none (sum rule, guarantee G18).

    Raises ``ReportError`` when an idea is in two themes, or in none although it could be read when the
    ideas were grouped.
    """
    theme_map = reading.inputs.theme_map
    if theme_map is None or theme_map.too_few:
        return _ungrouped("none" if theme_map is None else "too_few", reading)
    members = _members(theme_map, reading)
    placed = {idea.id for ideas in members.values() for idea in ideas}
    apart = set(theme_map.not_ideas) - placed
    known = placed | apart
    late = [idea for idea in reading.ideas if idea.id not in known]
    _check_late(late, theme_map, reading)
    alone = {i for i in theme_map.one_of_a_kind if i in placed}
    told = story.signals(members, reading)
    themes = [_theme(theme, members[theme.id], alone, told[theme.id], reading) for theme in theme_map.themes]
    ranked = sorted((t for t in themes if t.ideas.count), key=lambda t: _rank_key(t, reading))
    return Grouping(
        state="grouped",
        themes=tuple(_with_rank(theme, n) for n, theme in enumerate(ranked, start=1)),
        ungrouped=figure(late),
        one_of_a_kind=figure(reading.by_id[i] for i in alone),
        replies_apart=figure(_replies_apart(placed, reading)),
        not_ideas=figure(idea for idea in reading.ideas if idea.id in apart),
        fell_back=theme_map.fell_back,
        unread=story.unread(theme_map, {idea.id: idea for idea in reading.ideas}),
        lineage=story.lineage(theme_map),
        corrections=story.counted(theme_map.corrections),
        suggestions=story.counted(theme_map.suggestions),
    )


def _ungrouped(state: str, reading: Reading) -> Grouping:
    return Grouping(
        state=state,
        themes=(),
        ungrouped=figure(reading.ideas),
        one_of_a_kind=Figure(count=0),
        replies_apart=figure(reading.replies),
    )


def _members(theme_map: ThemeMapInput, reading: Reading) -> dict[str, list[IdeaInput]]:
    readable = {idea.id: idea for idea in reading.ideas}
    members: dict[str, list[IdeaInput]] = {}
    home: dict[str, str] = {}
    for theme in theme_map.themes:
        for idea_id in theme.members:
            if home.setdefault(idea_id, theme.id) != theme.id:
                raise ReportError(f"idea {idea_id} is in the themes {home[idea_id]} and {theme.id}")
        ids = dict.fromkeys(theme.members)
        members[theme.id] = [readable[i] for i in ids if i in readable]
    return members


def _check_late(late: list[IdeaInput], theme_map: ThemeMapInput, reading: Reading) -> None:
    """An idea in no theme is right only if nobody could read it when the ideas were grouped.

    A map newer than the log position of the report cannot be checked against that part of the log.
    """
    if theme_map.at_seq > reading.inputs.at_seq:
        return
    then = _status_at(theme_map.at_seq, reading)
    lost = [idea.id for idea in late if then.get(idea.id) is Status.PUBLISHED]
    if lost:
        raise ReportError(f"theme map {theme_map.version} left out ideas: {', '.join(sorted(lost))}")


def _status_at(seq: int, reading: Reading) -> dict[str, Status]:
    return {event.subject: event.status for event in reading.inputs.events if event.seq <= seq}


def _replies_apart(placed: set[str], reading: Reading) -> list[IdeaInput]:
    return [reply for root, replies in reading.answers.items() if root not in placed for reply in replies]


def _theme(
    theme: ThemeInput,
    ideas: list[IdeaInput],
    alone: set[str],
    told: tuple[Signal, ...],
    reading: Reading,
) -> Theme:
    present = {idea.id: idea for idea in ideas}
    same = _duplicates(set(present), reading)
    return Theme(
        rank=0,
        id=theme.id,
        name=_shown_name(theme, ideas),
        named_by=theme.named_by,
        voices=_voices(ideas, same),
        people=people_of(ideas),
        ideas=figure(ideas),
        replies=figure(reading.replies_to(ideas)),
        groups=tuple(_theme_group(name, ideas) for name in GROUPS),
        examples=_examples(theme, ideas, same),
        headline=theme.headline if theme.headline in present else None,
        one_of_a_kind=figure(i for i in ideas if i.id in alone),
        duplicates=tuple(Duplicates(people=people_of(group), ideas=figure(group)) for group in same),
        parts=story.parts(theme, present),
        signals=told,
    )


def _theme_group(name: str, ideas: list[IdeaInput]) -> ThemeGroup:
    own = [idea for idea in ideas if group_of(idea) == name]
    return ThemeGroup(group=name, people=people_of(own), ideas=figure(own))


def _duplicates(present: set[str], reading: Reading) -> list[list[IdeaInput]]:
    """The groups of ideas that say the same, as far as two or more of each can be read here."""
    theme_map = reading.inputs.theme_map
    groups = [[i for i in group if i in present] for group in (theme_map.duplicates if theme_map else ())]
    return [[reading.by_id[i] for i in group] for group in groups if len(group) > 1]


def _voices(ideas: list[IdeaInput], same: list[list[IdeaInput]]) -> int:
    """People, where all those who only sent one and the same text count as one."""
    group_by_idea = {idea.id: n for n, group in enumerate(same) for idea in group}
    own_words = {idea.author for idea in ideas if idea.id not in group_by_idea}
    copied = {group_by_idea[i.id] for i in ideas if i.id in group_by_idea and i.author not in own_words}
    return len(own_words) + len(copied)


def _examples(theme: ThemeInput, ideas: list[IdeaInput], same: list[list[IdeaInput]]) -> tuple[str, ...]:
    """Up to three ideas that say different things: the representatives, then the headline, then the rest."""
    present = dict.fromkeys(figure(ideas).ids)
    wanted = (*theme.representatives, *([theme.headline] if theme.headline else []), *present)
    twins = {idea.id: f"{n}" for n, group in enumerate(same) for idea in group}
    chosen: dict[tuple[bool, str], str] = {}
    for idea_id in wanted:
        if idea_id in present:
            chosen.setdefault((idea_id in twins, twins.get(idea_id, idea_id)), idea_id)
    return tuple(chosen.values())[:EXAMPLES]


def _shown_name(theme: ThemeInput, ideas: list[IdeaInput]) -> str | None:
    if not theme.name.strip():
        return None
    if theme.named_by != "machine":
        return theme.name
    if theme.said_by:
        readable = {idea.id for idea in ideas if idea.text}
        return theme.name if all(readable.intersection(some) for some in theme.said_by) else None
    text = _folded(" ".join(idea.text or "" for idea in ideas))
    return theme.name if all(word in text for word in _WORD.findall(_folded(theme.name))) else None


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c)) if not plain.isascii() else plain


def _rank_key(theme: Theme, reading: Reading) -> tuple[int, int, int, str]:
    """Most voices first; then most ideas, each text counted once; then the earliest first idea."""
    repeated = sum(group.ideas.count - 1 for group in theme.duplicates)
    return (-theme.voices, -(theme.ideas.count - repeated), reading.number[theme.ideas.ids[0]], theme.id)


def _with_rank(theme: Theme, rank: int) -> Theme:
    return msgspec.structs.replace(theme, rank=rank)
