"""The checker finds nothing in a true history, and each kind of fault in a history spoiled in one place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jam.cli.crowd.checker import KINDS, Export, Verdict, check, read_export
from jam.cli.crowd.history import AnyLine, Invoke, Ok, Received
from jam.domain.commands import (
    EditIdea,
    FlagIdea,
    Moderate,
    RenameTheme,
    ShowThemes,
    SubmitIdea,
    SubmitReply,
    UndoDecision,
    WithdrawIdea,
)
from jam.domain.names import Role, Rule
from jam.domain.names import Verdict as Ruling
from tests.crowd.world import Client, World

Spoil = Callable[[list[AnyLine], Export], None]
SECRET = "a text that nobody but its author may ever read"


@dataclass
class Story:
    """Two participants and a facilitator, some ideas, one of each decision; everybody saw everything."""

    lines: list[AnyLine]
    records: list[bytes]
    ideas: dict[str, str]
    forum: str
    flagged: dict[str, Any]

    def judge(
        self, spoil: Spoil | None = None, *, clients: tuple[str, ...] = (), until: int | None = None
    ) -> Verdict:
        """The verdict on the history, or on a copy of it that was spoiled first."""
        export, lines = read_export(self.records), list(self.lines)
        if spoil:
            spoil(lines, export)
        return check(lines, export, clients=clients, until=until)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Told once: every test spoils a copy of its own."""
    return asyncio.run(tell(tmp_path_factory.mktemp("world")))


async def tell(folder: Path) -> Story:
    """What happens in the story."""
    world = await World.open(folder)
    staff = await world.join("Facilitator", Role.FACILITATOR)
    ann, bob = await world.join("Ann"), await world.join("Bob")
    everybody, ideas = (ann, bob, staff), {}

    async def submit(who: Client, name: str, text: str) -> None:
        outcome = await who.give(SubmitIdea(client_id=name, forum=world.forum, text=text))
        assert isinstance(outcome, dict)
        ideas[name] = outcome["idea"]

    async def decide(name: str, verdict: Ruling) -> None:
        rule = None if verdict is Ruling.APPROVE else Rule.ABUSE
        ruling = {"version": 1, "verdict": verdict, "rule": rule, "note": "So it is."}
        command = Moderate(client_id=f"{name}-{verdict}", idea=ideas[name], **ruling)  # type: ignore[arg-type]
        assert isinstance(await staff.give(command), dict)

    async def all_catch_up() -> None:
        for client in everybody:
            await client.catch_up()

    await submit(ann, "shown", "a lamp on the quay")
    await submit(ann, "held", "a bus at night")
    await submit(bob, "plain", "soup in winter")
    await submit(bob, "secret", SECRET)
    await all_catch_up()
    await world.themes([ideas["shown"], ideas["plain"]], 1)
    rename = RenameTheme(client_id="name", seen=1, theme="t1", name="A canary")
    assert isinstance(await staff.give(rename), dict)
    await staff.give(ShowThemes(client_id="show", shown=True))
    await world.themes([ideas["shown"], ideas["plain"]], 2)
    await decide("held", Ruling.APPROVE)
    await decide("secret", Ruling.HIDE)
    await bob.give(SubmitReply(client_id="reply", idea=ideas["shown"], text="two lamps"))
    await bob.give(FlagIdea(client_id="flag", idea=ideas["shown"], rule=Rule.ABUSE))
    await ann.give(EditIdea(client_id="edit", idea=ideas["shown"], version=1, text="a lantern"))
    await decide("plain", Ruling.HIDE)
    await all_catch_up()
    await ann.give(EditIdea(client_id="edit-2", idea=ideas["held"], version=2, text="a bus at ten"))
    await staff.give(UndoDecision(client_id="undo", idea=ideas["plain"], version=2))
    await ann.give(WithdrawIdea(client_id="gone", idea=ideas["held"]))
    await bob.connect()
    await world.next_phase(staff, 0)
    await all_catch_up()
    await ann.connect(resume=True)
    await world.next_phase(staff, 1)
    await ann.give(SubmitIdea(client_id="too-late", forum=world.forum, text="one more"))
    await all_catch_up()
    flagged = next(e for e in (await staff.batch(0)).events if e.kind == "idea_flagged")
    told = Story(world.lines, await world.export_lines(), ideas, world.forum, msgspec.to_builtins(flagged))
    await world.database.close()
    return told


