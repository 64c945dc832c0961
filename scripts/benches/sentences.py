"""Ideas for the benchmarks, made from invented parts: as many as asked for, all different, always the same.

What people write in a jam, in shape: a subject of the town, something to do about it, and a reason.
"""

from __future__ import annotations

import random

SUBJECTS = {
    "the night bus": ("run until two", "stop at the hospital", "cost one coin", "take bicycles along"),
    "the swimming hall": ("open at six", "have an hour for women", "heat with the bakery's warmth"),
    "the harbour market": ("keep its fish stalls", "have a roof", "close to cars on Saturdays"),
    "school lunches": ("be cooked here", "have no meat on Mondays", "be free for everybody"),
    "the river path": ("get lamps", "be cleared of snow first", "have benches for the old"),
    "the library": ("lend tools", "stay open on Sundays", "have rooms where one may talk"),
    "empty shops": ("be lent to young makers", "show the town's history", "pay a fee after a year"),
    "the playing field": ("have goals of two sizes", "be shared with the cricket club", "drain better"),
    "street trees": ("stand in every street", "bear fruit", "be watered by those who live there"),
    "rubbish": ("be collected twice in summer", "be sorted in the yard", "cost by weight"),
    "the old mill": ("become homes", "make power again", "be a place for music"),
    "bicycle lanes": ("lead to both schools", "be apart from cars", "be painted where they cross"),
    "the health centre": ("answer the telephone", "have a doctor on Saturdays", "speak our languages"),
    "allotments": ("be handed on fairly", "have a common shed", "lie on the barracks' land"),
    "youth work": ("have a room of its own", "pay two more people", "ask the young first"),
}
WORDS = ("should", "could", "must", "ought to", "had better")
WHO = ("my neighbours", "the children", "people who work late", "those without a car", "the old", "newcomers")
WHY = ("need it most", "have asked for years", "would come more often", "are left out now", "told me so")
WHEN = ("before winter", "this year", "at once", "when the bridge is done", "as a trial", "step by step")


def sentences(count: int, seed: int = 1) -> list[str]:
    """``count`` different texts of one or two sentences."""
    chance = random.Random(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        subject = chance.choice(list(SUBJECTS))
        wish = chance.choice(SUBJECTS[subject])
        text = f"{subject} {chance.choice(WORDS)} {wish} {chance.choice(WHEN)}"
        if chance.random() < 0.7:
            text += f", because {chance.choice(WHO)} {chance.choice(WHY)}"
        made[text[0].upper() + text[1:] + "."] = None
    return list(made)
