"""``GET /api/openapi.json``: the API described for programs (OpenAPI 3.1), made from its own table.

The schemas are those of the very structs that the routes decode, so the description cannot be out of date.
"""

import inspect
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from jam import __version__
from jam.http.endpoints import Endpoint

REFUSAL = "Refusal"
_REFUSAL_SCHEMA = {
    "title": REFUSAL,
    "type": "object",
    "required": ["code", "message", "retry", "facts"],
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "retry": {"type": "boolean"},
        "retry_after": {"type": "number"},
        "facts": {"type": "object"},
    },
}


def description(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """The OpenAPI document of these addresses."""
    rows = list(endpoints)
    bodies = [row.body for row in rows if row.body is not None]
    schemas, named = msgspec.json.schema_components(bodies, ref_template="#/components/schemas/{name}")
    waiting = iter(schemas)
    paths: dict[str, dict[str, Any]] = {}
    for row in rows:
        schema = next(waiting) if row.body is not None else None
        paths.setdefault(row.path, {})[row.method.lower()] = _operation(row, schema)
    return {
        "openapi": "3.1.0",
        "info": {"title": "jam", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": {**named, REFUSAL: _REFUSAL_SCHEMA},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}, {}],
    }


def _operation(row: Endpoint, schema: dict[str, Any] | None) -> dict[str, Any]:
    in_path = re.findall(r"{(\w+)}", row.path)
    refusal = {"application/json": {"schema": {"$ref": f"#/components/schemas/{REFUSAL}"}}}
    operation: dict[str, Any] = {
        "operationId": row.handler.__name__,
        "description": inspect.getdoc(row.handler) or "",
        "parameters": [
            *({"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in in_path),
            *(
                {
                    "name": one.name,
                    "in": "query",
                    "schema": one.schema,
                }
                for one in row.query
            ),
        ],
        "responses": {
            str(row.status): {"description": "done"},
            "default": {"description": "refused", "content": refusal},
        },
    }
    if schema is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation
