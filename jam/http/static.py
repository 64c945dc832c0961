"""Files of ``web/`` that browsers may have: modules, styles, vendored modules. Nothing else of it."""

from importlib.resources import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from jam.http.answers import refuse

FOLDERS = ("parts", "rooms", "state", "style", "vendor", "wire", "words")
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
}
MAX_AGE = 300


def web_file(request: Request) -> Response:
    """GET /web/{path}: one file, revalidated after a few minutes. Raises ``not_found``."""
    root = Path(str(files("web"))).resolve()
    path = (root / request.path_params["path"]).resolve()
    inside = path.is_relative_to(root) and path.relative_to(root).parts[:1] in {(name,) for name in FOLDERS}
    if not inside or path.suffix not in TYPES or not path.is_file():
        raise refuse("not_found")
    return FileResponse(
        path, media_type=TYPES[path.suffix], headers={"cache-control": f"public, max-age={MAX_AGE}"}
    )
