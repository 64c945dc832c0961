"""Screens: what may hold an idea for a person to read before it is shown.

A screen only holds, it never hides. It sits behind a port: a function of the text and of its place in
the order of arrival, so the same log always meets the same answers.
"""

from collections.abc import Callable

from jam.domain.names import Policy
from jam.domain.records import Settings

Screen = Callable[[str, int, Settings], str | None]
"""``screen(text, ordinal, settings)``: the reason to hold the text, or ``None``. ``ordinal`` is 1-based."""


def spot_check(text: str, ordinal: int, settings: Settings) -> str | None:
    """Hold every n-th text, where the jam's settings ask for it."""
    every = settings.spot_check
    return "spot_check" if every and ordinal % every == 0 else None


def held_for(screen: Screen, text: str, ordinal: int, settings: Settings) -> str | None:
    """Why a text waits for a moderator under the jam's policy, or ``None`` if it may be shown at once."""
    if settings.policy is Policy.PRE:
        return "policy"
    if settings.policy is Policy.OPEN:
        return None
    return screen(text, ordinal, settings)
