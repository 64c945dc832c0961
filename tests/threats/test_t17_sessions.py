"""T17: a session cannot be fixed or kept by a thief: rotation, limits, sign-out, links by button only."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from jam.compose import Engine, running_engine
from jam.domain.names import Audience, Role
from jam.domain.rejections import Rejection
from jam.domain.views import Viewer
from jam.http.app import make_app
from jam.http.context import LOOPBACK_COOKIE, Context
from jam.http.pages import make_templates
from jam.http.security import addresses, only_this_machine
from jam.service import accounts as limits
from jam.service.guesses import Guesses
from jam.service.people import Joined, Principal
from jam.service.theme_pages import ThemePages
from tests.bad_inputs.open_jam import closed, open_jam
from tests.fakes import FakeClock
from tests.guarantees.stage import code_of, set_stage
from tests.http.product import Product, product
from tests.patience import PATIENCE
from tests.threats.visitor import Impatient, Visitor, everything, visitor

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
PASSWORD = "correct horse battery staple"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Product]:
    async with product(tmp_path) as found:
        yield found


async def link(served: Product, role: str = "moderator") -> str:
    return (await served.house.role_link(served.jam["id"], role)).removeprefix(served.house.url)


async def test_t17_a_cookie_that_was_set_before_is_not_taken_over(served: Product) -> None:
    async with visitor(served.house.url) as browser:
        browser.cookie = "planted-by-somebody-else"
        assert (await browser.send(f"/j/{served.jam['code']}", handle="Ann")).status_code == 303
        assert browser.cookie not in (None, "planted-by-somebody-else")


async def test_t17_a_new_role_means_a_new_cookie_and_the_old_one_is_dead(served: Product) -> None:
    async with visitor(served.house.url) as browser, visitor(served.house.url) as thief:
        await browser.send(f"/j/{served.jam['code']}", handle="Ann")
        thief.cookie = browser.cookie or ""
        assert (await thief.look(f"/jams/{served.jam['id']}")).status_code == 200
        assert (await browser.send(await link(served))).status_code == 303
        assert (await browser.look(f"/jams/{served.jam['id']}/facilitate")).status_code == 200
        assert (await thief.look(f"/jams/{served.jam['id']}")).status_code == 401


async def test_t17_looking_at_a_link_any_number_of_times_changes_nothing(served: Product) -> None:
    address = await link(served)
    before = await everything(served.engine)
    async with visitor(served.house.url) as scanner:
        for method in ("GET", "HEAD", "GET", "OPTIONS", "GET"):
            reply = await scanner.look(address, method)
            assert "set-cookie" not in reply.headers or LOOPBACK_COOKIE not in reply.headers["set-cookie"]
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert reply.headers["cache-control"] == "no-store"
    assert await everything(served.engine) == before
    async with visitor(served.house.url) as browser:
        assert (await browser.send(address)).status_code == 303


async def test_t17_of_two_who_press_the_button_of_a_link_one_gets_in(served: Product) -> None:
    address = await link(served)
    async with visitor(served.house.url) as one, visitor(served.house.url) as two:
        forms = [await browser.hidden(address) for browser in (one, two)]
        replies = await asyncio.gather(one.post(address, forms[0]), two.post(address, forms[1]))
        assert sorted(reply.status_code for reply in replies) == [303, 410]


async def test_t17_a_link_that_is_refused_leaves_link_and_session_as_they_were(served: Product) -> None:
    """The jam of the link is over: who tried it is still who they are elsewhere, and nothing is used up."""
    other = await served.house.create_jam("Over", [{"title": "One", "question": "What?"}])
    address = (await served.house.role_link(other["id"], "participant")).removeprefix(served.house.url)
    for number in range(3):
        bell = {"t": "start_next_phase", "client_id": f"b{number}", "phase_index": number}
        assert (await served.post(f"/api/jams/{other['id']}/commands", bell, served.admin)).status == 200
    async with visitor(served.house.url) as browser:
        await browser.send(f"/j/{served.jam['code']}", handle="Ann")
        before = await everything(served.engine)
        assert (await browser.send(address)).status_code == 409
        assert await everything(served.engine) == before
        assert (await browser.look(f"/jams/{served.jam['id']}")).status_code == 200


async def test_t17_a_refused_join_leaves_no_session_behind(served: Product) -> None:
    before = await everything(served.engine)
    async with visitor(served.house.url) as browser:
        for handle in ("", "Mara", "x" * 300, "Moderator"):
            reply = await browser.json("/api/join", {"code": served.jam["code"], "handle": handle})
            assert reply.status_code in (409, 422)
    assert await everything(served.engine) == before


async def test_t17_who_is_in_already_is_told_who_they_are(served: Product) -> None:
    again = await served.post("/api/join", {"code": served.jam["code"], "handle": "Somebody else"})
    assert (again.json["handle"], again.json["participant"]) == ("Mara", served.seat.participant)


async def test_t17_sign_out_ends_the_session_and_its_sockets_at_once(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam, visitor(jam.house.url) as browser:
        seat = await jam.join()
        browser.cookie = (seat.cookie or "").partition("=")[2]
        mine, other = await jam.enter(seat), await jam.enter()
        shown = await browser.look("/sign-out")
        assert 'action="/sign-out"' in shown.text
        assert (await browser.send("/sign-out")).status_code == 200
        async with asyncio.timeout(PATIENCE):
            assert await closed(mine) == 4501
        assert other.code is None
        assert browser.cookie is None
        assert await jam.status(seat) == 403


async def test_t17_a_socket_of_the_old_cookie_ends_when_the_role_changes(tmp_path: Path) -> None:
    async with open_jam(tmp_path) as jam, visitor(jam.house.url) as browser:
        seat = await jam.join()
        browser.cookie = (seat.cookie or "").partition("=")[2]
        wire = await jam.enter(seat)
        address = (await jam.house.role_link(jam.id, "moderator")).removeprefix(jam.house.url)
        assert (await browser.send(address)).status_code == 303
        async with asyncio.timeout(PATIENCE):
            assert await closed(wire) == 4501


async def test_t17_everywhere_ends_every_browser_and_token_of_the_account(served: Product) -> None:
    async with visitor(served.house.url) as one, visitor(served.house.url) as two:
        accounts = served.engine.people.accounts
        me = (await accounts.by_api_token(served.house.token or "")).account_id or ""  # type: ignore[union-attr]
        assert await accounts.set_password(me, PASSWORD) is None
        for browser in (one, two):
            signed = await browser.send("/sign-in", name="administrator", password=PASSWORD)
            assert signed.status_code == 303
        api = await accounts.exchange_bootstrap(await accounts.way_back())  # type: ignore[arg-type]
        assert not isinstance(api, Rejection)
        assert (await one.look("/account")).status_code == 401
        assert await accounts.set_password(me, PASSWORD) is None
        for browser in (one, two):
            await browser.send("/sign-in", name="Administrator", password=PASSWORD)
        assert (await one.send("/sign-out", everywhere="1")).status_code == 200
        assert (await two.look("/account")).status_code == 401
        assert (await served.ask("GET", served.api, headers=served.admin)).status == 401


async def test_t17_a_session_ends_when_it_lay_idle_and_when_it_is_too_old(tmp_path: Path) -> None:
    clock = FakeClock()
    async with running_engine(f"sqlite:///{tmp_path}/jam.db", clock=clock) as engine:
        stage = await set_stage(engine, people=0)
        code = (await stage.jam()).code
        joined = await engine.people.join(code, "Ann", Audience.CITIZEN, None)
        assert isinstance(joined, Joined)
        cookie = joined.cookie or ""
        admin = await engine.people.accounts.exchange_bootstrap(
            await engine.people.accounts.bootstrap_token() or ""
        )
        assert not isinstance(admin, Rejection)
        account = await engine.people.accounts.sign_in(admin[0], None)
        assert await lives(engine, clock, cookie, days=limits.IDLE_DAYS, until=limits.SESSION_DAYS)
        clock.jump(-limits.SESSION_DAYS * 86_400 - 1)
        assert await lives(
            engine, clock, account, days=limits.ACCOUNT_IDLE_HOURS / 24, until=limits.ACCOUNT_DAYS
        )


async def lives(engine: Engine, clock: FakeClock, cookie: str, *, days: float, until: float) -> bool:
    """Used now and then it lives ``until`` its end and not longer."""
    known = engine.people.accounts.by_cookie
    passed = 0.0
    while passed + days < until:
        clock.jump(days * 86_400 - 60)
        passed += days - 60 / 86_400
        assert await known(cookie) is not None
    clock.jump((until - passed) * 86_400 + 1)
    return await known(cookie) is None


async def test_t17_an_idle_session_is_over_before_its_end(tmp_path: Path) -> None:
    clock = FakeClock()
    async with running_engine(f"sqlite:///{tmp_path}/jam.db", clock=clock) as engine:
        stage = await set_stage(engine, people=0)
        joined = await engine.people.join((await stage.jam()).code, "Ann", Audience.CITIZEN, None)
        assert isinstance(joined, Joined)
        clock.jump(limits.IDLE_DAYS * 86_400 + 1)
        assert await engine.people.accounts.by_cookie(joined.cookie or "") is None


async def test_t17_a_browser_with_an_account_is_signed_out_after_a_day_without_use(tmp_path: Path) -> None:
    clock = FakeClock()
    async with running_engine(f"sqlite:///{tmp_path}/jam.db", clock=clock) as engine:
        accounts = engine.people.accounts
        made = await accounts.exchange_bootstrap(await accounts.bootstrap_token() or "")
        assert not isinstance(made, Rejection)
        cookie = await accounts.sign_in(made[0], None)
        for _ in range(3):
            clock.jump(24 * 60 * 60 - 60)
            assert await accounts.by_cookie(cookie) is not None
        clock.jump(24 * 60 * 60 + 1)
        assert await accounts.by_cookie(cookie) is None


HTTP, HTTPS = "http://127.0.0.1:8000", "https://jam.example.org"
FLAGS = "HttpOnly; {age}Path=/; SameSite=lax"
FOR_30_DAYS = "Max-Age=2592000; "


@pytest.mark.parametrize(
    ("url", "name", "form", "more"),
    [(HTTP, "jam_session", "jam_form", ""), (HTTPS, "__Host-jam", "__Host-jam-form", "; Secure")],
)
async def test_t17_every_cookie_is_for_this_host_alone_and_for_no_script_and_over_tls_only_there(
    tmp_path: Path, url: str, name: str, form: str, more: str
) -> None:
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        code = (await (await set_stage(engine, people=0)).jam()).code
        jam = await engine.people.find(code, None, "")
        assert not isinstance(jam, Rejection)
        boss = Viewer(org_id=jam.org_id, jam_id=jam.id, participant_id="", role=Role.ADMINISTRATOR)
        secret, _ = await engine.people.make_link(boss, Role.MODERATOR, reusable=False)
        token = await engine.people.accounts.bootstrap_token() or ""
        async with inside(engine, url) as new, inside(engine, url) as helper, inside(engine, url) as first:
            asked = await new.look(f"/j/{code}")
            given = [
                await new.send(f"/j/{code}", handle="Ann"),
                await helper.send(f"/l/{secret}", name="Ida Berg", password=PASSWORD),
                await first.send("/bootstrap", token=token, name="Boss", password=PASSWORD),
                await first.send("/sign-in", name="Boss", password=PASSWORD),
            ]
            gone = await first.send("/sign-out")
    assert line_of(asked) == f"{form}=…; {FLAGS.format(age='')}{more}"
    assert [line_of(one) for one in given] == [f"{name}=…; {FLAGS.format(age=FOR_30_DAYS)}{more}"] * 4
    assert line_of(gone).startswith(f'{name}=""; expires=')
    assert line_of(gone).endswith(f"; {FLAGS.format(age='Max-Age=0; ')}{more}")


def line_of(reply: httpx2.Response) -> str:
    """The one ``Set-Cookie`` of an answer, without the secret in it."""
    (line,) = reply.headers.get_list("set-cookie")
    return re.sub(r"=[\w-]{20,};", "=…;", line)


@asynccontextmanager
async def inside(engine: Engine, url: str) -> AsyncIterator[Visitor]:
    """A browser on this engine's server as people reach it at ``url``, without a port of its own."""
    services = Context(
        database=engine.database,
        intake=engine.intake,
        live=engine.live,
        people=engine.people,
        reports=engine.reports,
        themes=ThemePages(engine.database),
        splits=engine.themes,
        templates=make_templates(),
        organisation="A town",
        base_url=url,
        loopback=url == HTTP,
    )
    app = httpx2.ASGITransport(make_app(services, addresses(url, "127.0.0.1", 8000)))
    async with httpx2.AsyncClient(transport=app, base_url=url) as client:
        yield Visitor(url, client)


