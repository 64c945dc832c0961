"""Starts the one listener: Hypercorn with every setting that matters said here, on a socket bound by us.

Binding it ourselves gives an error in words before anything else starts, and the real port when 0 was asked.
One worker in this process (SQLite has one writer); more nodes stand behind a proxy.
"""

import asyncio
import contextlib
import errno
import logging
import resource
import socket
from collections.abc import Callable
from typing import cast

from hypercorn.asyncio.run import worker_serve
from hypercorn.config import Config, Sockets
from hypercorn.typing import ASGIFramework
from hypercorn.utils import wrap_app
from starlette.types import ASGIApp

from jam.domain.rejections import JamError
from jam.http.guarded_socket import MAX_MESSAGE_BYTES
from jam.http.hardening import harden

LOGGER = "jam.server"


class PortError(JamError):
    """The address cannot be listened on: the sentence names it, the cause and the way out."""


def hypercorn_config(host: str, port: int, *, root_path: str = "") -> Config:
    """Every setting that the product relies on, also those that are Hypercorn's defaults today.

    Deliberately not set: ``read_timeout`` (it would cut downloads and quiet sockets) and ``server_names``
    (our middleware checks Host, so that WebSockets get the same answer as pages).
    """
    config = Config()
    config.bind = [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"]
    config.root_path = root_path
    config.workers = 1
    config.backlog = 1024
    config.alpn_protocols = ["http/1.1"]
    config.include_server_header = False
    config.websocket_max_message_size = MAX_MESSAGE_BYTES
    config.websocket_ping_interval = None  # our heartbeat carries time and head, and has a deadline
    config.h11_max_incomplete_size = 16_384
    config.max_app_queue_size = 10  # the read back-pressure
    config.keep_alive_timeout = 5.0  # also the time for a request's headers
    config.graceful_timeout = 20.0
    config.accesslog = None  # paths and addresses are personal data
    config.errorlog = logging.getLogger(LOGGER)
    return config


async def serve(
    app: ASGIApp, config: Config, shutdown: asyncio.Event, on_ready: Callable[[str, int], None]
) -> None:
    """Serve ``app`` until ``shutdown`` is set, then let requests end for ``config.graceful_timeout`` seconds.

    ``on_ready(host, port)`` is called once, after the app's lifespan start, when connections are accepted.
    Raises ``PortError`` when the address cannot be had, ``HardeningError`` for another Hypercorn.
    """
    harden()
    raise_file_limit()
    listener = bind(config.bind[0])

    async def stop() -> None:
        host, port = listener.getsockname()[:2]
        on_ready(host, port)
        await shutdown.wait()

    with listener:
        await worker_serve(
            wrap_app(cast(ASGIFramework, app), config.wsgi_max_body_size, "asgi"),
            config,
            sockets=Sockets([], [listener], []),
            shutdown_trigger=stop,
        )


def raise_file_limit() -> int:
    """Let this process open as many files as its system ever lets it: every screen takes one.

    Shells and services begin with 1,024, and one room fills that. Returns the limit that holds now.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(OSError, ValueError):  # macOS says that there is no limit, and has one
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def bind(address: str) -> socket.socket:
    """A socket bound to ``host:port`` or ``[host]:port``, not listening yet; ``PortError`` when refused."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.setblocking(False)
        listener.bind((host, int(port)))
    except (OSError, OverflowError) as error:
        listener.close()
        raise PortError(_why_not(host, port, error)) from error
    return listener


def _why_not(host: str, port: str, error: Exception) -> str:
    code = getattr(error, "errno", None)
    if code == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use. Stop what uses it, or choose another with --port."
    if code == errno.EACCES:
        return f"Port {port} on {host} is not permitted. Choose a --port from 1024 on."
    if code == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"Port {port} cannot be opened: {host} is no address of this machine. Choose another --host."
    return f"Port {port} on {host} cannot be opened: {error}. Choose a --port from 0 to 65535."
