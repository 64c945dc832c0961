"""Draws one picture for each stage of the theme library, from a real run over the sample jam's invented
ideas.

    PYTHONPATH=. .venv/bin/python scripts/stage_pictures.py docs/pictures

The SVGs in ``docs/clustering.md`` are made by this and by nothing else; the same ideas give the same files.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path

import numpy as np
from scipy.cluster.hierarchy import dendrogram, linkage

import jam.cli.sample
from clustering import LiveThemes, Parameters, Theme, ThemeMap, load_embedder
from clustering.embedding.embed import embed_checked
from clustering.grouping.graph import centred, local_weights, smoothed, strongest, unit
from clustering.grouping.group import neighbours_for, smoothing_for
from clustering.grouping.neighbours import nearest
from clustering.grouping.outliers import closeness
from jam.cli.ideas_csv import IdeaRow, read_ideas

HUES = (
    "#1b6ca8",
    "#b3541e",
    "#2e7d32",
    "#7b3fa0",
    "#a8324a",
    "#5d6d1e",
    "#0f7c7c",
    "#8a5a00",
    "#4a4a9e",
    "#9e2a8d",
)
WIDTH, HEIGHT, PAD = 720, 300, 24
STYLE = "font-family='system-ui, sans-serif' font-size='13' fill='#222'"


class Run:
    """The sample jam, grouped: what every picture is drawn from."""

    def __init__(self) -> None:
        file = Path(jam.cli.sample.__file__).with_name("ideas.csv")
        self.rows: list[IdeaRow] = sorted(read_ideas(file), key=lambda row: row.id)
        self.embedder = load_embedder()
        live = LiveThemes(self.embedder)
        pairs = [(row.id, row.text) for row in self.rows]
        late = [pair for number, pair in enumerate(pairs) if number % 4 == 0]
        live.read([pair for pair in pairs if pair not in late])
        self.before = live.regroup()
        live.read(late)
        self.after = live.regroup()
        self.vectors = embed_checked(self.embedder, [row.text for row in self.rows])
        number = {one.id: place for place, one in enumerate(self.after.themes)}
        home = {key: number[one.id] for one in self.after.themes for key in one.members}
        self.labels = np.array([home.get(row.id, len(number)) for row in self.rows])


def main(folder: Path) -> None:
    run = Run()
    for name, draw in PICTURES.items():
        body = "\n".join(draw(run))
        text = (
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' role='img' {STYLE}>\n"
            f"<rect width='{WIDTH}' height='{HEIGHT}' fill='#fff'/>\n{body}\n</svg>\n"
        )
        (folder / f"themes-{name}.svg").write_text(text, encoding="utf-8")


def embed(run: Run) -> Iterable[str]:
    """Cosines of five ideas of each of five themes, darker is nearer."""
    chosen = [row for label in range(5) for row in np.flatnonzero(run.labels == label)[:5]]
    cosines = run.vectors[chosen] @ run.vectors[chosen].T
    side = (HEIGHT - 2 * PAD) / len(chosen)
    for y, line in enumerate(cosines):
        for x, cosine in enumerate(line):
            shade = max(0.0, min(1.0, float(cosine)))
            at = f"x='{PAD + x * side:.1f}' y='{PAD + y * side:.1f}'"
            size = f"width='{side:.1f}' height='{side:.1f}'"
            yield f"<rect {at} {size} fill='#1b6ca8' fill-opacity='{shade:.2f}'/>"
    for label in range(5):
        y = PAD + (label * 5 + 2.8) * side
        yield _text(HEIGHT, y, f"five ideas of “{run.after.themes[label].name}”", HUES[label])


def smooth(run: Run) -> Iterable[str]:
    """The ideas before and after smoothing, on the two strongest directions of each."""
    plain = unit(strongest(centred(run.vectors), Parameters().dimensions))
    near, cosines = nearest(plain, neighbours_for(len(plain)))
    after = smoothed(plain, local_weights(near, cosines), smoothing_for(len(plain)))
    middle = WIDTH / 2
    yield _text(PAD, 18, "before: each idea and its nearest two")
    yield _text(middle + PAD, 18, "after: each moved towards its neighbours")
    left, right = _flat(plain, PAD, middle - PAD), _flat(after, middle + PAD, WIDTH - PAD)
    for row, others in enumerate(near[:, :2]):
        for other in others:
            yield _line(*left[row], *left[other], "#bbb", 0.5)
    for points in (left, right):
        for (x, y), label in zip(points, run.labels, strict=True):
            yield f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3.2' fill='{HUES[label % len(HUES)]}'/>"


def _flat(points: np.ndarray, left: float, right: float) -> np.ndarray:
    moved = points - points.mean(axis=0)
    directions = np.linalg.svd(moved, full_matrices=False)[2][:2]
    signs = np.sign(directions[np.arange(2), np.abs(directions).argmax(axis=1)])
    flat = moved @ (directions * signs[:, None]).T
    low, high = flat.min(axis=0), flat.max(axis=0)
    size = np.array([right - left, HEIGHT - 2 * PAD - 10])
    return np.asarray((flat - low) / (high - low) * size + [left, PAD + 10])


def cut(run: Run) -> Iterable[str]:
    """Ward's tree over the smoothed ideas, cut into as many parts as there are themes."""
    plain = unit(strongest(centred(run.vectors), Parameters().dimensions))
    near, cosines = nearest(plain, neighbours_for(len(plain)))
    points = smoothed(plain, local_weights(near, cosines), smoothing_for(len(plain)))
    tree = linkage(points.astype(np.float64), "ward")
    drawn = dendrogram(tree, no_plot=True, truncate_mode="lastp", p=60)
    count, top = len(run.after.themes), tree[-1, 2]
    width = max(max(xs) for xs in drawn["icoord"])

    def at(x: float, y: float) -> str:
        return f"{PAD + x / width * (WIDTH - 2 * PAD):.1f},{HEIGHT - PAD - y / top * (HEIGHT - 2 * PAD):.1f}"

    for xs, ys in zip(drawn["icoord"], drawn["dcoord"], strict=True):
        points_of = " ".join(at(x, y) for x, y in zip(xs, ys, strict=True))
        yield f"<polyline points='{points_of}' fill='none' stroke='#444'/>"
    level = (tree[-count, 2] + tree[1 - count, 2]) / 2
    y = HEIGHT - PAD - level / top * (HEIGHT - 2 * PAD)
    yield _line(PAD, y, WIDTH - PAD, y, "#b3541e", 1.5)
    yield _text(PAD, y - 6, f"cut into {count}", "#b3541e")


