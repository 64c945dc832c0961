"""T3: words that are scripts, in every field that takes words, on every page, in a real browser.

The pages are the application's own table. On none of them may a dialog open, the browser report a broken
content policy, something be asked of another address, or an element appear that the words brought along.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from html import escape
from http import HTTPStatus
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import msgspec
import pytest
from playwright.async_api import Browser, BrowserContext, Page

from jam.cli.crowd.house import Seat
from jam.domain.commands import (
    JoinJam,
    Moderate,
    ProposeQuestion,
    RenameTheme,
    ShowThemes,
    StartNextPhase,
    SubmitIdea,
    SubmitReply,
)
from jam.domain.names import Audience, Role, Rule, Verdict
from jam.domain.rejections import Rejection
from jam.domain.text import normalise
from jam.domain.views import Viewer
from jam.http.context import LOOPBACK_COOKIE
from jam.service.people import Joined
from jam.service.writer import house as the_house
from tests.http.product import QUICK, WRITE_AND_CLOSE, Product, product
from tests.http.route_table import pages
from tests.patience import GROUPING, PATIENCE
from tests.threats.naughty import OURS, big_list, packed
from tests.web.rooms import live

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
ACCOUNTS = 12
TELL = """addEventListener("securitypolicyviolation", (broken) =>
    tell(`${broken.violatedDirective} ${broken.blockedURI} ${broken.sourceFile}:${broken.lineNumber}`));"""
FOREIGN = """() => [...document.querySelectorAll("img:not(.qr),"
    + "iframe,object,embed,base,video,audio,math,marquee,"
    + "meta[http-equiv],[onerror],[onload],[onclick],[onfocus],[onmouseover],[ontoggle],[onblur],[srcdoc],"
    + "a[href^='javascript' i],[formaction],x,svg script,svg animate")]
    .map((one) => one.outerHTML.slice(0, 90))"""
TRUSTED_TYPES = """() => { try { document.createElement("p").innerHTML = "<b>x</b>"; return "taken"; }
    catch (refused) { return refused.name; } }"""


@pytest.fixture
async def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Product]:
    """The product of an organisation whose very name is a script."""
    monkeypatch.setenv("JAM_ORGANISATION", f"{OURS[0]}{OURS[2]}{OURS[14]}")
    async with product(tmp_path) as running:
        yield running


@dataclass
class Stage:
    """A jam full of naughty words, and those who look at it; ``complaints`` is what went wrong."""

    served: Product
    jam: dict[str, Any]
    author: Seat
    staff: Seat
    administrator: Seat
    texts: list[str]
    complaints: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)

    @property
    def at(self) -> str:
        return f"/jams/{self.jam['id']}"

    def watch(self, context: BrowserContext) -> None:
        """Hear of everything that must not happen in this browser."""
        context.on("dialog", self._dialog)
        context.on("request", self._request)
        context.on("console", lambda line: self._console(line.text))

    async def _dialog(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        await dialog.dismiss()

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.served.house.url, "data:", "file:", "blob:")):
            self.complaints.append(f"asked {request.url}")

    def _console(self, text: str) -> None:
        if "Content Security Policy" in text or "Trusted" in text:
            self.complaints.append(text[:200])

    async def window(self, browser: Browser, seat: Seat | None, **more: Any) -> Page:
        context = await browser.new_context(**more)
        context.set_default_timeout(PATIENCE * 1_000)
        self.watch(context)
        await context.expose_binding("tell", lambda _, what: self.complaints.append(f"policy: {what}"))
        await context.add_init_script(TELL)
        if seat is not None:
            name, _, value = str(seat.cookie).partition("=")
            await context.add_cookies([{"name": name, "value": value, "url": self.served.house.url}])
        return await context.new_page()

    async def look(self, page: Page, path: str) -> None:
        """Go there, open everything that can be opened, and see that nothing foreign is in the page."""
        self.visited.append(path)
        await page.goto(self.served.house.url + path, wait_until="load")
        await self.look_around(page, path)

    async def look_around(self, page: Page, path: str) -> None:
        await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found = await page.evaluate(FOREIGN)
        self.complaints.extend(f"{path}: {one}" for one in found)


async def set_stage(served: Product, texts: list[str]) -> Stage:
    """A jam with these words as title, forums, rules, notice, handles, ideas, replies, tags and notes."""
    kept = [clean for text in texts if isinstance(clean := normalise(text), str) and clean]
    lines = packed(kept, 190)
    house = served.house
    more = {
        "house_rules": "\n".join(packed(OURS, 4_900))[:4_900],
        "privacy_notice": "\n".join(packed(OURS, 4_900))[:4_900],
    }
    titles, questions = [line.replace("\n", " ")[:200] for line in lines], cycle(packed(kept, 490))
    forums = [
        {"title": title, "question": next(questions), "host": host[:40]}
        for title, host in zip(titles[:10], kept, strict=False)
    ]
    options = [text for text in kept if len(text) <= 190 and "\n" not in text]
    more |= {
        "join_questions": [
            {"id": f"q{n}", "label": label, "options": options[n * size : (n + 1) * size]}
            for n, (label, size) in enumerate(zip(titles[:6], (5, 5, 5, 90, 90, 90), strict=False))
        ]
    }
    settings = {**QUICK, "policy": "open"}
    title = packed(OURS, 190)[0]
    jam = await house.create_jam(title, forums, phases=WRITE_AND_CLOSE, settings=settings, **more)
    author, staff = (
        await house.join(jam["code"], "<b>Author</b>"),
        await house.take_role(jam["id"], "facilitator"),
    )
    names = await name_accounts(served, jam["id"], [text for text in kept if len(text) <= 40])
    assert names == ACCOUNTS
    stage = Stage(served, jam, author, staff, await administrator(served, jam["id"]), kept)
    await fill(stage)
    await name_themes(stage)
    return stage


async def name_accounts(served: Product, jam: str, names: list[str]) -> int:
    """Twelve accounts with naughty names: those that are taken first; how many it became."""
    people = served.engine.people
    boss = Viewer(org_id=people.org_id, jam_id=jam, participant_id="", role=Role.ADMINISTRATOR)
    made = 0
    for name in names:
        secret, _ = await people.make_link(boss, Role.MODERATOR, reusable=False)
        made += isinstance(await people.use_link(secret, None, name, "correct horse battery"), Joined)
        if made == ACCOUNTS:
            break
    return made


async def administrator(served: Product, jam: str) -> Seat:
    """The administrator, signed in as in a browser."""
    accounts = served.engine.people.accounts
    known = await accounts.by_api_token(served.house.token or "")
    assert known is not None
    cookie = await accounts.sign_in(known.account_id or "", None)
    return Seat(jam=jam, cookie=f"{LOOPBACK_COOKIE}={cookie}")


def viewer(stage: Stage, participant: str, role: Role = Role.PARTICIPANT) -> Viewer:
    org = stage.served.engine.people.org_id
    return Viewer(org_id=org, jam_id=stage.jam["id"], participant_id=participant, role=role)


async def fill(stage: Stage) -> None:
    author = viewer(stage, stage.author.participant)
    moderator = viewer(stage, await staff_id(stage), Role.FACILITATOR)
    for number, text in enumerate(packed(stage.texts, 490)[:20]):
        assert await give(stage, author, ProposeQuestion(client_id=f"q{number}", text=text))
    writers = cycle([author, *await crowd(stage)])
    forum = stage.jam["forums"][0]["id"]
    for number, text in enumerate(stage.texts):
        who = author if number % 6 == 0 else next(writers)
        command: Any = SubmitIdea(client_id=f"i{number}", forum=forum, text=text, tags=[text[:30]])
        if number % 5 == 4:
            command = SubmitReply(client_id=f"r{number}", idea=stage.jam["idea"], text=text)
        made = await give(stage, who, command) or await give(stage, who, plainer(command))
        assert made, text
        stage.jam.setdefault("idea", made["idea"])
        if number % 6 == 0 and number:
            verdict = Verdict.HIDE if number % 12 else Verdict.RETURN
            at = {"client_id": f"m{number}", "idea": made["idea"], "version": made["version"]}
            assert await give(
                stage, moderator, Moderate(**at, verdict=verdict, rule=Rule.ABUSE, note=text)
            ), text


async def name_themes(stage: Stage) -> None:
    """Names that a person gives to the themes that were found, shown to everyone."""
    steers = viewer(stage, await staff_id(stage), Role.FACILITATOR)
    headers = {"Cookie": str(stage.staff.cookie)}
    path, named, tries = f"/api{stage.at}/themes", set[str](), itertools.count()
    names = iter([text for text in OURS if len(text) <= 80 and "\n" not in text])
    name = next(names)
    with anyio.fail_after(GROUPING):
        while True:
            found = await stage.served.ask("GET", path, headers=headers)
            free = [one["id"] for one in found.json.get("themes", []) if one["id"] not in named]
            if not name or (found.status == HTTPStatus.OK and not free):
                break
            # Everything may be grouped anew meanwhile, and a theme be gone: then it is looked at again.
            about = {"seen": found.json.get("version", 0), "theme": next(iter(free), ""), "name": name}
            if free and await give(stage, steers, RenameTheme(client_id=f"t{next(tries)}", **about)):
                named.add(free[0])
                name = next(names, "")
            else:
                await anyio.sleep(0.1)
    assert await give(stage, steers, ShowThemes(client_id="show", shown=True))


def plainer(command: Any) -> Any:
    """The same without its tag: some words are no tags."""
    return msgspec.structs.replace(command, client_id=f"p{command.client_id}", tags=[])


async def give(stage: Stage, who: Viewer, command: Any) -> dict[str, Any] | None:
    answer = await stage.served.engine.intake.handle(who, command)
    return None if isinstance(answer, Rejection) else answer


async def crowd(stage: Stage) -> list[Viewer]:
    """Everybody whose naughty name is taken."""
    people = []
    for handle in (text for text in stage.texts if len(text) <= 40):
        person = stage.served.engine.intake.ids.new_id()
        wish = JoinJam(participant_id=person, handle=handle, role=Role.PARTICIPANT, audience=Audience.CITIZEN)
        if await give(stage, the_house(stage.jam["id"]), wish) is not None:  # type: ignore[arg-type]
            people.append(viewer(stage, person))
    assert len(people) > 20
    return people


async def staff_id(stage: Stage) -> str:
    """The participant behind the facilitator's seat, as their own page names them."""
    headers = {"Cookie": str(stage.staff.cookie), "Accept": "text/html"}
    answer = await stage.served.ask("GET", f"{stage.at}/facilitate", headers=headers)
    found = re.search(rb'"me": ?\{[^}]*?"id": ?"(\w+)"', answer.body)
    assert found
    return found[1].decode()


