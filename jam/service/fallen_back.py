"""The last live map as a final one, where no final map could be made: what was put beside it is taken in.

Pure. Under ``jam_themes``; the map's JSON is read and written here because its maker is out of reach.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from jam.domain.chain import canonical_json
from jam.domain.records import ThemePlacing
from jam.service.theming import Heard
from jam.service.theming_frames import Made


def with_placed(body: bytes, placed: Sequence[ThemePlacing]) -> bytes:
    """The map's JSON with the ideas that were put beside it as members of their themes."""
    found: dict[str, Any] = msgspec.json.decode(body)
    known = {idea for theme in found["themes"] for idea in theme["members"]} | set(found.get("not_ideas", ()))
    late = {one.idea_id: one for one in placed if one.idea_id not in known}
    for theme in found["themes"]:
        own = [one for one in late.values() if one.theme_id == theme["id"]]
        theme["members"] = sorted({*theme["members"], *(one.idea_id for one in own)})
        theme["size"] += len(own)
        theme["distinct"] += len(own)
        found.setdefault("spots", {}).update({one.idea_id: (one.x, one.y) for one in own})
    found["ideas"] = found.get("ideas", len(known)) + len(late)
    return canonical_json(found)


def as_made(body: bytes) -> Heard:
    """A map's JSON as if the theming child had made it."""
    found = msgspec.json.decode(body)
    made = Made(
        job="",
        size=len(body),
        digest=hashlib.sha256(body).hexdigest(),
        themes=len(found["themes"]),
        one_of_a_kind=len(found["one_of_a_kind"]),
        too_few=found["too_few"],
    )
    return Heard(made, body)
