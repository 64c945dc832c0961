"""Zones and moments as people write them: one rule for every door, and suggestions that can be taken."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from jam.domain.entry import zone_of
from jam.domain.rejections import Rejection
from jam.service.jam_form import read_plan
from jam.service.local_times import TimeError, zone

NO_ZONES = (
    "Factory",
    "localtime",
    "posixrules",
    "",
    "Europe/Nowhere",
    "../../etc/passwd",
    "Europe",
    "a/" * 5_000,
)
NEAR = ("Factoryy", "localtimes", "Posixrules", "Local time", "Europe/Londn", "london")


@pytest.mark.parametrize("name", NO_ZONES)
def test_every_door_refuses_the_same_zones(name: str) -> None:
    refused = zone_of(name)
    assert isinstance(refused, Rejection)
    assert refused.code == "zone_bad"
    with pytest.raises(TimeError):
        zone(name)


@pytest.mark.parametrize("name", ["Europe/London", "UTC", "America/Argentina/Ushuaia"])
def test_every_door_takes_the_same_zones(name: str) -> None:
    assert zone_of(name) == zone(name) == ZoneInfo(name)


@pytest.mark.parametrize("name", NEAR)
def test_what_is_suggested_for_a_mistyped_zone_is_a_zone(name: str) -> None:
    with pytest.raises(TimeError) as raised:
        zone(name)
    _, asked, suggestion = str(raised.value).partition("did you mean ")
    assert not asked or isinstance(zone_of(suggestion.removesuffix("?")), ZoneInfo)


@pytest.mark.parametrize("lasts", ["999999 days", "32 days", "P9999D"])
def test_phases_that_last_for_ages_are_refused_and_not_counted_to_the_end_of_time(lasts: str) -> None:
    phases = [{"phase": phase, "lasts": lasts} for phase in ("lobby", "ideate", "build", "wrap_up")]
    phases.append({"phase": "build", "opens_at": "2027-03-01 09:00"})
    values = {"title": "A", "forums": [{"title": "B", "question": "C?"}], "phases": phases, "zone": "UTC"}
    found = read_plan(values, 1_750_000_000_000)
    assert isinstance(found, list)
    assert found[0].path == ("phases", 0, "lasts")
    assert found[0].what == "lobby must last more than 0 and at most 31 days"
