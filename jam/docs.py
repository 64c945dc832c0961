"""Writes the pages of ``docs/`` that must not differ from the code: the protocol and the settings.

``python -m jam.docs`` writes them, ``python -m jam.docs --check`` fails when one is out of date. The words
come from the docstrings of the very structs that go over the wire.
"""

import inspect
import re
import sys
import types
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from jam.domain import jam_settings, names, theme_commands, theme_views, views
from jam.domain.commands import PersonCommand
from jam.domain.events import EVENT_KINDS
from jam.domain.permissions import MAY
from jam.domain.rejections import CODES
from jam.live import wire
from jam.settings import ServerSettings

DOCS = Path(__file__).parent.parent / "docs"
WORDS: tuple[type[StrEnum], ...] = (
    names.Phase,
    names.Role,
    names.Audience,
    names.Status,
    names.Policy,
    names.Anonymity,
    names.Hold,
    names.Verdict,
    names.Rule,
)
VIEWS = (
    views.JamView,
    views.SlotView,
    views.ForumView,
    views.ProposalView,
    views.IdeaView,
    views.ParticipantView,
    views.FlagsView,
    views.ThemesView,
    views.ThemeHead,
    views.PlacedView,
    views.CorrectionView,
    views.ReportView,
    views.TotalsView,
    views.EventView,
    wire.Me,
)
OF_THEMES = (
    theme_views.ThemeMapView,
    theme_views.ThemeView,
    theme_views.SpotView,
    theme_views.DiscView,
    theme_views.LabelView,
    theme_views.PartView,
    theme_views.SignalView,
    theme_views.UnreadView,
    theme_views.DescentView,
    theme_views.SuggestionView,
    theme_views.MovedView,
    theme_views.SplitProposal,
    theme_views.PartProposal,
)
INTRODUCTION = """\
# The protocol of a live jam

*Made from the code by `python -m jam.docs`; CI fails when it is out of date.*

A client speaks to one jam over one WebSocket, `/jams/{jam}/socket` (HTTP/1.1), in JSON text frames of at
most 16 KiB, at most 64 fragments each, without compression. Every frame is an object with the field `t`.
Times are whole milliseconds since 1970 in UTC. A field that is missing has its default (`null`, `false`,
`[]`, or as stated). Unknown fields in what a *client* sends are refused; unknown fields in what the
*server* sends must be ignored.

## How a client lives

1. **Sign in.** `POST /api/join` with `{"code", "handle", "audience"}`, or a role link, sets a session cookie.
   Send it with the upgrade, together with `Origin` equal to the server's own origin. Programs of
   administrators send `Authorization: Bearer …` instead and need no `Origin`.
2. **Say hello** within 10 seconds: `{"t":"hello","version":1}`, with `cursor` and `epoch` when coming back.
3. **Read `welcome`.** With `resumed` true the next batches go on from your cursor. Otherwise `snapshot`
   frames follow, `parts` of them with the same `cursor`: join their `ideas`, then take the whole over.
4. **Apply each `batch` whose `after` equals your cursor**, then set your cursor to its `cursor`. If `after`
   is anything else something was missed: close, and come back without a cursor. Every event carries the
   changed thing whole; put it in place of the one with the same `id` unless yours has a higher `version`.
   `themes_shown` alone takes away: what it carries of `themes` and `placed`, or their absence, replaces
   yours. Places of one version are joined, and go with the version; corrections go once
   `themes.corrections_seq` has reached them. Then *snapshot + batches* equals a fresh snapshot, always.
5. **Send commands** with a `client_id` of your own making and keep it until an `ack` or an `error` with that
   `ref` comes. After a reconnect send what is unanswered again *under the same `client_id`*: it has one
   effect and gets the same answer (`replayed` true). `retry` true in an `error` means: the same again, after
   `retry_after` seconds. At most 16 commands may be unanswered. A socket is read at 30 frames a second (300
   at once): what comes faster is not refused, it waits.
6. **Answer every `heartbeat`** with `{"t":"beat"}`. After 45 seconds without any frame the socket is closed.
7. **When closed with 4000-4499 come back**, after a random wait of up to 0.5 s, doubled each time up to 20 s,
   with your cursor and epoch (after 4003 without). From 4500 on do not come back by yourself. Many browsers
   and libraries report 1006 for a lost connection: treat it as 4000.

`POST /api/jams/{jam}/commands` takes the same commands one at a time and answers with the `ack` or with
`{"code", "message", "retry", "retry_after", "facts"}` under the HTTP status of the code.
The other addresses are in [http.md](http.md).
"""


def protocol() -> str:
    """``docs/protocol.md``."""
    parts = [INTRODUCTION]
    parts += ["## What a client sends\n", *(_struct(kind) for kind in (wire.Hello, wire.Beat))]
    parts += ["### Commands\n", _permissions(), *(_struct(kind) for kind in get_args(PersonCommand))]
    parts += [_struct(theme_commands.SplitPart)]
    parts += ["## What the server sends\n", *(_struct(kind) for kind in get_args(wire.Outgoing))]
    parts += ["## Things in frames\n", *(_struct(kind) for kind in VIEWS)]
    parts += ["## Themes over HTTP\n", *(_struct(kind) for kind in OF_THEMES)]
    parts += [_events(), _words(), _settings_of_a_jam(), _codes(), _close_codes()]
    return "\n".join(parts)


