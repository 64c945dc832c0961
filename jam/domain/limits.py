"""How fast one person may send: a token bucket kept as a single moment.

The generic cell rate algorithm (ITU-T I.371): ``send_at`` is the moment at which the allowance is full
again; a text is taken if that lies at most ``burst`` intervals ahead. One number in the person's row,
so it holds over restarts and between nodes. Limits are per person, never per office or address.
"""

from jam.domain.records import Millis, Settings


def take(send_at: Millis, now: Millis, settings: Settings) -> tuple[Millis, float]:
    """Take one from the allowance: the new ``send_at``, and 0; or the old one, and seconds to wait."""
    interval = 60_000 / settings.ideas_per_minute
    following = max(send_at, now) + interval
    wait = following - now - settings.burst * interval
    if wait > 0.5:
        return send_at, wait / 1000
    return round(following), 0.0
