"""What stands beside the themes of the report: signals, parts, what persons changed, what could not be read.

Part of ``build_report``. Everything is counted from what can be read now; the names in the lineage were
cleaned when the map was read.
"""

from collections.abc import Mapping

from jam.service.report.document import Counted, Descent, Signal, ThemePart, Unread
from jam.service.report.inputs import IdeaInput, ThemeInput, ThemeMapInput
from jam.service.report.reading import Reading, figure, group_of
from jam.service.signals import Said, signals_of

TOLD = ("merged", "split", "renamed", "gone", "back")
"""Of the lineage; that a theme came up is seen from the theme."""


def signals(members: Mapping[str, list[IdeaInput]], reading: Reading) -> dict[str, tuple[Signal, ...]]:
    """The signals of each theme."""
    said = [_said(idea, reading) for ideas in members.values() for idea in ideas]
    ids = {theme: [idea.id for idea in ideas] for theme, ideas in members.items()}
    return {
        theme: tuple(Signal(kind=one.kind, words=one.words, facts=one.facts) for one in found)
        for theme, found in signals_of(ids, said).items()
    }


def _said(idea: IdeaInput, reading: Reading) -> Said:
    replies = reading.answers.get(idea.id, [])
    return Said(
        id=idea.id,
        author=idea.author,
        side=group_of(idea),
        forum=idea.forum,
        place=idea.seq,
        text=idea.text or "",
        lang=idea.lang,
        replies=tuple(reply.text or "" for reply in replies),
        official=any(reply.official for reply in replies),
    )


def parts(theme: ThemeInput, present: Mapping[str, IdeaInput]) -> tuple[ThemePart, ...]:
    """The parts of a theme with what can be read of them; the largest first."""
    found = [(part.name, [present[i] for i in part.members if i in present]) for part in theme.parts]
    made = [ThemePart(name=name, ideas=figure(ideas)) for name, ideas in found if ideas]
    return tuple(sorted(made, key=lambda part: (-part.ideas.count, part.name or "", part.ideas.ids)))


def unread(theme_map: ThemeMapInput, present: Mapping[str, IdeaInput]) -> tuple[Unread, ...]:
    """The languages that were not understood, with their readable ideas."""
    found = ((one.lang, [present[i] for i in one.ideas if i in present]) for one in theme_map.unread)
    return tuple(Unread(lang=lang, ideas=figure(ideas)) for lang, ideas in found if ideas)


def lineage(theme_map: ThemeMapInput) -> tuple[Descent, ...]:
    """What became of themes, oldest first."""
    return tuple(
        Descent(theme=one.theme, how=one.how, others=one.others, name=one.name, by=one.by)
        for one in theme_map.lineage
        if one.how in TOLD
    )


def counted(kinds: tuple[tuple[str, int], ...]) -> tuple[Counted, ...]:
    """Numbers by kind, as the report has them."""
    return tuple(Counted(kind=kind, count=count) for kind, count in kinds if count)
