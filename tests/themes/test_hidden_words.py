"""An idea whose words stand in a theme's name, headline and representatives is hidden: all goes at once.

Read from real sockets of a participant and of a facilitator, from snapshots, over HTTP, and from the report.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jam.service.report import build_report, report_json
from jam.service.report.read import read_inputs
from tests.guarantees.wire import Wire, ask
from tests.patience import GROUPING
from tests.themes.scene import Looker, Scene, sent, themed

pytestmark = pytest.mark.anyio


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with themed(f"sqlite:///{tmp_path}/jam.db") as made:
        yield made


async def test_the_name_and_the_picture_change_in_the_very_event_on_every_screen(scene: Scene) -> None:
    lookers = (scene.participant, scene.facilitator)
    for looker in lookers:
        before = (await looker.themes(looker.mark)).json
        assert before["themes"][0]["name"] == "Zanzibar benches, lamps"
        assert before["themes"][0]["headline"] == scene.ideas["a"]
    since = {id(looker): len(looker.wire.received) for looker in lookers}
    await scene.moderate("a", "hide")
    for looker in lookers:
        hidden = next((one for one in looker.events if one["kind"] == "idea_hidden"), None)
        event = hidden or await looker.see("idea_hidden")
        (head,) = event["themes"]["changed"]
        assert (head["id"], head["name"], head["size"]) == ("t1", "Lamps, path", 2)
        assert (head["headline"], head["gone"]) == (scene.ideas["b"], [scene.ideas["a"]])
        assert scene.ideas["a"] not in head["representatives"]
        assert looker.state["themes"] == event["themes"]
    # The author and the staff keep the text of the idea itself; nobody else was sent a word of it.
    assert "anzibar" not in sent(scene.participant, since[id(scene.participant)]).replace(
        "Zanzibar benches by the river", ""
    )


async def test_the_old_address_leads_nowhere_and_the_new_one_says_none_of_it(scene: Scene) -> None:
    looker = scene.participant
    old = looker.mark
    await scene.moderate("a", "hide")
    await looker.see("idea_hidden")
    gone = await looker.themes(old)
    assert (gone.status, gone.code) == (404, "not_found")
    fresh = await looker.themes(looker.mark)
    assert fresh.status == 200
    for reply in (fresh, await looker.themes()):
        assert b"anzibar" not in reply.body
        assert scene.ideas["a"].encode() not in reply.body
        assert reply.json["mark"] == looker.mark
        assert reply.json["themes"][0]["name"] == "Lamps, path"


async def test_who_comes_late_or_comes_back_gets_none_of_it(scene: Scene) -> None:
    early = await Looker.sit(scene.engine, scene.house, await scene.house.join(scene.jam["code"], "Early"))
    await early.wire.close()
    await scene.moderate("b", "hide")
    await scene.moderate("a", "hide")
    await scene.facilitator.level()
    late = await Looker.sit(scene.engine, scene.house, await scene.house.join(scene.jam["code"], "Late"))
    assert late.state["themes"]["changed"][0]["name"] == "Lamps"
    assert "anzibar" not in sent(late)
    back = Looker(scene.house, early.seat, await _resumed(scene, early), scene.engine, early.state)
    await back.level()
    assert "anzibar" not in sent(back)
    assert back.state["themes"] == late.state["themes"]
    await back.wire.close()
    await late.wire.close()


async def _resumed(scene: Scene, early: Looker) -> Wire:
    wire = await Wire.open(scene.house, early.seat)
    wire.cursor, wire.epoch = early.state["cursor"], early.wire.epoch
    welcome = await wire.hello(resume=True)
    assert welcome["resumed"]
    return wire


async def test_a_word_that_only_a_second_hidden_idea_said_goes_from_what_was_told_of_the_first(
    scene: Scene,
) -> None:
    """Frames are kept: a name that was told with the first idea's end may hold the second one's words."""
    early = await Looker.sit(scene.engine, scene.house, await scene.house.join(scene.jam["code"], "Early"))
    await early.wire.close()
    await scene.moderate("a", "hide")
    await scene.moderate("b", "hide")
    await scene.facilitator.level()
    wire = await _resumed(scene, early)
    back = Looker(scene.house, early.seat, wire, scene.engine, early.state)
    await back.level()
    assert ", path" not in sent(back)
    await wire.close()


async def test_what_is_shown_again_stands_in_the_name_again(scene: Scene) -> None:
    await scene.moderate("a", "hide")
    await scene.participant.see("idea_hidden")
    cleaned = scene.participant.mark
    await scene.facilitator.give("undo_decision", "u1", idea=scene.ideas["a"], version=2)
    event = await scene.participant.see("decision_undone")
    assert "changed" not in event["themes"]
    assert scene.participant.mark != cleaned
    back = (await scene.participant.themes(scene.participant.mark)).json
    assert back["themes"][0]["name"] == "Zanzibar benches, lamps"


async def test_words_that_their_author_changed_or_took_back_go_from_the_name_too(scene: Scene) -> None:
    mara = scene.participant
    await mara.give("edit_idea", "e1", idea=scene.ideas["a"], version=1, text="Benches by the river")
    await mara.level()
    assert mara.state["themes"]["changed"][0]["name"] == "Lamps, path"
    shown = (await mara.themes(mara.mark)).json
    assert shown["texts"][scene.ideas["a"]] == "Benches by the river"
    await mara.give("withdraw_idea", "w1", idea=scene.ideas["b"])
    await mara.level()
    assert mara.state["themes"]["changed"][0]["name"] == "Lamps"


async def test_the_report_says_none_of_it(scene: Scene) -> None:
    await scene.publish(final=True)
    await scene.moderate("a", "hide")

    inputs = await scene.engine.database.read(lambda c: read_inputs(c, scene.id, 1))
    report = build_report(inputs)
    assert b"anzibar" not in report_json(report)
    assert [theme.name for theme in report.grouping.themes] == ["Lamps, path", "Buses, midnight"]


async def test_the_page_of_the_report_says_none_of_it(scene: Scene) -> None:
    await scene.facilitator.give("start_next_phase", "n1", phase_index=0)
    async with asyncio.timeout(GROUPING):
        while await scene.house.report_version(scene.id) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await scene.publish(final=True)
    await scene.moderate("a", "hide")
    path = f"/jams/{scene.id}/report"
    page = await ask(scene.house, "GET", path, scene.participant.seat.headers())
    assert b" 200 " in page.splitlines()[0]
    assert b"anzibar" not in page
    assert b"Lamps" in page


async def test_the_report_says_nothing_of_themes_that_are_made_anew_while_only_the_staff_see_them(
    tmp_path: Path,
) -> None:
    """A jam that was opened again: its report is still read, by everyone."""
    async with themed(f"sqlite:///{tmp_path}/jam.db", shown=False) as scene:
        final = await scene.publish(final=True)
        await scene.publish()
        inputs = await scene.engine.database.read(lambda c: read_inputs(c, scene.id, 1))
        assert inputs.theme_map is not None
        assert (inputs.theme_map.version, inputs.theme_map.final) == (final, True)


async def test_nobody_but_the_staff_hears_of_themes_that_are_not_shown(tmp_path: Path) -> None:
    async with themed(f"sqlite:///{tmp_path}/jam.db", shown=False) as scene:
        mara, fay = scene.participant, scene.facilitator
        assert fay.state["themes"]["provisional"] is True
        named = await fay.give("rename_theme", "r1", seen=1, theme="t2", name="Canary night")
        await scene.moderate("a", "hide")
        await mara.see("idea_hidden")
        assert mara.state["themes"] is None
        assert (await mara.themes()).code == "no_themes_yet"
        assert (await mara.themes(fay.mark)).code == "no_themes_yet"
        for word in ("themes_published", "themes_corrected", "Canary", named["correction"], '"themes"'):
            assert word not in sent(mara), word
        late = await Looker.sit(scene.engine, scene.house, await scene.house.join(scene.jam["code"], "Late"))
        assert late.state["themes"] is None
        assert "anary" not in sent(late)
        await late.wire.close()


async def test_themes_are_seen_while_they_are_shown_and_no_longer(tmp_path: Path) -> None:
    async with themed(f"sqlite:///{tmp_path}/jam.db", shown=False) as scene:
        mara, fay = scene.participant, scene.facilitator
        await fay.give("show_themes", "s1", shown=True)
        event = await mara.see("themes_shown")
        assert event["jam"]["themes_shown"] is True
        assert (event["themes"]["version"], mara.mark != fay.mark) == (1, True)
        seen = await mara.themes(mara.mark)
        assert seen.json["themes"][0]["members"] == sorted(scene.ideas[key] for key in "abc")
        assert (await mara.themes(fay.mark)).status == 404
        mark = mara.mark
        await fay.give("show_themes", "s2", shown=False)
        await mara.see("themes_shown")
        assert (mara.state["themes"], fay.state["themes"]["version"]) == (None, 1)
        assert (await mara.themes(mark)).code == "no_themes_yet"


async def test_names_of_the_staff_and_what_they_corrected_never_reach_the_others(scene: Scene) -> None:
    mara, fay = scene.participant, scene.facilitator
    since = len(mara.wire.received)
    made = await fay.give("rename_theme", "r1", seen=1, theme="t2", name="Night lines")
    await scene.publish()
    await mara.see("themes_published")
    await fay.see("themes_published")
    staff, everyone = (await fay.themes(fay.mark)).json, (await mara.themes(mara.mark)).json
    (shown,) = staff["corrections"]
    assert (shown["id"], shown["do"], shown["name"]) == (made["correction"], "rename", "Night lines")
    assert shown["by"]
    assert "corrections" not in everyone
    assert made["correction"] not in sent(mara, since) + json.dumps(everyone)


async def test_who_comes_after_the_themes_were_taken_away_gets_none_of_them(scene: Scene) -> None:
    """What everyone sees is read once for many: not the one from when themes were shown."""
    await scene.moderate("a", "hide")  # so that it is read anew, with themes
    await scene.facilitator.level()
    first = await Looker.sit(scene.engine, scene.house, await scene.house.join(scene.jam["code"], "First"))
    assert first.state["themes"]["version"] == 1
    await scene.facilitator.give("show_themes", "away", shown=False)
    await scene.facilitator.level()
    second = await Looker.sit(scene.engine, scene.house, await scene.house.join(scene.jam["code"], "Second"))
    await second.level()
    assert '"themes":' not in sent(second)
    for looker in (first, second):
        await looker.wire.close()
