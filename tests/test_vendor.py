"""Shows that the browser modules copied by scripts/vendor load in a browser without Node or an import map."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Route

VENDOR = Path(__file__).resolve().parent.parent / "web" / "vendor"
POLICY = "default-src 'none'; script-src 'self'"
PAGE = '<!doctype html><title>Modules</title><main></main><script type="module" src="/page.js"></script>'
SCRIPT = """
import { html, render } from "/vendor/htm-preact.js";
import { useEffect } from "/vendor/preact-hooks.js";
import { signal, computed } from "/vendor/signals.js";
const ideas = signal(1);
const words = computed(() => `${ideas.value} ideas`);
function Counter() {
  useEffect(() => { ideas.value = 2; }, []);
  return html`<p>${words}</p><b>${ideas.value}</b>`;
}
render(html`<${Counter} />`, document.querySelector("main"));
"""


async def answer(route: Route) -> None:
    path = route.request.url.removeprefix("http://jam.test")
    if path == "/":
        await route.fulfill(body=PAGE, content_type="text/html", headers={"content-security-policy": POLICY})
    elif path == "/page.js":
        await route.fulfill(body=SCRIPT, content_type="text/javascript")
    elif path.startswith("/vendor/"):
        body = (VENDOR / path.removeprefix("/vendor/")).read_text()
        await route.fulfill(body=body, content_type="text/javascript")
    else:
        await route.abort()


@pytest.mark.browser
@pytest.mark.anyio
async def test_a_signal_redraws_a_component_under_a_strict_content_policy(browser: Browser) -> None:
    page = await browser.new_page()
    await page.route("**/*", answer)
    await page.goto("http://jam.test/")
    await page.wait_for_function("document.querySelector('main').textContent.includes('2')")
    assert await page.locator("p").inner_text() == "2 ideas"
    assert await page.locator("b").inner_text() == "2"


def test_no_module_asks_for_a_name_that_only_a_bundler_could_resolve() -> None:
    modules = sorted(VENDOR.glob("*.js"))
    assert len(modules) == 6
    for module in modules:
        text = module.read_text()
        assert "sourceMappingURL" not in text
        assert 'from"preact' not in text
        assert 'from"@' not in text


def test_every_vendored_module_comes_with_its_licence() -> None:
    for licence in ("preact", "htm", "preact-signals", "preact-signals-core"):
        assert "Copyright" in (VENDOR / "licences" / f"{licence}.txt").read_text()
