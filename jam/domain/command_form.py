"""The two kinds of commands: those of people, which come over the wire, and those of the server itself.

Lowest of the modules that describe commands (``commands``, ``theme_commands``); holds nothing else.
"""

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command of a person; ``client_id`` has 1 to 64 characters of A-Z a-z 0-9 - _."""

    client_id: str


class HouseCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A command of the server itself; it never comes over the wire."""
