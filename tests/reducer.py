"""The Python twin of the browser's reducer (``web/state/reduce.js``): what a client knows after a frame.

Pinned to it by running the same sequences through both (tests/law). States and frames are plain JSON.
"""

from __future__ import annotations

from typing import Any

State = dict[str, Any]
Frame = dict[str, Any]


def empty_state() -> State:
    """What is known before the first snapshot."""
    maps: State = {"forums": {}, "ideas": {}, "flags": {}, "people": {}, "proposals": {}, "corrections": {}}
    single: State = {"jam": None, "totals": None, "themes": None, "placed": None, "report": None}
    return {"cursor": 0, **single, **maps, "older": False, "gap": False}


def reduce(state: State, frame: Frame) -> State:
    """The state after one frame; the old one is left as it was. A snapshot must be whole."""
    if frame["t"] == "snapshot":
        return _from_snapshot(frame)
    if frame["t"] == "batch":
        return _with_batch(state, frame)
    return state


def assemble(parts: list[Frame]) -> Frame:
    """The parts of a snapshot as one."""
    return {**parts[0], "ideas": [idea for part in parts for idea in part.get("ideas", [])]}


def _from_snapshot(frame: Frame) -> State:
    return {
        "cursor": frame["cursor"],
        "jam": frame.get("jam"),
        "totals": frame.get("totals"),
        "forums": {one["id"]: one for one in frame.get("forums", [])},
        "ideas": {one["id"]: one for one in frame.get("ideas", [])},
        "flags": {one["idea"]: one["count"] for one in frame.get("flags", [])},
        "people": {one["id"]: one for one in frame.get("people", [])},
        "proposals": {one["id"]: one for one in frame.get("proposals", [])},
        "themes": frame.get("themes"),
        "placed": frame.get("placed"),
        "corrections": {one["id"]: one for one in frame.get("corrections", [])},
        "report": frame.get("report"),
        "older": frame.get("older", False),
        "gap": False,
    }


def _with_batch(state: State, batch: Frame) -> State:
    if batch["after"] != state["cursor"]:
        return {**state, "gap": True}
    names = ("forums", "ideas", "flags", "people", "proposals", "corrections")
    maps = {name: dict(state[name]) for name in names}
    totals = batch.get("totals", state["totals"])
    after = {**state, **maps, "cursor": batch["cursor"], "totals": totals}
    for event in batch.get("events", []):
        _apply(after, event)
    return after


def _apply(state: State, event: Frame) -> None:
    for name in ("jam", "report"):
        if name in event:
            state[name] = _newer(state[name], event[name])
    _apply_themes(state, event)
    for field, name in (("forum", "forums"), ("idea", "ideas"), ("proposal", "proposals")):
        if field in event:
            one = event[field]
            state[name][one["id"]] = _newer(state[name].get(one["id"]), one)
    if "participant" in event:
        state["people"][event["participant"]["id"]] = event["participant"]
    if "flags" in event:
        state["flags"][event["flags"]["idea"]] = event["flags"]["count"]
    _apply_correction(state, event.get("correction"))


def _apply_themes(state: State, event: Frame) -> None:
    """Placed ideas belong to one map; showing and hiding the themes carries all that may be seen now."""
    if event["kind"] == "themes_shown":
        state["themes"], state["placed"] = event.get("themes"), event.get("placed")
        return
    if "themes" in event:
        state["themes"] = _newer(state["themes"], event["themes"])
    if "placed" in event:
        state["placed"] = _joined(state["placed"], event["placed"])
    themes, placed = state["themes"], state["placed"]
    if placed and (not themes or placed["version"] < themes["version"]):
        state["placed"] = None


def _apply_correction(state: State, correction: Frame | None) -> None:
    """Only what the map does not hold yet is kept here; of the rest the map itself tells."""
    known = state["corrections"]
    if correction:
        known[correction["id"]] = correction
        if (undone := correction.get("undoes")) in known:
            known[undone] = {**known[undone], "undone": True}
    held = (state["themes"] or {}).get("corrections_seq", 0)
    state["corrections"] = {key: one for key, one in known.items() if one["seq"] > held}


def _joined(old: Frame | None, new: Frame) -> Frame:
    if old is None or old["version"] < new["version"]:
        return new
    return old if old["version"] > new["version"] else {**new, "places": old["places"] | new["places"]}


def _newer(old: Frame | None, new: Frame) -> Frame:
    return old if old and old["version"] > new["version"] else new