async def test_t17_facilitators_set_a_password_on_their_link_and_come_back_with_it(served: Product) -> None:
    async with visitor(served.house.url) as desk, visitor(served.house.url) as phone:
        address = await link(served, "facilitator")
        short = await desk.send(address, name="Ida Berg", password="short")
        assert (short.status_code, "12 to 200 characters" in short.text) == (422, True)
        assert (await desk.send(address, name="Ida Berg", password=PASSWORD)).status_code == 303
        for name, password in (("Ida Berg", "wrong wrong wrong"), ("Nobody", PASSWORD), ("Mara", PASSWORD)):
            wrong = await phone.send("/sign-in", name=name, password=password)
            assert (wrong.status_code, "The name or the password is wrong" in wrong.text) == (403, True)
        assert (await phone.send("/sign-in", name="ida berg", password=PASSWORD)).status_code == 303
        assert (await phone.look(f"/jams/{served.jam['id']}/facilitate")).status_code == 200
        assert (await phone.json("/api/jams", {"title": "X", "forums": []})).status_code == 403
        twice = await desk.send(await link(served), name="IDA BERG", password=PASSWORD)
        assert (twice.status_code, "Somebody in this jam has this name" in twice.text) == (409, True)


async def test_t17_nobody_makes_a_second_account_under_a_name_that_is_taken(served: Product) -> None:
    """In another jam the name is free: only the account's own check stands in the way."""
    other = await served.house.create_jam("Another", [{"title": "One", "question": "What?"}])
    async with visitor(served.house.url) as desk, visitor(served.house.url) as stranger:
        await desk.send(await link(served, "facilitator"), name="Ida Berg", password=PASSWORD)
        accounts = await served.engine.people.accounts.everybody()
        address = (await served.house.role_link(other["id"], "moderator")).removeprefix(served.house.url)
        for name in ("IDA BERG", "Ida Berg", " ida-berg "):
            taken = await stranger.send(address, name=name, password="a password of their own")
            said = "Somebody who runs jams here has this name" in taken.text
            assert (taken.status_code, said) == (409, True), name
        assert await served.engine.people.accounts.everybody() == accounts
        assert (await stranger.look(f"/jams/{other['id']}/facilitate")).status_code == 401
        free = await stranger.send(address, name="Ida Holm", password="a password of their own")
        assert free.status_code == 303, "the link was not used up"


