"""Mends for Hypercorn 0.18: what a hostile client could do below ASGI, where no middleware can see it.

Hypercorn looks its own classes up by name when a connection begins; ``harden`` puts guarded subclasses
there, before the server starts. The mends themselves, each with its reason, are in ``guarded_socket`` and
``guarded_connection``. Another Hypercorn version is refused, not guessed at.
"""

from importlib.metadata import version
from types import ModuleType

import hypercorn.asyncio.run
import hypercorn.asyncio.tcp_server
import hypercorn.protocol
import hypercorn.protocol.h11
import hypercorn.protocol.ws_stream

from jam.domain.rejections import JamError
from jam.http.guarded_connection import GuardedProtocol, GuardedServer, GuardedTaskGroup
from jam.http.guarded_socket import FrameLimit, GuardedStream

HYPERCORN = "0.18."

SEAMS: tuple[tuple[ModuleType, str, type], ...] = (
    (hypercorn.protocol.ws_stream, "PerMessageDeflate", FrameLimit),
    (hypercorn.protocol.h11, "WSStream", GuardedStream),
    (hypercorn.protocol, "H11Protocol", GuardedProtocol),
    (hypercorn.asyncio.tcp_server, "TaskGroup", GuardedTaskGroup),
    (hypercorn.asyncio.run, "TCPServer", GuardedServer),
)
"""Where Hypercorn looks a class up by name, and what it finds there from now on."""


class HardeningError(JamError):
    """The installed Hypercorn is not the one that these mends were written for."""


def harden() -> None:
    """Put every mend in place, for the whole process; calling it again changes nothing.

    Raises ``HardeningError`` when the installed Hypercorn is not 0.18 or lacks one of the seams.
    """
    found = version("hypercorn")
    if not found.startswith(HYPERCORN):
        raise HardeningError(f"Hypercorn 0.18 is needed, and {found} is installed: install 'hypercorn<0.19'.")
    for module, name, _ in SEAMS:
        if not isinstance(getattr(module, name, None), type):
            raise HardeningError(f"Hypercorn {found} has no {module.__name__}.{name} and cannot be hardened.")
    for module, name, guarded in SEAMS:
        setattr(module, name, guarded)
