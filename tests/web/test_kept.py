"""What was typed is in its place again, whatever came between; what was pressed twice is there once."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, WebSocketRoute, expect

from jam.domain.decide.moderation import NOTE_LIMIT
from jam.domain.decide.questions import QUESTION_LIMIT, TITLE_LIMIT
from jam.domain.handles import MAX_HANDLE_LENGTH
from tests.sources import ROOT
from tests.web.rooms import Rooms, live

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

PRESSED_TWICE = "button => { button.click(); button.click(); }"
BEE = "\U0001f41d"


async def type_before_the_room_is_there(rooms: Rooms, page: Page, text: str, query: str = "") -> None:
    """Load the room on a slow line, write into the page that works by itself, and let the room come."""
    go, module = asyncio.Event(), "**/rooms/participant.js"

    async def hold(route: Route) -> None:
        await go.wait()
        await route.continue_()

    await page.route(module, hold)
    await page.goto(f"{rooms.house.url}/jams/{rooms.jam}{query}", wait_until="commit")
    await page.get_by_label("Your idea").fill(text)
    go.set()
    await live(page)
    await page.unroute(module)


async def test_text_typed_before_the_room_was_ready_goes_under_an_older_draft(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    field = page.get_by_label("Your idea", exact=True)
    await field.fill("Half an idea")
    for _ in range(2):
        await type_before_the_room_is_there(rooms, page, "Typed early")
        await expect(field).to_have_value("Half an idea\nTyped early")
    await type_before_the_room_is_there(rooms, page, "Half an idea\nTyped early")
    await expect(field).to_have_value("Half an idea\nTyped early")


async def test_room_goes_on_with_the_question_that_one_was_writing_about(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    await page.get_by_label("Question 1 of 2").select_option("Evenings")
    await type_before_the_room_is_there(rooms, page, "About winter")
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "What would bring you to the park in winter?"
    )
    field = page.get_by_label("Your idea", exact=True)
    await expect(field).to_have_value("About winter")
    await expect(field).to_be_focused()


async def test_question_chosen_in_the_room_stays_when_one_goes_to_another_place(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    await page.goto(f"{rooms.house.url}/jams/{rooms.jam}?forum={rooms.forums[0]}")
    await live(page)
    await page.get_by_label("Question 1 of 2").select_option("Evenings")
    await page.get_by_role("link", name="Mine").click()
    await page.get_by_role("link", name="Ideas").click()
    await expect(page.get_by_label("Question 2 of 2")).to_have_value(rooms.forums[1])


async def fill_question(desk: Page, title: str, question: str) -> None:
    """Write a question in the facilitator's form, which is open."""
    await desk.get_by_label("Short title").fill(title)
    await desk.get_by_label("The question, in full").fill(question)


async def titles(rooms: Rooms) -> list[str]:
    """What the jam asks, by title, once everything given so far is decided."""
    await rooms.write(await rooms.seat("Last"), "Comes after")
    return [forum["title"] for forum in (await rooms.house.jam(rooms.jam))["forums"]]


async def test_question_that_is_asked_by_two_presses_is_there_once(rooms: Rooms) -> None:
    desk = await rooms.run()
    await desk.get_by_text("Ask another question").click()
    await fill_question(desk, "Spring", "What should bloom first?")
    await desk.get_by_role("button", name="Ask it").evaluate(PRESSED_TWICE)
    await expect(desk.get_by_text("The question is open to everyone.")).to_be_visible()
    assert await titles(rooms) == ["Winter", "Evenings", "Spring"]


async def test_question_without_an_answer_that_is_asked_again_after_a_reload_is_there_once(
    rooms: Rooms,
) -> None:
    desk, deaf = await rooms.run(), {"on": True}

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(server.send)
        server.on_message(
            lambda frame: None if deaf["on"] and '"ack"' in str(frame)[:20] else route.send(frame)
        )

    await desk.context.route_web_socket("**/socket", between)
    await desk.reload()
    await live(desk)
    await desk.get_by_text("Ask another question").click()
    await fill_question(desk, "Spring", "What should bloom first?")
    await desk.get_by_role("button", name="Ask it").click()
    await expect(desk.locator(".forums")).to_contain_text("Spring")
    deaf["on"] = False
    await desk.reload()
    await live(desk)
    await expect(desk.get_by_label("Short title")).to_have_value("Spring")
    await desk.get_by_role("button", name="Ask it").click()
    await expect(desk.get_by_text("The question is open to everyone.")).to_be_visible()
    await expect(desk.get_by_label("Short title")).to_have_value("")
    assert await titles(rooms) == ["Winter", "Evenings", "Spring"]