async def look_at_the_rooms(stage: Stage, browser: Browser) -> None:
    """The live rooms of a participant and of a facilitator, in all their places."""
    for seat, path in ((stage.author, stage.at), (stage.staff, f"{stage.at}/facilitate")):
        page = await stage.window(browser, seat)
        await stage.look(page, path)
        await live(page)
        places = await page.eval_on_selector_all("nav.places a", "all => all.map((one) => one.hash)")
        shown = await page.evaluate("document.body.textContent")
        words = 0
        with anyio.fail_after(PATIENCE):  # until most of the texts were seen
            while words <= 20:
                for place in places:
                    await page.evaluate("(hash) => { location.hash = hash; }", place)
                    await page.wait_for_timeout(150)
                    await stage.look_around(page, path + place)
                    shown += await page.evaluate("document.body.textContent")
                words = sum(text in shown for text in stage.texts)
        assert await page.evaluate(TRUSTED_TYPES) == "TypeError", f"Trusted Types are off on {path}"
        # That one was ours, and shows that a broken policy would have been heard of.
        with anyio.fail_after(PATIENCE):
            while not any("policy: require-trusted-types-for" in one for one in stage.complaints):
                await page.wait_for_timeout(20)
        ours = re.compile("trusted-?(types|html)", re.IGNORECASE)
        stage.complaints[:] = [one for one in stage.complaints if not ours.search(one)]
        await page.context.close()


