"""Ids sort by the moment of their making, are never the same, and fit into an address and a file name."""

from __future__ import annotations

import re
from itertools import pairwise
from time import time_ns

import pytest

from jam.service import ports
from jam.service.ports import RandomIds


def test_ids_of_later_moments_sort_later(monkeypatch: pytest.MonkeyPatch) -> None:
    ids, start = RandomIds(), time_ns()
    made = []
    for step in range(2_000):
        monkeypatch.setattr(ports.time, "time_ns", lambda now=start + step * 10**9: now)
        made.append(ids.new_id())
    assert all(before < after for before, after in pairwise(made))


def test_many_ids_of_one_moment_are_all_different_and_plain() -> None:
    ids = RandomIds()
    made = {ids.new_id() for _ in range(50_000)}
    assert len(made) == 50_000
    assert all(re.fullmatch(r"[a-z2-7]{24}", one) for one in made)
