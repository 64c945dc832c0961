"""Decisions of a person about the themes: each becomes a correction on record, from which maps are drawn.

A map that was made anew meanwhile refuses nothing: ids of themes stay. What somebody else corrected since
the map that a person looked at does, where it concerns the same themes or ideas: the later of two hears
who did what (``theme_changed``), and nothing of either is lost.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from jam.domain import theme_commands as t
from jam.domain.chain import canonical_json
from jam.domain.decide.theme_conflicts import (
    Concerns,
    check_apart,
    check_held,
    check_no_later,
    check_seen,
    homes,
    living,
)
from jam.domain.decide.theme_names import check_name
from jam.domain.facts import Decision, Facts, NewEvent
from jam.domain.names import Status, Visibility
from jam.domain.records import (
    Content,
    CorrectedPart,
    CorrectionBody,
    Millis,
    Record,
    ThemeCorrection,
)
from jam.domain.rejections import Rejection, reject
from jam.domain.views import Viewer


def merge_themes(command: t.MergeThemes, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Put themes together."""
    themes = tuple(dict.fromkeys(command.themes))
    if len(themes) < 2 or command.into not in themes:
        return reject("merge_bad")
    body = CorrectionBody(themes=themes, into=command.into)
    return _joined("merge", body, command.seen, actor, facts, now)


def _joined(
    do: str, body: CorrectionBody, seen: int, actor: Viewer, facts: Facts, now: Millis
) -> Decision | Rejection:
    """What puts ideas together, unless some of them are kept apart."""
    wanted = Concerns(do, body.themes, body.ideas)
    refused = _refused(do, body, seen, actor, facts) or check_apart(wanted, body.into, facts.themes)
    return refused or _decided(do, body, actor, facts, now)