async def look_at_every_page(stage: Stage, browser: Browser) -> None:
    """Every address that answers with a page, as a stranger, the author, a facilitator, the administrator."""
    link = await stage.served.house.role_link(stage.jam["id"], "observer")
    values = {name: stage.jam[key] for name, key in (("jam", "id"), ("code", "code"), ("idea", "idea"))}
    values |= {"token": link.rsplit("/", 1)[1], "path": "style/base.css", "mark": "1-x"}
    refusals: set[int] = set()
    for seat in (None, stage.author, stage.staff, stage.administrator):
        page = await stage.window(browser, seat)
        for path, methods in pages(**values):
            if "GET" not in methods or path.startswith(("/api/", "/web/", "/health")):
                continue
            headers = {"Accept": "text/html", "Cookie": str(seat.cookie) if seat else ""}
            answer = await stage.served.ask("GET", path, headers=headers)
            is_file = "attachment" in answer.headers.get("content-disposition", "")
            refused = answer.status >= HTTPStatus.BAD_REQUEST
            if refused and answer.status in refusals:
                continue  # one page for all of them
            refusals |= {answer.status} if refused else set()
            if "html" in answer.headers.get("content-type", "") and not is_file:
                await stage.look(page, path)
        for text in stage.texts[:5] if seat is None else ():
            await stage.look(page, f"/?code={quote(text)}")
        if seat is stage.administrator:
            for path, few in (("/account", ACCOUNTS), ("/jams", 1), (f"/jams/new?copy={stage.jam['id']}", 1)):
                await stage.look(page, path)
                shown = await page.content()
                assert sum(escape(text, quote=False) in shown for text in stage.texts) >= few, path
        if seat is None:
            await stage.look(page, f"/j/{stage.jam['code']}")
            assert OURS[0] in await page.title(), "the organisation's name is not on the page"
            asked = await page.locator("form :is(legend, label, option)").all_text_contents()
            assert sum(text in " ".join(asked) for text in stage.texts) > 20
        await page.context.close()