async def test_link_that_is_made_by_two_presses_is_one(rooms: Rooms) -> None:
    desk, asked = await rooms.run(), []
    desk.on("request", lambda request: asked.append(request.url) if request.url.endswith("/links") else None)
    await desk.get_by_role("button", name="Make a link for one person").evaluate(PRESSED_TWICE)
    await expect(desk.locator(".link-made")).to_be_visible()
    assert len(asked) == 1


async def test_question_that_is_proposed_by_two_presses_is_there_once_and_its_author_still_sees_it(
    rooms: Rooms,
) -> None:
    mara, desk = await rooms.join("Mara"), await rooms.run()
    await mara.get_by_text("Propose another question").click()
    await mara.get_by_label("What should everyone be asked?").fill("Dogs off the lead?")
    await mara.get_by_role("button", name="Propose it").evaluate(PRESSED_TWICE)
    await expect(mara.get_by_text("Sent to the facilitators")).to_be_visible()
    await mara.reload()
    await live(mara)
    await mara.get_by_role("link", name="Mine").click()
    own = mara.get_by_role("region", name="Question you proposed")
    await expect(own).to_contain_text("Dogs off the lead?")
    await expect(own).to_contain_text("Sent to the facilitators")
    await titles(rooms)
    await expect(desk.get_by_text("Comes after")).to_be_visible()
    await expect(desk.get_by_role("heading", name="1 question was proposed")).to_be_visible()


async def test_proposed_question_without_an_answer_outlives_a_reload_and_is_there_once(rooms: Rooms) -> None:
    mara, desk, deaf = await rooms.join("Mara"), await rooms.run(), {"on": True}

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(server.send)
        server.on_message(
            lambda frame: None if deaf["on"] and '"ack"' in str(frame)[:20] else route.send(frame)
        )

    await mara.context.route_web_socket("**/socket", between)
    await mara.reload()
    await live(mara)
    await mara.get_by_text("Propose another question").click()
    await mara.get_by_label("What should everyone be asked?").fill("Dogs off the lead?")
    await mara.get_by_role("button", name="Propose it").click()
    await expect(desk.get_by_role("heading", name="1 question was proposed")).to_be_visible()
    deaf["on"] = False
    await mara.reload()
    await live(mara)
    await mara.get_by_role("link", name="Mine").click()
    await expect(mara.get_by_text("Sent to the facilitators")).to_be_visible()
    await titles(rooms)
    await expect(desk.get_by_text("Comes after")).to_be_visible()
    await expect(desk.get_by_role("heading", name="1 question was proposed")).to_be_visible()


async def test_question_in_the_making_is_kept_over_places_reloads_and_the_bell(rooms: Rooms) -> None:
    page = await rooms.join("Mara")
    field = page.get_by_label("What should everyone be asked?")
    await page.get_by_text("Propose another question").click()
    await field.fill("Should dogs")
    await page.get_by_role("link", name="Mine").click()
    await page.get_by_role("link", name="Ideas").click()
    await expect(field).to_have_value("Should dogs")
    await page.reload()
    await live(page)
    await expect(field).to_be_editable()
    await rooms.next_phase(1)
    await expect(page.get_by_text("Time to propose questions is over.")).to_be_visible()
    await expect(field).to_have_value("Should dogs")
    await expect(field).not_to_be_editable()
    await page.get_by_role("button", name="Put away").last.click()
    await expect(field).to_have_count(0)