def alone(run: Run) -> Iterable[str]:
    """How close each idea is to the others, in order, and the line below which it is one of a kind."""
    near, _ = nearest(run.vectors, 5)
    close = closeness(run.vectors, run.labels, near)
    first, third = np.quantile(close, [0.25, 0.75])
    limit = first - Parameters().outlier_spread * (third - first)
    scale = (HEIGHT - 2 * PAD) / float(close.max())
    for place, row in enumerate(np.argsort(close, kind="stable")):
        x = PAD + place / len(close) * (WIDTH - 2 * PAD)
        colour = "#b3541e" if close[row] < limit else "#1b6ca8"
        yield f"<circle cx='{x:.1f}' cy='{HEIGHT - PAD - close[row] * scale:.1f}' r='2.5' fill='{colour}'/>"
    y = HEIGHT - PAD - float(limit) * scale
    yield _line(PAD, y, WIDTH - PAD, y, "#b3541e", 1)
    yield _text(WIDTH - 250, y + 18, "below Q1 − IQR: one of a kind", "#b3541e")
    yield _text(PAD, 18, "closeness of each idea to the others")


def name(run: Run) -> Iterable[str]:
    """The phrases of the largest theme, and how many of its ideas say each; those in the name are dark."""
    theme = run.after.themes[0]
    yield _text(PAD, 22, f"“{theme.name}”, {theme.size} ideas: who says what")
    for place, phrase in enumerate(theme.phrases[:10]):
        y = 44 + place * 25
        share = len(set(phrase.ideas) & set(theme.members)) / theme.size
        colour = "#1b6ca8" if place < theme.in_name else "#c8d8e6"
        yield f"<rect x='210' y='{y}' width='{share * 440:.0f}' height='17' fill='{colour}'/>"
        yield _text(PAD, y + 13, phrase.text)
        yield _text(216 + share * 440, y + 13, f"{share:.0%}")