async def close_and_look_at_the_report(stage: Stage, browser: Browser, folder: Path) -> None:
    """The report in the browser, and as a file that somebody keeps."""
    house = stage.served.house
    await house.command(stage.jam["id"], StartNextPhase(client_id="bell", phase_index=0))
    with anyio.fail_after(GROUPING):
        while await house.report_version(stage.jam["id"]) is None:  # noqa: ASYNC110
            await anyio.sleep(0.1)
    page = await stage.window(browser, stage.author)
    await stage.look(page, f"{stage.at}/report")
    shown = await page.evaluate("document.body.textContent")
    assert sum(text in shown for text in stage.texts) > len(stage.texts) * 0.5
    kept = anyio.Path(folder) / "report.html"
    whole = await stage.served.ask("GET", f"{stage.at}/report.html", headers=stage.author.headers())
    await kept.write_bytes(whole.body)
    await page.goto(f"file://{kept}")
    found = await page.evaluate(FOREIGN)
    stage.complaints.extend(one for one in found if "Content-Security-Policy" not in one)
    await page.context.close()


SHARES = [OURS + big_list()[::8], *(pytest.param(big_list()[n::3], marks=pytest.mark.full) for n in range(3))]


@pytest.mark.parametrize("texts", SHARES, ids=lambda share: f"{len(share)} texts")
async def test_t3_no_words_become_a_script_on_any_page(
    served: Product, browser: Browser, tmp_path: Path, texts: list[str]
) -> None:
    stage = await set_stage(served, texts)
    await look_at_the_rooms(stage, browser)
    await look_at_every_page(stage, browser)
    await close_and_look_at_the_report(stage, browser, tmp_path)
    assert stage.complaints == []
    assert len(set(stage.visited)) > 15


def test_t3_the_lists_are_there() -> None:
    assert len(OURS) >= 60
    assert len(set(OURS)) == len(OURS)
    assert len(big_list()) > 480
