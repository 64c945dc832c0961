"""One word for each idea (its theme, its pin, its mark), with what each was before it was changed.

Where ``steering.draft`` keeps its notes: the changes are what a correction did, and an undo takes them back.
"""

from collections.abc import Mapping

from clustering.steering.decided import Change

NOWHERE = ""


class Register:
    """One word for each idea ("" is none), with what stood there before it was first written."""

    def __init__(self, now: Mapping[str, str]) -> None:
        self.now = dict(now)
        self._before: dict[str, str] = {}

    def __getitem__(self, idea: str) -> str:
        return self.now.get(idea, NOWHERE)

    def __setitem__(self, idea: str, word: str) -> None:
        self._before.setdefault(idea, self[idea])
        if word:
            self.now[idea] = word
        else:
            self.now.pop(idea, None)

    def changes(self) -> tuple[Change, ...]:
        """What differs from the beginning, in the order of the ids."""
        written = ((idea, before, self[idea]) for idea, before in sorted(self._before.items()))
        return tuple(Change(idea=idea, before=old, after=new) for idea, old, new in written if old != new)