async def test_facilitators_question_in_the_making_is_kept_over_a_reload_and_the_bell(rooms: Rooms) -> None:
    mara, desk = await rooms.join("Mara"), await rooms.run()
    await mara.get_by_text("Propose another question").click()
    await mara.get_by_label("What should everyone be asked?").fill("Dogs?")
    await mara.get_by_role("button", name="Propose it").click()
    await desk.get_by_text("Ask another question").click()
    await fill_question(desk, "Spring", "What should bloom")
    await desk.get_by_role("button", name="Ask this: Dogs?").click()
    await expect(desk.get_by_label("The question, in full")).to_have_value("Dogs?")
    await desk.get_by_role("button", name="Cancel").click()
    await expect(desk.get_by_label("The question, in full")).to_have_value("What should bloom")
    await desk.reload()
    await live(desk)
    await expect(desk.get_by_label("Short title")).to_have_value("Spring")
    await rooms.next_phase(1)
    await expect(desk.get_by_text("Time to ask questions is over.")).to_be_visible()
    await expect(desk.get_by_label("The question, in full")).to_have_value("What should bloom")
    await expect(desk.get_by_label("The question, in full")).not_to_be_editable()


async def test_h3_questions_titles_and_notes_count_code_points_and_are_never_cut(rooms: Rooms) -> None:
    await rooms.make_jam(policy="pre")
    await rooms.write(await rooms.seat("Anke"), "An idea")
    mara, desk = await rooms.join("Mara"), await rooms.run()
    await mara.get_by_text("Propose another question").click()
    field = mara.get_by_label("What should everyone be asked?")
    await field.focus()
    await mara.keyboard.insert_text(BEE * 501)
    await expect(field).to_have_value(BEE * 501)
    await mara.get_by_role("button", name="Propose it").click()
    await expect(field).to_have_accessible_description(
        "Error: Question must be 500 characters or less. It has 501 1 character too many"
    )
    await field.press("Backspace")
    await mara.get_by_role("button", name="Propose it").click()
    await expect(mara.get_by_text("Sent to the facilitators")).to_be_visible()
    await desk.get_by_text("Ask another question").click()
    for label, limit, words in (
        ("Short title", 200, "A title must have 1 to 200 characters"),
        ("Who looks after it?", 40, "A host’s name must have 40 characters or less"),
    ):
        await fill_question(desk, "Spring", "What?")
        await desk.get_by_label("Who looks after it?").fill("")
        await desk.get_by_label(label).fill("")
        await desk.keyboard.insert_text(BEE * (limit + 1))
        await expect(desk.get_by_label(label)).to_have_value(BEE * (limit + 1))
        await desk.get_by_role("button", name="Ask it").click()
        await expect(desk.get_by_label(label)).to_have_accessible_description(
            f"Error: {words} 1 character too many"
        )
        await expect(desk.get_by_label(label)).to_be_focused()
    await desk.get_by_role("button", name="Return", exact=True).click()
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_label("Abuse or insult").check()
    note = dialog.get_by_label("What should the author change?")
    await note.focus()
    await desk.keyboard.insert_text(BEE * 501)
    await dialog.get_by_role("button", name="Return").click()
    await expect(note).to_have_value(BEE * 501)
    await expect(note).to_have_accessible_description(re.compile("A note must be 500 characters or less"))


@pytest.mark.parametrize(
    ("module", "name", "limit"),
    [
        ("proposals", "QUESTION_LIMIT", QUESTION_LIMIT),
        ("forums", "TITLE_LIMIT", TITLE_LIMIT),
        ("forums", "HOST_LIMIT", MAX_HANDLE_LENGTH),
        ("dialog", "NOTE_LIMIT", NOTE_LIMIT),
    ],
)
def test_limit_that_the_page_counts_to_is_the_servers(module: str, name: str, limit: int) -> None:
    path: Path = ROOT / "web" / "parts" / f"{module}.js"
    assert re.findall(rf"const {name} = (\d+);", path.read_text(encoding="utf-8")) == [str(limit)]


def test_no_field_cuts_what_is_typed_by_another_count_than_the_servers() -> None:
    parts = sorted((ROOT / "web" / "parts").glob("*.js"))
    assert len(parts) > 20
    assert [path.name for path in parts if "maxlength" in path.read_text(encoding="utf-8").lower()] == []
