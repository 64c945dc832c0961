"""The names that persons give to themes: the rules of a title, and no two themes of one name.

Under ``jam.domain.decide.themes``; pure.
"""

from collections.abc import Iterator

from jam.domain.decide.theme_conflicts import living
from jam.domain.facts import Facts
from jam.domain.handles import handle_key
from jam.domain.rejections import Rejection, reject
from jam.domain.text import one_line
from jam.domain.theme_commands import NAME_LIMIT


def check_name(name: str, facts: Facts, theme: str | None = None) -> str | Rejection:
    """A theme's name in its stored form: ``name_bad``, or ``name_taken`` by another theme than ``theme``."""
    clean = one_line(name)
    if isinstance(clean, Rejection):
        return clean
    if not 1 <= len(clean) <= NAME_LIMIT:
        return reject("name_bad", limit=NAME_LIMIT)
    taken = {handle_key(other): owner for owner, other in _names(facts) if owner != theme}
    key = handle_key(clean)
    return reject("name_taken", theme=taken[key]) if key in taken else clean


def _names(facts: Facts) -> Iterator[tuple[str, str]]:
    """Every name that a theme has or will have with the next map, and whose it is."""
    themes, alive = facts.themes, living(facts.themes)
    given = {theme.id: theme.name for theme in themes.body.themes} if themes.body else {}
    for one in themes.pending:
        if one.do == "rename" and one.body.name_id:
            given[one.body.themes[0]] = _text(one.body.name_id, facts)
        for number, part in enumerate(one.body.parts):
            if part.name_id:
                yield f"{one.id}/{number}", _text(part.name_id, facts)
    yield from ((theme, name) for theme, name in given.items() if theme in alive)


def _text(content_id: str, facts: Facts) -> str:
    content = facts.contents.get(content_id)
    return (content.value or "") if content else ""