def split_theme(command: t.SplitTheme, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Take parts out of a theme. An idea is in one part at most, and some must stay."""
    ideas = [idea for part in command.parts for idea in part.ideas]
    whole = 1 <= len(command.parts) <= t.MOST_PARTS and all(part.ideas for part in command.parts)
    if not whole or len(set(ideas)) < len(ideas):
        return reject("split_bad")
    body = CorrectionBody(themes=(command.theme,), ideas=tuple(ideas))
    refused = _refused("split", body, command.seen, actor, facts)
    if refused:
        return refused
    own = {idea for idea, home in homes(facts.themes).items() if home == command.theme}
    if not set(ideas) < own:
        return reject("split_bad")
    names = _part_names(command, facts)
    if isinstance(names, Rejection):
        return names
    return _split(command, body, names, actor, facts, now)


def _part_names(command: t.SplitTheme, facts: Facts) -> list[str | None] | Rejection:
    names: list[str | None] = []
    for part in command.parts:
        name = None if part.name is None else check_name(part.name, facts)
        if isinstance(name, Rejection):
            return name
        if name is not None and name.casefold() in {one.casefold() for one in names if one}:
            return reject("name_taken")
        names.append(name)
    return names


def _split(
    command: t.SplitTheme,
    body: CorrectionBody,
    names: list[str | None],
    actor: Viewer,
    facts: Facts,
    now: Millis,
) -> Decision:
    correction_id = facts.ids.new_id()
    contents = [_name_content(correction_id, name, facts) if name else None for name in names]
    parts = tuple(
        CorrectedPart(ideas=tuple(part.ideas), name_id=content.id if content else None)
        for part, content in zip(command.parts, contents, strict=True)
    )
    whole = CorrectionBody(themes=body.themes, ideas=body.ideas, parts=parts)
    given = [content for content in contents if content]
    return _decided("split", whole, actor, facts, now, correction_id, given)


def rename_theme(command: t.RenameTheme, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Give a theme a name, or let the machine name it again."""
    body = CorrectionBody(themes=(command.theme,))
    refused = _refused("rename", body, command.seen, actor, facts)
    if refused:
        return refused
    if command.name is None:
        return _decided("rename", body, actor, facts, now)
    name = check_name(command.name, facts, command.theme)
    if isinstance(name, Rejection):
        return name
    correction_id = facts.ids.new_id()
    content = _name_content(correction_id, name, facts)
    named = CorrectionBody(themes=body.themes, name_id=content.id)
    return _decided("rename", named, actor, facts, now, correction_id, [content])


def _name_content(correction_id: str, name: str, facts: Facts) -> Content:
    return facts.content(correction_id, "theme_name", name)


def move_ideas(command: t.MoveIdeas, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Put ideas into a theme."""
    body = CorrectionBody(themes=(command.theme,), ideas=_once(command.ideas), into=command.theme)
    refused = _check_number(body.ideas, 1)
    return refused or _joined("move", body, command.seen, actor, facts, now)


def pin_ideas(command: t.PinIdeas, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Keep ideas where they are, or let them go. What is kept apart cannot be kept in one theme."""
    body = CorrectionBody(ideas=_once(command.ideas))
    decided = _with_ideas("pin" if command.pinned else "unpin", body, command.seen, actor, facts, now)
    if isinstance(decided, Rejection) or not command.pinned:
        return decided
    return check_held(body.ideas, facts.themes) or decided


def keep_apart(command: t.KeepApart, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Never put these ideas together."""
    body = CorrectionBody(ideas=_once(command.ideas))
    return _with_ideas("apart", body, command.seen, actor, facts, now, fewest=2)


def mark_not_idea(command: t.MarkNotIdea, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Take texts out of the themes, or put them back."""
    body = CorrectionBody(ideas=_once(command.ideas))
    return _with_ideas("is_idea" if command.is_idea else "not_idea", body, command.seen, actor, facts, now)


def _once(ideas: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ideas))


def _with_ideas(
    do: str, body: CorrectionBody, seen: int, actor: Viewer, facts: Facts, now: Millis, fewest: int = 1
) -> Decision | Rejection:
    refused = _check_number(body.ideas, fewest) or _refused(do, body, seen, actor, facts)
    return refused or _decided(do, body, actor, facts, now)


def _check_number(ideas: Sequence[str], fewest: int) -> Rejection | None:
    fits = fewest <= len(ideas) <= t.MOST_IDEAS
    return None if fits else reject("ideas_bad", fewest=fewest, most=t.MOST_IDEAS)


def answer_suggestion(
    command: t.AnswerSuggestion, actor: Viewer, facts: Facts, now: Millis
) -> Decision | Rejection:
    """Say yes or no to a suggestion of the current map, once."""
    do, themes = "accept" if command.accept else "refuse", facts.themes
    offered = {one.id: one for one in (themes.body.suggestions if themes.body else ())}
    found = offered.get(command.suggestion)
    body = CorrectionBody(
        themes=tuple(found.themes) if found else (),
        ideas=tuple(found.ideas) if found else (),
        suggestion=command.suggestion,
        kind=found.kind if found else None,
    )
    changed = check_seen(command.seen, Concerns(do, body.themes, body.ideas), actor.participant_id, themes)
    if changed:
        return changed
    if found is None or any(one.body.suggestion == command.suggestion for one in themes.pending):
        return reject("changed_meanwhile")
    return _decided(do, body, actor, facts, now)


def undo_correction(
    command: t.UndoCorrection, actor: Viewer, facts: Facts, now: Millis
) -> Decision | Rejection:
    """Take a correction back: itself a correction on record, which names what it takes back."""
    target = facts.themes.corrections.get(command.correction)
    if target is None:
        return reject("not_found")
    if target.do == "undo" or target.undone_by is not None:
        return reject("nothing_to_undo")
    later = check_no_later(target, facts.themes)
    if later:
        return later
    body = CorrectionBody(themes=target.body.themes, ideas=target.body.ideas, undoes=target.id)
    decision = _decided("undo", body, actor, facts, now)
    decision.records.insert(0, target.with_(undone_by=decision.answer["correction"]))
    return decision


def _refused(do: str, body: CorrectionBody, seen: int, actor: Viewer, facts: Facts) -> Rejection | None:
    """Why the themes and ideas that a correction names cannot be corrected so now."""
    wanted = Concerns(do, body.themes, body.ideas)
    changed = check_seen(seen, wanted, actor.participant_id, facts.themes)
    if changed:
        return changed
    if not set(body.themes) <= living(facts.themes):
        return reject("theme_gone")
    return next((one for one in (_idea_refused(idea, facts) for idea in body.ideas) if one), None)


def _idea_refused(idea_id: str, facts: Facts) -> Rejection | None:
    """Themes hold ideas that everyone was shown; of any other there is nothing to correct."""
    idea = facts.ideas.get(idea_id)
    if idea is None or idea.reply_to is not None or idea.published_seq is None:
        return reject("not_found")
    return None if idea.status is Status.PUBLISHED else reject("changed_meanwhile")


def _decided(
    do: str,
    body: CorrectionBody,
    actor: Viewer,
    facts: Facts,
    now: Millis,
    correction_id: str | None = None,
    contents: Sequence[Content] = (),
) -> Decision:
    row = ThemeCorrection(
        id=correction_id or facts.ids.new_id(),
        org_id=facts.jam.org_id,
        jam_id=facts.jam.id,
        seq=facts.next_seq,
        participant_id=actor.participant_id,
        at=now,
        do=do,
        body=body,
    )
    records: list[Record] = [*contents, row]
    event = NewEvent("themes_corrected", Visibility.STAFF, row.id, _on_record(row, contents))
    return Decision([event], records, {"correction": row.id, "seq": facts.next_seq})


def _on_record(row: ThemeCorrection, contents: Sequence[Content]) -> dict[str, Any]:
    """What the chain keeps of a correction: all of it but the names, of which it has the digests."""
    said: dict[str, Any] = {
        "do": row.do,
        "themes": list(row.body.themes),
        "ideas": list(row.body.ideas),
        "digest": hashlib.sha256(canonical_json(row.body)).hexdigest(),
    }
    if contents:
        said["digests"] = {content.id: content.digest for content in contents}
    return said


def named_in(command: Any) -> list[str]:
    """Every id of an idea or a theme that stands in a list of a correction."""
    parts = [idea for part in getattr(command, "parts", ()) for idea in part.ideas]
    into = [command.into] if isinstance(command, t.MergeThemes) else []
    return [*getattr(command, "ideas", ()), *getattr(command, "themes", ()), *into, *parts]


def ideas_in(command: Any) -> list[str]:
    """Every id of an idea that a correction names."""
    parts = [idea for part in getattr(command, "parts", ()) for idea in part.ideas]
    return [*getattr(command, "ideas", ()), *parts]


def check_number(command: Any) -> Rejection | None:
    """A correction with more than it may name is refused before anything is looked up."""
    if len(ideas_in(command)) > t.MOST_IDEAS:
        return _check_number(ideas_in(command), 1)
    return reject("merge_bad") if len(getattr(command, "themes", ())) > t.MOST_THEMES else None
