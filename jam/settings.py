"""What an administrator sets for one server process: command line, ``JAM_*`` environment, defaults.

Read once by the composition root (``jam.compose``) and passed down; nothing else reads the environment.
Secrets are ``SecretStr``, so that no log line, traceback or ``repr`` ever shows one. A value that cannot be
used is refused in one sentence by ``load``, before anything is opened.
"""

import difflib
import ipaddress
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOG_LEVELS = ("debug", "info", "warning", "error")
ORGANISATION_LIMIT = 120
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,62})(\.[a-z0-9-]{1,63})*\.?\Z", re.IGNORECASE)
_OF_OTHERS = ("JAM_EMBEDDING_MODEL", "JAM_URL", "JAM_TOKEN_FILE")
"""Read by the theming process, and by commands that talk to a server."""
_READABLE = (
    "--{name}: a password on the command line can be read by everyone on this machine; "
    "give the address in the environment, as JAM_{upper}"
)
_EXAMPLE = "such as https://jam.example.org"
_REDIS_SCHEMES = frozenset({"redis", "rediss", "unix"})
_DEFAULT_PORTS = {"http": 80, "https": 443}


class SettingsError(ValueError):
    """What is wrong with the settings: ``sentences``, one for each value, without any secret."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences


class ServerSettings(BaseSettings):
    """Settings of ``jam serve``. Every field can be given as ``JAM_<NAME>`` in the environment."""

    model_config = SettingsConfigDict(env_prefix="JAM_", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, description="Port to listen on; 0 takes a free one.")
    database: SecretStr = Field(
        SecretStr("sqlite:///jam.db"),
        description="Database URL: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    redis: SecretStr | None = Field(
        None, description="Redis URL for wake-ups between nodes; without it one process serves all."
    )
    base_url: str | None = Field(
        None, description="The address people type, such as https://jam.example.org; default: host and port."
    )
    organisation: str = Field("Our organisation", description="Who runs the jams, as shown to everyone.")
    log_level: str = Field("info", description="debug, info, warning or error.")
    production: bool = Field(
        False,
        description="true refuses to start without an https base URL, or with a Redis that asks no password.",
    )

    @field_validator("host")
    @classmethod
    def _host(cls, host: str) -> str:
        if not _is_host(host):
            raise ValueError("is no address to listen on; write 127.0.0.1, 0.0.0.0, :: or a host name")
        return host

    @field_validator("port")
    @classmethod
    def _port(cls, port: int) -> int:
        if not 0 <= port <= 65_535:
            raise ValueError("is no port; choose one from 1 to 65535, or 0 for a free one")
        return port

    @field_validator("base_url")
    @classmethod
    def _base_url(cls, url: str | None) -> str | None:
        return None if url is None else _checked_base_url(url)

    @field_validator("redis")
    @classmethod
    def _redis(cls, url: SecretStr | None) -> SecretStr | None:
        wrong = "is no Redis URL; write redis://HOST:PORT/0, rediss://… or unix://…"
        if url is not None and _split(url.get_secret_value(), wrong)[0].scheme not in _REDIS_SCHEMES:
            raise ValueError(wrong)
        return url

    @field_validator("organisation")
    @classmethod
    def _organisation(cls, name: str) -> str:
        if not 1 <= len(name.strip()) <= ORGANISATION_LIMIT or not name.isprintable():
            raise ValueError(f"is no name to show; write 1 to {ORGANISATION_LIMIT} characters on one line")
        return name.strip()

    @field_validator("log_level")
    @classmethod
    def _log_level(cls, level: str) -> str:
        if level.lower() not in LOG_LEVELS:
            raise ValueError(f"is no log level; choose {', '.join(LOG_LEVELS[:-1])} or {LOG_LEVELS[-1]}")
        return level.lower()

    @model_validator(mode="after")
    def _fit_for_production(self) -> "ServerSettings":
        if self.production and not (self.base_url or "").startswith("https://"):
            raise ValueError(f"JAM_BASE_URL: in production people need an https address, {_EXAMPLE}")
        if self.production and self.redis and not _asks_password(self.redis.get_secret_value()):
            raise ValueError(
                "JAM_REDIS: in production Redis must ask for a password, such as redis://:PASSWORD@HOST/0, "
                "or be reached by unix://"
            )
        return self


def load(**given: Any) -> ServerSettings:
    """The settings, ``given`` from the command line before the environment. Raises ``SettingsError``."""
    given = {name: value for name, value in given.items() if value is not None}
    if open_secrets := [name for name in ("database", "redis") if has_password(given.get(name) or "")]:
        raise SettingsError([_READABLE.format(name=name, upper=name.upper()) for name in open_secrets])
    try:
        return ServerSettings(**given)
    except ValidationError as refused:
        raise SettingsError([_sentence(one, given) for one in refused.errors()]) from None


def _sentence(error: Any, given: dict[str, Any]) -> str:
    """``name: value what is wrong; what to do``: secrets are not repeated, long values are cut."""
    words = str(error.get("ctx", {}).get("error") or "")
    if not error["loc"]:
        return words
    name = str(error["loc"][0])
    said = f"--{name}" if name in given else f"JAM_{name.upper()}"
    kind = {"port": "is no whole number; choose one from 1 to 65535", "production": "is not true or false"}
    value = "" if name in ("database", "redis") else f"{str(error['input'])[:60]!r} "
    return f"{said}: {value}{words or kind.get(name, 'cannot be used')}"


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(_HOST.match(host)) and not host.rpartition(".")[2].isdigit()
    return True


def _split(url: str, wrong: str) -> tuple[SplitResult, int | None]:
    """The parts of an address and its port, where it names one. Raises ``ValueError(wrong)``."""
    try:
        parts = urlsplit(url)
        return parts, parts.port  # raises for one that is none
    except ValueError:
        raise ValueError(wrong) from None


def _checked_base_url(url: str) -> str:
    """The address as browsers send it back in Host and Origin, which are compared letter by letter."""
    wrong = f"is no address that people can type; write one {_EXAMPLE}"
    parts, port = _split(url, wrong)
    host = (parts.hostname or "").removesuffix(".")
    if parts.scheme not in _DEFAULT_PORTS or not _is_host(host):
        raise ValueError(wrong)
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(f"must be scheme and host alone, {_EXAMPLE}")
    named = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{_in_url(host)}{named}"


def _in_url(host: str) -> str:
    return f"[{ipaddress.ip_address(host)}]" if ":" in host else host


def _asks_password(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "unix" or bool(parts.password)


def has_password(url: str) -> bool:
    """Whether a URL holds a password, so that it must not stand where others can read it."""
    try:
        return bool(urlsplit(url).password)
    except ValueError:
        return "@" in url


def unknown_variables(names: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """Names that begin with ``JAM_`` and are no setting, each with the setting that was likely meant."""
    known = [name.upper() for name in ServerSettings.model_fields]
    for name in names:
        given = name.removeprefix("JAM_")  # what all names begin with makes none of them alike
        if name.startswith("JAM_") and given not in known and name not in _OF_OTHERS:
            yield name, next((f"JAM_{close}" for close in difflib.get_close_matches(given, known, 1)), None)
