"""The connection and what is unsent: nothing is lost with the network, and nothing is sent twice."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, WebSocketRoute, expect

from jam.cli.crowd.server import ServerProcess, own_house
from tests.patience import PATIENCE
from tests.web.rooms import Rooms, live

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


# What is taken away of the banner while three tries to connect fail.
LOSES = """() => new Promise(tell => {
    let gone = 0, tries = 0;
    const state = document.querySelector('.link-state');
    const banner = document.querySelector('main > [role=status]');
    new MutationObserver(changes => { for (const one of changes) gone += one.removedNodes.length; })
        .observe(banner, { childList: true });
    new MutationObserver(() => { tries += state.textContent === 'Connecting'; if (tries === 3) tell(gone); })
        .observe(state, { subtree: true, characterData: true, childList: true });
})"""


async def write(page: Page, text: str) -> None:
    await page.get_by_label("Your idea", exact=True).fill(text)
    await page.get_by_role("button", name="Send", exact=True).click()


async def test_ideas_written_while_the_server_is_away_are_sent_once_when_it_is_back(
    one_browser: Browser, tmp_path: Path
) -> None:
    process = ServerProcess(tmp_path)
    async with own_house(process) as house:
        rooms = Rooms(house, one_browser)
        await rooms.make_jam()
        page = await rooms.join("Mara")
        await process.kill()
        await expect(page.locator(".link-state")).to_have_text("Offline")
        await write(page, "Written offline, one")
        await write(page, "Written offline, two")
        await expect(page.get_by_text("2 texts will be sent when you reconnect.")).to_be_visible()
        await expect(page.get_by_text("Kept here until you are online")).to_have_count(2)
        # The banner says its words once: tries that fail take nothing away and add nothing.
        assert await page.evaluate(LOSES) == 0
        await process.start()
        again = page.get_by_role("button", name="Try now")  # unless the page tried by itself just now
        await again.evaluate_all("all => all.forEach((one) => one.click())")
        await live(page)
        await expect(page.locator(".card.is-own", has_text="Saved")).to_have_count(2)
        await page.reload()
        await live(page)
        await expect(page.locator(".feed .words")).to_have_text(
            ["Written offline, two", "Written offline, one"]
        )
        await rooms.close()


async def test_idea_without_an_answer_outlives_a_reload_and_has_one_effect(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    deaf = {"on": True}

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(server.send)
        server.on_message(
            lambda frame: None if deaf["on"] and '"ack"' in str(frame)[:20] else route.send(frame)
        )

    await page.context.route_web_socket("**/socket", between)
    await page.reload()
    await live(page)
    await write(page, "Sent, but the answer is lost")
    await expect(page.locator(".sent")).to_contain_text("Sending")
    await expect(page.locator(".totals")).to_contain_text("1 idea")
    deaf["on"] = False
    await page.reload()
    await live(page)
    await expect(page.locator(".sent")).to_have_count(0)
    await expect(page.locator(".totals")).to_contain_text("1 idea")


async def test_idea_that_never_reached_the_server_is_sent_after_a_reload(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    mute = {"on": True}

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(
            lambda frame: None if mute["on"] and "submit_idea" in str(frame) else server.send(frame)
        )
        server.on_message(route.send)

    await page.context.route_web_socket("**/socket", between)
    await page.reload()
    await live(page)
    await write(page, "Typed in the tunnel")
    await expect(page.locator(".sent")).to_contain_text("Sending")
    mute["on"] = False
    await page.reload()
    await live(page)
    await expect(page.locator(".totals")).to_contain_text("1 idea")
    await expect(page.locator(".card.is-own", has_text="Typed in the tunnel")).to_contain_text("Saved")


async def test_refused_idea_stays_whole_with_the_reason_and_can_be_tried_again(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    await page.evaluate(
        """([jam, forum]) => { const me = JSON.parse(document.getElementById('boot').textContent).me.id;
        const command = {t: 'submit_idea', forum, text: 'Too late', tags: [], client_id: 'late-1'};
        const entry = {command, at: 1, stage: 'queued', tries: 0};
        localStorage.setItem(`jam/${jam}/${me}/out/late-1`, JSON.stringify(entry)); }""",
        [rooms.jam, rooms.forums[0]],
    )
    await rooms.next_phase(1)
    await page.reload()
    await live(page)
    card = page.locator(".sent .card", has_text="Too late")
    await expect(card).to_contain_text("Not sent")
    await expect(card).to_contain_text("Your text is kept on this device")
    first = await card.element_handle()
    await card.get_by_role("button", name="Try again").click()
    await first.wait_for_element_state("hidden")
    await expect(card).to_contain_text("Not sent")
    await card.get_by_role("button", name="Put away").click()
    await expect(page.locator(".sent")).to_have_count(0)


async def test_lost_connection_resumes_by_cursor_and_a_reload_takes_a_snapshot(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    heard: list[str] = []
    routes: list[WebSocketRoute] = []
    back = asyncio.Event()
    back.set()

    async def between(route: WebSocketRoute) -> None:
        routes.append(route)
        await back.wait()
        server = route.connect_to_server()
        route.on_message(lambda frame: (heard.append(str(frame)), server.send(frame))[1])
        server.on_message(route.send)

    await page.context.route_web_socket("**/socket", between)
    await page.reload()
    await live(page)
    anke = await rooms.seat("Anke")
    await rooms.write(anke, "While you were here")
    await expect(page.locator(".totals")).to_contain_text("1 idea")
    back.clear()
    await routes[-1].close(code=4004, reason="draining")
    await expect(page.get_by_role("button", name="Try now")).to_be_visible()
    await rooms.write(anke, "While you were away")
    back.set()
    await live(page)
    await expect(page.locator(".totals")).to_contain_text("2 ideas")
    hellos = [frame for frame in heard if '"hello"' in frame]
    assert len(hellos) >= 2
    assert "cursor" not in hellos[0]
    assert '"cursor":' in hellos[-1]
    assert '"epoch":' in hellos[-1]


async def test_gap_in_the_feed_is_mended_by_a_new_snapshot(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    heard: list[str] = []
    waiting, swallowed = asyncio.Event(), asyncio.Event()

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(lambda frame: (heard.append(str(frame)), server.send(frame))[1])

        def onward(frame: bytes | str) -> None:
            if waiting.is_set() and not swallowed.is_set() and '"batch"' in str(frame)[:20]:
                swallowed.set()
            else:
                route.send(frame)

        server.on_message(onward)

    await page.context.route_web_socket("**/socket", between)
    await page.reload()
    await live(page)
    anke = await rooms.seat("Anke")
    waiting.set()
    await rooms.write(anke, "Lost on the way")
    await asyncio.wait_for(swallowed.wait(), PATIENCE)
    await rooms.write(anke, "Arrived")
    await expect(page.locator(".totals")).to_contain_text("2 ideas")
    await live(page)
    hellos = [frame for frame in heard if '"hello"' in frame]
    assert len(hellos) > 1
    assert "cursor" not in hellos[-1]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (4501, "You signed out. Join again to go on."),
        (4503, "You were removed from this jam."),
        (4505, "The jam is open in another window."),
        (4500, "This page is too old for the server. Load it again."),
    ],
)
async def test_close_code_from_4500_on_ends_the_connection_and_says_why(
    rooms: Rooms, code: int, words: str
) -> None:
    page = await rooms.join("Mara")
    opened: list[WebSocketRoute] = []

    def between(route: WebSocketRoute) -> None:
        opened.append(route)
        route.connect_to_server()

    await page.context.route_web_socket("**/socket", between)
    await page.reload()
    await live(page)
    await opened[-1].close(code=code)
    await expect(page.get_by_text(words)).to_be_visible()
    await expect(page.locator(".link-state")).to_have_text("Disconnected")
    await page.evaluate("dispatchEvent(new Event('online'))")
    assert len(opened) == 1


async def in_page(page: Page, script: str) -> Any:
    """What a script answers that imports our modules, without any network or screen."""
    return await page.evaluate(script)


async def test_waits_between_tries_are_full_jitter_from_half_a_second_to_twenty(rooms: Rooms) -> None:
    page = await rooms.window()
    await page.goto(rooms.house.url)
    least, most = await in_page(
        page,
        """async () => { const { backoff } = await import('/web/wire/backoff.js');
        const tries = [0, 1, 2, 3, 4, 5, 6, 50];
        return [tries.map(n => backoff(n, () => 0)), tries.map(n => backoff(n, () => 1))]; }""",
    )
    assert least == [500] * 8
    assert most == [1000, 2000, 4000, 8000, 16000, 20000, 20000, 20000]


async def test_at_most_sixteen_commands_are_unanswered_and_order_is_kept(rooms: Rooms) -> None:
    page = await rooms.window()
    await page.goto(rooms.house.url)
    first, later, again = await in_page(
        page,
        """async () => { const { Outbox } = await import('/web/wire/outbox.js');
        const { keepFor } = await import('/web/wire/storage.js');
        const sent = []; const keep = keepFor('j', 'p', null);
        const box = new Outbox({ keep, send: frame => sent.push(frame), changed: () => {}, later: () => {} });
        for (let n = 0; n < 20; n++) void box.add({ t: 'submit_idea', text: String(n) });
        box.open();
        const first = sent.map(one => one.text);
        box.acked({ t: 'ack', ref: sent[0].client_id, idea: 'i' });
        const slow = { code: 'slow_down', msg: '', retry: true, retry_after: 60 };
        box.failed({ t: 'error', ref: sent[1].client_id, ...slow });
        const later = sent.slice(16).map(one => one.text);
        const ids = new Map(sent.map(one => [one.text, one.client_id]));
        sent.length = 0; box.shut(); box.open();
        const same = sent.every(one => ids.get(one.text) === one.client_id);
        return [first, later, same && sent.map(one => one.text)]; }""",
    )
    assert first == [str(n) for n in range(16)]
    assert later == ["16", "17"]
    assert again == [str(n) for n in range(2, 18)]


async def test_screen_changes_at_most_four_times_a_second(rooms: Rooms) -> None:
    page = await rooms.window()
    await page.goto(rooms.house.url)
    moments = await in_page(
        page,
        """async () => { const { gathered } = await import('/web/state/scheduler.js');
        const moments = []; const poke = gathered(() => moments.push(performance.now()));
        while (moments.length < 5) { poke(); await new Promise(done => setTimeout(done, 5)); }
        return moments; }""",
    )
    assert all(later - first >= 249 for first, later in itertools.pairwise(moments))