async def test_t17_an_administrator_sets_the_password_of_somebody_who_lost_it(served: Product) -> None:
    async with visitor(served.house.url) as desk, visitor(served.house.url) as boss:
        await desk.send(await link(served), name="Ida Berg", password=PASSWORD)
        accounts = served.engine.people.accounts
        everybody = {account.name: account.id for account in await accounts.everybody()}
        boss.cookie = await accounts.sign_in(everybody["Administrator"], None)
        new = "a wholly different one"
        not_mine = await desk.send("/account", account=everybody["Administrator"], password=new)
        assert not_mine.status_code == 403
        assert (await boss.send("/account", account=everybody["Ida Berg"], password=new)).status_code == 200
        assert (await desk.look("/account")).status_code == 401
        assert (await desk.send("/sign-in", name="Ida Berg", password=new)).status_code == 303


async def test_t17_a_password_refused_is_set_at_the_second_try_for_the_account_that_was_chosen(
    served: Product,
) -> None:
    async with visitor(served.house.url) as desk, visitor(served.house.url) as boss:
        await desk.send(await link(served), name="Ida Berg", password=PASSWORD)
        accounts = served.engine.people.accounts
        everybody = {account.name: account.id for account in await accounts.everybody()}
        me, ida = everybody["Administrator"], everybody["Ida Berg"]
        boss.cookie = await accounts.sign_in(me, None)
        assert chosen((await boss.look("/account")).text) == me
        short = await boss.send("/account", account=ida, password="short")
        assert (short.status_code, chosen(short.text)) == (422, ida)
        done = await boss.send("/account", account=chosen(short.text), password="a wholly different one")
        assert "The password of <bdi>Ida Berg</bdi> is set." in done.text
        assert not isinstance(
            await accounts.by_password("Ida Berg", "a wholly different one", "x"), Rejection
        )
        own = await boss.send("/account", account=me, password="yet another of mine")
        assert ("Your password is set." in own.text, chosen(own.text)) == (True, me)