def frames(lines: list[AnyLine], name: str, kind: str) -> list[int]:
    """The places of one client's frames of a kind."""
    return [
        place
        for place, line in enumerate(lines)
        if isinstance(line, Received) and line.c == name and msgspec.json.decode(line.frame)["t"] == kind
    ]


def rewrite(lines: list[AnyLine], place: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Change one frame in place."""
    line = lines[place]
    assert isinstance(line, Received)
    frame = msgspec.json.decode(line.frame)
    change(frame)
    lines[place] = Received(
        c=line.c, at=line.at, socket=line.socket, frame=msgspec.Raw(msgspec.json.encode(frame))
    )


def kinds(verdict: Verdict) -> set[str]:
    return {finding.kind for finding in verdict.findings}


def test_true_history_has_no_findings_and_is_really_looked_at(story: Story) -> None:
    verdict = story.judge()
    assert verdict.ok, verdict.summary()
    assert verdict.counts["clients"] == 3
    assert verdict.counts["events"] >= 25
    assert verdict.counts["snapshots"] == 4
    assert verdict.counts["resumes"] == 1
    assert verdict.counts["acked"] == 17


def test_acknowledged_idea_that_is_not_in_the_log_is_lost(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        del export.ideas[story.ideas["plain"]]

    verdict = story.judge(spoil)
    assert "lost" in kinds(verdict)
    assert any(f.client == "Bob" for f in verdict.findings if f.kind == "lost")


def test_acknowledgement_that_names_another_event_is_lost(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        place = next(n for n, line in enumerate(lines) if isinstance(line, Ok) and line.ref == "plain")
        ack = msgspec.json.decode(lines[place].ack) | {"seq": 999}
        lines[place] = Ok(c="Bob", at=0.0, ref="plain", ack=msgspec.Raw(msgspec.json.encode(ack)))

    assert "lost" in kinds(story.judge(spoil))


def test_idea_that_nobody_sent_is_a_phantom(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        lines[:] = [
            line
            for line in lines
            if not (isinstance(line, Invoke | Ok) and b'"plain"' in msgspec.json.encode(line))
        ]

    verdict = story.judge(spoil)
    assert [f.seq for f in verdict.findings if f.kind == "phantom"]


def test_two_ideas_of_one_client_id_are_doubled_with_or_without_receipts(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        first = export.ideas[story.ideas["plain"]]
        export.ideas["twin"] = first.with_(id="twin")

    verdict = story.judge(spoil)
    assert verdict.number("doubled") == 1
    assert "plain" in next(f.detail for f in verdict.findings if f.kind == "doubled")


def test_different_answers_to_one_client_id_are_doubled(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        ack = {"t": "ack", "ref": "plain", "idea": "other", "seq": 5, "status": "published", "version": 1}
        frame = msgspec.Raw(msgspec.json.encode(ack))
        lines.append(Received(c="Bob", at=0.0, socket=2, frame=frame))

    assert kinds(story.judge(spoil)) == {"doubled"}


def test_batch_that_does_not_touch_the_one_before_is_a_gap(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        place = frames(lines, "Ann", "batch")[1]
        rewrite(lines, place, lambda frame: frame.update(after=frame["after"] + 1))

    verdict = story.judge(spoil)
    assert [f.client for f in verdict.findings if f.kind == "gap"] == ["Ann"]


def test_lost_batch_is_a_gap_and_what_was_in_it_is_missing_at_the_end(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        del lines[frames(lines, "Ann", "batch")[-1]]

    verdict = story.judge(spoil)
    assert kinds(verdict) == {"missing"}
    assert {f.client for f in verdict.findings} == {"Ann"}


def test_event_left_out_of_a_batch_is_missing(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        rewrite(lines, frames(lines, "Ann", "batch")[0], lambda frame: frame["events"].pop(0))

    verdict = story.judge(spoil)
    assert kinds(verdict) == {"missing"}
    assert verdict.number("missing") == 1


def test_idea_left_out_of_a_snapshot_is_missing(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        rewrite(lines, frames(lines, "Bob", "snapshot")[1], lambda frame: frame["ideas"].pop(0))

    assert "missing" in kinds(story.judge(spoil))


@pytest.mark.parametrize("hint", [{"held_for": "spot_check"}, {"held_at": 1}, {"held_for": None}], ids=str)
@pytest.mark.parametrize(("who", "kind"), [("Ann", "batch"), ("Bob", "batch"), ("Bob", "snapshot")])
def test_a_hint_to_staff_that_reaches_anybody_else_is_a_finding(
    story: Story, who: str, kind: str, hint: dict[str, Any]
) -> None:
    def tell(who: str) -> set[str]:
        def spoil(lines: list[AnyLine], export: Export) -> None:
            for place in frames(lines, who, kind):
                rewrite(lines, place, give)

        return kinds(story.judge(spoil))

    def give(frame: dict[str, Any]) -> None:
        for idea in [*frame.get("ideas", []), *(e["idea"] for e in frame.get("events", []) if "idea" in e)]:
            idea.update(hint)

    assert tell(who) == {"view"}
    assert tell("Facilitator") == set()


def test_event_that_comes_twice_is_a_duplicate(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        rewrite(
            lines,
            frames(lines, "Ann", "batch")[0],
            lambda frame: frame["events"].append(frame["events"][0]),
        )

    verdict = story.judge(spoil)
    assert verdict.number("duplicate") == 1


def test_batch_that_is_sent_again_is_a_gap_and_full_of_duplicates(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        place = frames(lines, "Ann", "batch")[0]
        lines.insert(place, lines[place])

    assert {"gap", "duplicate"} <= kinds(story.judge(spoil))


def test_words_of_a_hidden_idea_in_a_later_batch_are_a_view_mismatch(story: Story) -> None:
    """The text was right when it was new; a batch that ends after the hiding may not hold it."""

    def spoil(lines: list[AnyLine], export: Export) -> None:
        def show(frame: dict[str, Any]) -> None:
            event = next(e for e in frame["events"] if e["kind"] == "idea_hidden")
            event["idea"] |= {"text": "soup in winter"}

        rewrite(lines, frames(lines, "Ann", "batch")[1], show)

    assert kinds(story.judge(spoil)) == {"view"}


def test_words_that_were_never_shown_are_found_in_any_frame(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        rewrite(lines, frames(lines, "Ann", "welcome")[0], lambda frame: frame.update(extra=SECRET))
        frame = frames(lines, "Ann", "batch")[0]
        rewrite(lines, frame, lambda frame: frame.update(extra=SECRET))

    assert kinds(story.judge(spoil)) == {"view"}


def test_event_that_is_for_staff_alone_is_a_view_mismatch(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        for place in frames(lines, "Ann", "batch"):
            batch = msgspec.json.decode(lines[place].frame)
            if batch["after"] < story.flagged["seq"] <= batch["cursor"]:
                rewrite(lines, place, lambda frame: frame["events"].append(story.flagged))

    assert kinds(story.judge(spoil)) == {"view"}


def test_field_that_differs_from_the_projection_is_named_without_its_value(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        def lie(frame: dict[str, Any]) -> None:
            frame["events"][0]["idea"]["handle"] = "Somebody else"

        rewrite(lines, frames(lines, "Ann", "batch")[0], lie)

    verdict = story.judge(spoil)
    assert kinds(verdict) == {"view"}
    assert "idea.handle" in verdict.findings[0].detail
    assert "Somebody" not in str(verdict.findings[0])


def test_a_correction_that_reaches_a_participant_is_a_view_mismatch(story: Story) -> None:
    def spoil(lines: list[AnyLine], _: Export) -> None:
        made = {"id": "c", "seq": 1, "do": "rename", "at": 1}
        rewrite(
            lines,
            frames(lines, "Ann", "batch")[0],
            lambda batch: batch["events"][0].__setitem__("correction", made),
        )

    assert "view" in kinds(story.judge(spoil))


def test_themes_that_reach_a_participant_before_anybody_showed_them_are_a_view_mismatch(
    story: Story,
) -> None:
    told = {"version": 1, "themes": 1, "one_of_a_kind": 0}

    def spoil(lines: list[AnyLine], export: Export) -> None:
        shows = {"themes_shown", "themes_published"}
        export.events = [e if e.kind not in shows else hidden(e) for e in export.events]
        place = frames(lines, "Ann", "batch")[0]
        rewrite(lines, place, lambda batch: batch["events"][0].__setitem__("themes", told))

    def hidden(event: Any) -> Any:
        return msgspec.structs.replace(event, data={**event.data, "shown": False, "final": False})

    details = [finding.detail for finding in story.judge(spoil).findings]
    assert "themes were never shown to everyone" in details


def test_themes_of_a_map_that_is_left_out_for_staff_are_missing(story: Story) -> None:
    def spoil(lines: list[AnyLine], _: Export) -> None:
        for place in frames(lines, "Facilitator", "batch"):
            rewrite(lines, place, without)

    def without(batch: dict[str, Any]) -> None:
        batch["events"] = [e for e in batch["events"] if e["kind"] != "themes_published"]

    assert kinds(story.judge(spoil)) == {"missing"}


def test_wrong_epoch_in_a_welcome_is_a_view_mismatch(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        rewrite(lines, frames(lines, "Ann", "welcome")[1], lambda frame: frame.update(epoch="other"))

    assert kinds(story.judge(spoil)) == {"view"}


def test_idea_after_the_bell_is_late(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        bell = next(e.seq for e in export.events if e.kind == "phase_started")
        idea = export.ideas[story.ideas["plain"]]
        export.ideas[idea.id] = idea.with_(created_seq=bell + 1)

    assert "late" in kinds(story.judge(spoil))


@pytest.mark.parametrize("spoiled", ["flip", "drop", "swap", "cut", "text"])
def test_changed_log_breaks_the_chain(story: Story, spoiled: str) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        events = export.events
        if spoiled == "flip":
            events[3] = msgspec.structs.replace(events[3], at=events[3].at + 1)
        elif spoiled == "drop":
            del events[3]
        elif spoiled == "swap":
            events[3], events[4] = events[4], events[3]
        elif spoiled == "cut":
            del events[-1]
        else:
            key = next(k for k, content in export.contents.items() if content.kind == "text")
            export.contents[key] = export.contents[key].with_(value="other words")

    assert "chain" in kinds(story.judge(spoil))


def test_frame_that_is_no_json_is_told(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        lines.append(Received(c="Ann", at=0.0, socket=1, unreadable="<html>"))

    assert kinds(story.judge(spoil)) == {"history"}


def test_client_that_left_early_is_judged_as_far_as_it_came(story: Story) -> None:
    def spoil(lines: list[AnyLine], export: Export) -> None:
        del lines[frames(lines, "Ann", "batch")[-1]]

    assert story.judge(spoil, until=0).ok


def test_client_that_was_never_welcomed_misses_everything(story: Story) -> None:
    verdict = story.judge(clients=("Ann", "Zoe"))
    assert [(f.kind, f.client) for f in verdict.findings] == [("missing", "Zoe")]


def test_every_kind_of_finding_has_words() -> None:
    assert all(len(meaning) > 10 for meaning in KINDS.values())
