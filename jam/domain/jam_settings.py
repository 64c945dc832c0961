"""What an organisation chooses for one jam: its settings, its phases, and what it asks at the door.

Parts of the jam's record (``jam.domain.records``) and of the plan that it is made from; pure values.
"""

import msgspec

from jam.domain.names import Anonymity, Phase, Policy


class PhaseSlot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One phase in a jam's schedule.

    ``minutes`` is its planned length (none: until somebody ends it); ``starts_at`` and ``ends_at`` (ms
    since 1970) are set when known and move with pauses and extensions; ``closed_seq`` is the log position
    of its bell: no event of the phase comes after it (guarantee G7). ``left`` is the planned time, in ms,
    that the bell cut off: 0 when it rang as planned, none where no end was planned.
    """

    phase: Phase
    minutes: float | None = None
    starts_at: int | None = None
    ends_at: int | None = None
    closed_seq: int | None = None
    left: int | None = None


class JoinQuestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A question of the join page (ward, department …). Without ``options`` the answer is free text.

    ``id`` has 1 to 40 characters of a-z 0-9 - _.
    """

    id: str
    label: str
    options: list[str] = []
    required: bool = False


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an organisation chooses for one jam; every change is an event."""

    policy: Policy = Policy.SCREENED
    anonymity: Anonymity = Anonymity.HANDLE
    text_limit: int = 500
    ideas_per_minute: float = 6.0
    burst: int = 3
    spot_check: int = 0
    """A person reads every n-th idea before it is shown (``screened`` only); 0 turns this off."""
    build_takes_ideas: bool = False
    lang: str = "en"
