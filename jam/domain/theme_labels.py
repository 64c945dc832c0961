"""The lines of a theme's label on the map, when its name is not the one that the map was drawn with.

A name is cleaned when one of its ideas is hidden; its label must then say the new name at once, in the
room of the old one, without a new layout. Pure; used where a stored map is shown.
"""

from collections.abc import Sequence

_FEWEST_COLUMNS, _ELLIPSIS = 8, "…"


def label_lines(stored: Sequence[str], name: str) -> tuple[str, ...]:
    """The stored lines where they still say the name, else the name on as many lines as there were.

    No line is longer than the longest stored one was; what does not fit ends in "…".
    """
    if says(stored, name):
        return tuple(stored)
    columns = max([_FEWEST_COLUMNS, *map(len, stored)])
    lines: list[str] = []
    for word in name.split():
        if lines and len(lines[-1]) + 1 + len(word) <= columns:
            lines[-1] += " " + word
        else:
            lines.append(word)
    allowed = max(1, len(stored))
    shown = [*lines[: allowed - 1], " ".join(lines[allowed - 1 :])]
    return tuple(_cut(line, columns) for line in shown if line)


def says(lines: Sequence[str], name: str) -> bool:
    """Whether the lines are the name, or its beginning and an ellipsis."""
    joined, plain = "".join("".join(lines).split()), "".join(name.split())
    return joined == plain or (joined.endswith(_ELLIPSIS) and plain.startswith(joined[:-1]))


def _cut(line: str, columns: int) -> str:
    return line if len(line) <= columns else line[: columns - 1].rstrip() + _ELLIPSIS
