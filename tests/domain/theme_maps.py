"""Stored theme maps for tests, as theming would have made them: said in one line a theme."""

from __future__ import annotations

from typing import Any

import msgspec

from jam.domain.theme_map import MapBody, StoredMap, decode_body, ideas_of


def a_theme(theme_id: str, members: list[str], **fields: Any) -> dict[str, Any]:
    """A theme as JSON. ``says`` gives phrases with who says them; the first two are the name."""
    says: dict[str, list[str]] = fields.pop("says", {})
    in_name = fields.pop("in_name", min(2, len(says)))
    phrases = [{"text": text, "ideas": ideas} for text, ideas in says.items()]
    name = ", ".join(list(says)[:in_name])
    whole = {
        "id": theme_id,
        "name": name[:1].upper() + name[1:] or f"Theme {theme_id}",
        "phrases": phrases,
        "in_name": in_name,
        "headline_id": members[0] if members else "",
        "representatives": members[:3],
        "members": sorted(members),
        "size": len(members),
        "distinct": len(members),
    }
    return {**whole, **fields}


def a_body(*themes: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A whole map as JSON."""
    made = {"duplicates": [], "parameters": {}, "versions": {}, "inputs_sha256": "0" * 64, "ideas": 0}
    made |= {"model": {"name": "a model", "sha256": "0" * 64, "precision": "float32"}}
    return {"themes": list(themes), "one_of_a_kind": [], "too_few": not themes, **made, **fields}


def decoded(body: dict[str, Any]) -> MapBody:
    return decode_body(msgspec.json.encode(body))


def a_map(*themes: dict[str, Any], version: int = 1, **fields: Any) -> StoredMap:
    """A stored map; fields of the body stand beside those of its row."""
    own = {name: fields.pop(name) for name in list(fields) if name in StoredMap.__struct_fields__}
    body = decoded(a_body(*themes, **fields))
    plain = {"id": f"map{version}", "version": version, "at_seq": 9, "made_at": 1, "digest": "d"}
    return StoredMap(**{**plain, "body": body, "ideas": ideas_of(body), **own})
