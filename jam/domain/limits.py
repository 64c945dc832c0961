"""How fast one person may send: token buckets, each kept as a single moment.

The generic cell rate algorithm (ITU-T I.371): ``send_at`` is the moment at which the allowance is full
again; a text is taken if that lies at most ``burst`` intervals ahead. One number in the person's row,
so it holds over restarts and between nodes. Limits are per person, never per office or address.
"""

from jam.domain.jam_settings import Settings
from jam.domain.records import Millis
from jam.domain.rejections import Rejection, reject
from jam.domain.text import plain_language

A_LANGUAGE = "en or pt-BR"
CHANGES = 5
"""So many changes of what was sent for each text that may be sent."""
CHANGE_BURST = 12
CALM = 1 / 3
"""Beyond this part of the allowance, kept up over minutes, texts are held as a flood."""
CALM_BURST = 4


def take(send_at: Millis, now: Millis, settings: Settings) -> tuple[Millis, float]:
    """Take one from the allowance: the new ``send_at``, and 0; or the old one, and seconds to wait.

    No text puts ``send_at`` further ahead than the burst. One that lies there is from before the clock was
    put back: it counts for a used-up allowance, and silences nobody for as long as the clock was put back.
    """
    return _take(send_at, now, settings.ideas_per_minute, settings.burst)


def take_change(change_at: Millis, now: Millis, settings: Settings) -> tuple[Millis, float]:
    """Take one from the allowance for edits, tags, withdrawals, restores and flags; as ``take``."""
    return _take(change_at, now, CHANGES * settings.ideas_per_minute, max(CHANGE_BURST, settings.burst))


def take_calm(calm_at: Millis, now: Millis, settings: Settings) -> tuple[Millis, float]:
    """Note one text; a wait above 0 says that this person sends far more than people write."""
    return _take(calm_at, now, CALM * settings.ideas_per_minute, CALM_BURST * settings.burst)


def _take(send_at: Millis, now: Millis, per_minute: float, most: int) -> tuple[Millis, float]:
    interval = 60_000 / per_minute
    burst = most * interval
    if send_at > now + burst + interval:
        send_at = round(now + burst - interval)
    following = max(send_at, now) + interval
    wait = following - now - burst
    if wait > 0.5:
        return send_at, wait / 1000
    return round(following), 0.0


def check_settings(settings: Settings) -> Rejection | None:
    """Whether a jam's settings are within what the product can keep. The fact ``at`` names the one."""
    bounds = {
        "text_limit": (settings.text_limit, 1, 5_000),
        "ideas_per_minute": (settings.ideas_per_minute, 0.1, 60_000),
        "burst": (settings.burst, 1, 10_000),
        "spot_check": (settings.spot_check, 0, 1_000_000),
    }
    for name, (value, low, high) in bounds.items():
        if not low <= value <= high:
            return reject("settings_bad", at=name, detail=f"{name} must be from {low} to {high}")
    if plain_language(settings.lang) is None:
        return reject("settings_bad", at="lang", detail=f"lang must be a language tag such as {A_LANGUAGE}")
    return None