def chosen(page: str) -> str:
    """The account that is selected on the page."""
    found = re.findall(r'<option value="(\w+)" selected>', page)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("role", "place"), [("records_officer", ""), ("moderator", "/facilitate")])
async def test_t17_an_account_page_leads_to_where_the_role_is_at_work(
    served: Product, role: str, place: str
) -> None:
    async with visitor(served.house.url) as browser:
        await browser.send(await link(served, role), name=f"Kim {role[0]}", password=PASSWORD)
        address = f"/jams/{served.jam['id']}{place}"
        assert f'href="{address}" dir="auto">A jam</a>' in (await browser.look("/account")).text
        assert (await browser.look(address)).status_code == 200


async def test_t17_wrong_passwords_are_answered_later_and_never_lock_anybody_out(tmp_path: Path) -> None:
    clock = Impatient()
    async with running_engine(f"sqlite:///{tmp_path}/jam.db") as engine:
        accounts = engine.people.accounts
        accounts.guesses = Guesses(clock)
        made = await accounts.exchange_bootstrap(await accounts.bootstrap_token() or "", "Ann", PASSWORD)
        assert not isinstance(made, Rejection)
        for number in range(25):
            guess = await accounts.by_password("Ann", f"wrong {number} wrong", f"203.0.113.{number}")
            assert code_of(guess) == "sign_in_wrong"  # type: ignore[arg-type]
            assert len(clock.waits) == max(0, number - 19)
        assert await accounts.by_password("Ann", PASSWORD, "203.0.113.7") == made[0]
        assert len(clock.waits) == 5


def test_t17_a_server_behind_a_proxy_is_not_only_this_machine() -> None:
    assert only_this_machine("127.0.0.1", "http://localhost:8000")
    assert not only_this_machine("127.0.0.1", "https://jam.example.org")
    assert not only_this_machine("0.0.0.0", "http://127.0.0.1:8000")
    assert addresses("https://jam.example.org", "127.0.0.1", 8000).origins == {"https://jam.example.org"}


async def test_t17_a_used_or_foreign_link_gives_no_role(served: Product) -> None:
    address = await link(served)
    principal = Principal(org_id=served.engine.people.org_id)
    secret = address.rpartition("/")[2]
    first = await served.engine.people.use_link(secret, principal)
    assert isinstance(first, Joined)
    assert first.viewer.role is Role.MODERATOR
    assert code_of(await served.engine.people.use_link(secret, principal)) == "link_used"  # type: ignore[arg-type]
    assert code_of(await served.engine.people.use_link("guess", principal)) == "not_found"  # type: ignore[arg-type]
