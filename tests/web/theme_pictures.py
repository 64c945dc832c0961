"""What can only be seen where the map is drawn: boxes of real letters, and how large they are."""

from __future__ import annotations

from playwright.async_api import Page

WIDTHS = (1280, 768, 640, 320)
COVERED = """() => {
    const box = (one) => one.getBoundingClientRect();
    const shown = [...document.querySelectorAll(".theme-map .theme")].filter((one) => box(one).width);
    const boxes = shown.map((one) => [...one.querySelectorAll("text, .disc")].map(box));
    const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
    const over = (n, m) => boxes[n].some((a) => boxes[m].some((b) => meet(a, b)));
    const pairs = shown.flatMap((_, n) => shown.slice(n + 1).map((_, m) => [n, n + 1 + m]));
    const name = (n) => shown[n].getAttribute("aria-label");
    return pairs.filter(([n, m]) => over(n, m)).map(([n, m]) => [name(n), name(m)]);
}"""
LETTERS = """() => {
    const sheets = [...document.querySelectorAll(".theme-map .is-wide, .theme-map .is-tall")];
    const sheet = sheets.find((one) => one.getBoundingClientRect().width);
    const size = parseFloat(getComputedStyle(sheet).fontSize);
    return size * sheet.getBoundingClientRect().width / sheet.viewBox.baseVal.width;
}"""


async def letters(page: Page) -> float:
    """How large the letters of the map are, in pixels of the screen."""
    return float(await page.evaluate(LETTERS))
