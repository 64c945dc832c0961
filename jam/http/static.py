"""Files of ``web/`` that browsers may have: modules, styles, vendored modules. Nothing else of it.

A name is checked before it reaches the file system: letters, digits, ``_``, ``-`` and single dots, in one of
the folders. ``Range`` is not looked at: the files are small, and every way of asking for parts is a way to
make the server work. The comments of our own modules stay here: they are a fifth of what a first visit would
carry over a slow line.
"""

import re
from importlib.resources import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

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
_COMMENT = re.compile(rb"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*$", re.MULTILINE | re.DOTALL)
"""One that has its lines to itself: what stands beside code may stand inside a text, too."""
_NAME = re.compile(rf"(?:{'|'.join(FOLDERS)})(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]{{0,60}}){{1,3}}")


def web_file(request: Request) -> Response:
    """GET /web/{path}: one whole file, revalidated after a few minutes. Raises ``not_found``.

    In a thread of its own (Starlette runs what is not async so), because it reads from disk.
    """
    name = request.path_params["path"]
    root = Path(str(files("web"))).resolve()
    path = root / name if _NAME.fullmatch(name) else root
    if path.suffix not in TYPES or not path.resolve().is_relative_to(root) or not path.is_file():
        raise refuse("not_found")
    facts = path.stat()
    version = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
    headers = {"cache-control": f"public, max-age={MAX_AGE}", "etag": version}
    if request.headers.get("if-none-match") == version:
        return Response(status_code=304, headers=headers)
    return Response(_content(path), media_type=TYPES[path.suffix], headers=headers)


def without_comments(module: bytes) -> bytes:
    """The module without the comments that have lines to themselves; every line stays where it was."""
    return _COMMENT.sub(lambda comment: b"\n" * comment[0].count(b"\n"), module)


def _content(path: Path) -> bytes:
    ours = path.suffix == ".js" and path.parent.name != "vendor"
    return without_comments(path.read_bytes()) if ours else path.read_bytes()