def place(run: Run) -> Iterable[str]:
    """The map: a disc for each theme, a dot for each idea."""
    frame = run.after.frame
    if frame is None:
        return
    scale = min(WIDTH / frame.width, HEIGHT / frame.height)
    left = (WIDTH - frame.width * scale) / 2
    yield f"<g transform='translate({left:.1f} 0) scale({scale:.4f})' font-size='16'>"
    for number, theme in enumerate(run.after.themes):
        spot, colour = theme.spot, HUES[number % len(HUES)]
        if spot is None:
            continue
        disc = f"cx='{spot.x:.0f}' cy='{spot.y:.0f}' r='{spot.radius:.0f}'"
        yield f"<circle {disc} fill='{colour}' fill-opacity='.15' stroke='{colour}'/>"
        for key in theme.members:
            x, y = run.after.spots.get(key, (spot.x, spot.y))
            yield f"<circle cx='{x:.0f}' cy='{y:.0f}' r='4' fill='{colour}'/>"
        top = spot.label.y - spot.label.height / 2
        for line, words in enumerate(spot.label.lines):
            y = top + 16 + 20 * line
            yield f"<text x='{spot.label.x:.0f}' y='{y:.0f}' text-anchor='middle'>{escape(words)}</text>"
    yield "</g>"


def match(run: Run) -> Iterable[str]:
    """The themes before and after a quarter more ideas: bands are ideas that were there before."""
    place_of = {one.id: place for place, one in enumerate(run.before.themes)}
    ordered = sorted(run.after.themes, key=lambda one: place_of.get(one.id, len(place_of)))
    left, right = _stack(run.before.themes, run.before), _stack(ordered, run.before)
    homes = {key: one.id for one in run.after.themes for key in one.members}
    used = {one: right[one][0] for one in right}
    for number, theme in enumerate(run.before.themes):
        y, unit_ = left[theme.id][0], left[theme.id][2]
        for goal in sorted({homes[key] for key in theme.members if key in homes}):
            thick = unit_ * sum(1 for key in theme.members if homes.get(key) == goal)
            yield _band(230, y, 490, used[goal], thick, HUES[number % len(HUES)])
            y, used[goal] = y + thick, used[goal] + thick
    for found, sides, x, anchor in ((run.before, left, 222, "end"), (run.after, right, 498, "start")):
        for theme in found.themes:
            y = sides[theme.id][0] + sides[theme.id][1] / 2 + 4
            new = " (new)" if theme.is_new else ""
            at = f"x='{x}' y='{y:.0f}' text-anchor='{anchor}' font-size='10'"
            yield f"<text {at}>{escape(theme.name)}{new}</text>"


def _stack(themes: Iterable[Theme], base: ThemeMap) -> dict[str, tuple[float, float, float]]:
    """Top and height of each theme's stretch, and the height of one idea."""
    known = {key for one in base.themes for key in one.members}
    sizes = {one.id: sum(1 for key in one.members if key in known) for one in themes}
    unit_ = (HEIGHT - 2 * PAD - 5 * len(sizes)) / max(1, sum(sizes.values()))
    y, stretches = float(PAD), {}
    for one, size in sizes.items():
        stretches[one] = (y, size * unit_, unit_)
        y += size * unit_ + 5
    return stretches


def _band(x1: float, y1: float, x2: float, y2: float, thick: float, colour: str) -> str:
    middle = (x1 + x2) / 2
    return (
        f"<path d='M{x1} {y1:.1f}C{middle} {y1:.1f} {middle} {y2:.1f} {x2} {y2:.1f}v{thick:.1f}"
        f"C{middle} {y2 + thick:.1f} {middle} {y1 + thick:.1f} {x1} {y1 + thick:.1f}z' "
        f"fill='{colour}' fill-opacity='.45'/>"
    )


def _text(x: float, y: float, words: str, colour: str = "#222") -> str:
    return f"<text x='{x:.0f}' y='{y:.0f}' fill='{colour}'>{escape(words)}</text>"


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:
    ends = f"x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}'"
    return f"<line {ends} stroke='{colour}' stroke-width='{width}'/>"


PICTURES: dict[str, Callable[[Run], Iterable[str]]] = {
    "embed": embed,
    "smooth": smooth,
    "cut": cut,
    "alone": alone,
    "name": name,
    "place": place,
    "match": match,
}

if __name__ == "__main__":
    main(Path(sys.argv[1]))