def _struct(kind: type[msgspec.Struct]) -> str:
    config = kind.__struct_config__
    title = f"`{config.tag}`" if isinstance(config.tag, str) else kind.__name__
    hints = get_type_hints(kind)
    fields = [field for field in msgspec.structs.fields(kind) if not field.name.startswith("_")]
    rows = [f"| `{f.name}` | {_type(hints[f.name])} | {_default(f)} |" for f in fields]
    table = "\n".join(["| field | type | default |", "|---|---|---|", *rows]) if rows else ""
    return f"#### {title}\n\n{_doc(kind)}\n\n{table}\n"


def _doc(kind: type) -> str:
    return (inspect.getdoc(kind) or "").replace("``", "`")


def _default(field: Any) -> str:
    if field.required:
        return "required"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return f"`{_plain(value)}`"


def _plain(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _type(hint: Any) -> str:
    if get_origin(hint) in (Union, types.UnionType):
        return " or ".join(_type(one) for one in get_args(hint))
    if get_origin(hint) is list:
        return f"list of {_type(get_args(hint)[0])}"
    if get_origin(hint) is dict:
        return "object"
    known = {str: "text", int: "whole number", float: "number", bool: "true or false", type(None): "null"}
    return known.get(hint) or str(getattr(hint, "__name__", hint))


def _permissions() -> str:
    """The table of ``domain/permissions`` as people read it."""
    phases = list(names.Phase)
    head = "| command | who | " + " | ".join(phases) + " | while paused |"
    rows = []
    for command, permission in MAY.items():
        who = ", ".join(role for role in names.Role if role in permission.roles)
        marks = " | ".join("yes" if phase in permission.phases else "–" for phase in phases)
        rows.append(f"| `{command}` | {who} | {marks} | {'yes' if permission.while_paused else '–'} |")
    note = "`submit_idea` in `build` only where the jam's settings say so (`build_takes_ideas`).\n"
    return "\n".join([head, "|---" * (len(phases) + 3) + "|", *rows, "", note])


def _events() -> str:
    rows = [f"| `{e.kind}` | {e.visibility} | `{e.carries}` | {e.meaning} |" for e in EVENT_KINDS.values()]
    note = (
        "`public` events about an idea that nobody was shown yet go to its author and the staff only.\n"
        "An idea that was hidden, returned or withdrawn since comes without `text` in every replay.\n"
        "Events that take an idea out of sight, bring it back or change its words carry `themes` too where\n"
        "the theme map knows the idea: names and representatives as they may be read now.\n"
    )
    return "\n".join(
        ["## Events\n", note, "| kind | who gets it | carries | meaning |", "|---|---|---|---|", *rows, ""]
    )


def _words() -> str:
    rows = [f"| {kind.__name__} | {_enum(kind)} | {_first(kind)} |" for kind in WORDS]
    return "\n".join(["## Closed words\n", "| name | words | meaning |", "|---|---|---|", *rows, ""])


def _enum(kind: type[StrEnum]) -> str:
    return ", ".join(f"`{word}`" for word in kind)


def _first(kind: type) -> str:
    return _doc(kind).split("\n\n")[0].replace("\n", " ")


def _settings_of_a_jam() -> str:
    return "## Settings of a jam\n\n" + _struct(jam_settings.Settings)


def _codes() -> str:
    rows = [
        f"| `{c.code}` | {c.status} | {'yes' if c.retry else '–'} | {c.sentence} |" for c in CODES.values()
    ]
    head = ["## Refusals\n", "| code | HTTP | try the same again | sentence |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def _close_codes() -> str:
    codes: Iterable[wire.CloseCode] = wire.CLOSE_CODES.values()
    rows = [f"| {c.code} | `{c.reason}` | {c.meaning} |" for c in codes]
    note = (
        "The server also closes with 1002 (malformed frame), 1007 (not UTF-8), 1009 (message or fragment\n"
        "count too large): do not come back with the same. 4000-4499: come back. 4500 and up: stop.\n"
    )
    return "\n".join(["## Close codes\n", note, "| code | reason | meaning |", "|---|---|---|", *rows, ""])


SETTINGS_NOTES = """\
A value that cannot be used is named in one sentence, and the server ends with exit code 2 before it opens
anything; a name that begins with `JAM_` and is no setting gets a warning. A password must not stand on the
command line, where everyone on the machine can read it: give such an address in the environment.
`jam doctor` checks all of this, and the machine, without starting anything.

With `JAM_PRODUCTION=true` the server refuses to start unless `JAM_BASE_URL` is an https address, and Redis,
if there is one, asks for a password or is reached by `unix://`. There is no secret key to set: nothing is
signed, sessions and tokens are random and kept as hashes.
"""


def settings() -> str:
    """``docs/settings.md``."""
    lines = [
        "# Settings of a server\n",
        "*Made from the code by `python -m jam.docs`; CI fails when it is out of date.*\n",
        "`jam serve` takes `--host`, `--port`, `--database` and `--redis`; everything can be given in the",
        "environment. The command line wins.\n",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in ServerSettings.model_fields.items():
        default = getattr(field.default, "get_secret_value", lambda given=field.default: given)()
        shown = "none" if default is None else f"`{default}`"
        lines.append(f"| `JAM_{name.upper()}` | {shown} | {field.description} |")
    lines.append(
        "| `JAM_EMBEDDING_MODEL` | the model in the installed package | A folder or hub name of another "
        "sentence-transformers model, read by the theming process. |"
    )
    return "\n".join([*lines, "", SETTINGS_NOTES])


PAGES = {"protocol.md": protocol, "settings.md": settings}


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` name those that are out of date and return 1."""
    stale = []
    for name, make in PAGES.items():
        path, text = DOCS / name, re.sub(r"\n{3,}", "\n\n", make())
        if "--check" not in arguments:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    for name in stale:
        print(f"docs/{name} is out of date: run python -m jam.docs", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
