/**
 * The map of themes: discs with their names, and a dot for each idea. The list beside it says the same.
 *
 * The layout comes ready from the server (see clustering/place.py): this part draws it, the wide picture
 * where there is room for it and the tall one elsewhere, and lets one walk over it with the arrow keys.
 */

import { number, t, tn } from "../words/words.js";
import { classes, html, memo, useLayoutEffect, useRef, useState } from "./view.js";

/** @typedef {{lines: string[], x: number, y: number, width: number, height: number}} Label */
/** @typedef {{x: number, y: number, radius: number, label: Label}} Disc */
/** @typedef {Disc & {tall: Disc, hue?: number, pattern?: number}} Spot a hue and a pattern of 0 are left out */
/**
 * @typedef {object} MapTheme what the map needs of a theme
 * @property {string} id
 * @property {string} name
 * @property {number} size
 * @property {boolean} [kept] a person touched it
 * @property {boolean} [is_new] it came with the last grouping
 * @property {string[]} members
 * @property {Spot|null} [spot]
 */
/**
 * @typedef {object} MapView the themes as the server gives them, as far as they are drawn
 * @property {MapTheme[]} themes in the order of the list
 * @property {Record<string, [number, number]>} spots of the ideas, by id
 * @property {number} width
 * @property {number} height
 * @property {number} tall_width
 * @property {number} tall_height
 */
/** @typedef {{view: MapView, selected?: string, onSelect?: (theme: string) => void, marks?: boolean}} Props */

/** Below this width the letters of the wide picture would be smaller than 12 pixels. */
const WIDE_FROM = 585;
/** The pictures' letters and lines, in map units: as the layout counted on. */
const LETTERS = { wide: 16, tall: 13 };
const LEADING = 1.25;
const RIM = 0.85;
const ROOMY = 12;
/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * `marks`: whether to show what is new and what a person keeps; for those who steer.
 * @param {Props} props
 */
export function ThemeMap({ view, selected = "", onSelect = () => {}, marks = false }) {
  const figure = useRef(/** @type {HTMLElement|null} */ (null));
    const [reached, reach] = useState("");
  const themes = view.themes.filter((theme) => theme.spot);
  const wide = useWide(figure, themes.length > 0);
  const start = [reached, selected].find((id) => themes.some((theme) => theme.id === id)) ?? themes[0]?.id;
  const walk = (/** @type {KeyboardEvent} */ event, /** @type {MapTheme} */ theme) => {
    const next = WAYS[event.key] ? beside(themes, theme, WAYS[event.key], wide === true) : ends(themes, event.key);
    if (next) focusTheme(figure.current, next.id);
    else if (event.key === "Enter" || event.key === " ") onSelect(theme.id);
    else if (!WAYS[event.key]) return;
    event.preventDefault();
  };
  const [width, height] = wide ? [view.width, view.height] : [view.tall_width, view.tall_height];
  if (themes.length === 0) return null;
  if (wide === null) return html`<figure class="theme-map" ref=${figure}></figure>`;
  return html`<figure class="theme-map" ref=${figure}>
    <svg class=${wide ? "is-wide" : "is-tall"} viewBox=${`0 0 ${width} ${height}`} role="group" aria-label=${title(themes)}>
      <${Patterns} />
      ${themes.map((theme) => html`<g key=${theme.id} data-theme=${theme.id} role="button" class=${named(theme, selected, marks)}
        transform=${`translate(${disc(theme, wide).x} ${disc(theme, wide).y})`} tabindex=${theme.id === start ? 0 : -1}
        aria-pressed=${theme.id === selected} aria-label=${said(theme, marks)}
        onFocus=${() => reach(theme.id)} onClick=${() => onSelect(theme.id)} onKeyDown=${(/** @type {KeyboardEvent} */ event) => walk(event, theme)}>
        <${Body} theme=${theme} spots=${view.spots} wide=${wide} kept=${marks && theme.kept} />
      </g>`)}
    </svg>
    ${marks && html`<${Legend} themes=${themes} />`}
  </figure>`;
}

/**
 * Whether the wide picture fits; null until that was measured: what is drawn before would glide to its place.
 * @param {{current: HTMLElement|null}} figure @param {boolean} drawn whether there is a figure
 */
function useWide(figure, drawn) {
  const [wide, setWide] = useState(/** @type {boolean|null} */ (null));
  useLayoutEffect(() => {
    const element = figure.current;
    if (!element) return;
    const measure = () => setWide(element.clientWidth >= WIDE_FROM);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [drawn]);
  return wide;
}

/** @param {MapTheme[]} themes */
function title(themes) {
  return tn("Map of {n} theme. Arrow keys go from theme to theme.", "Map of {n} themes. Arrow keys go from theme to theme.", themes.length);
}

/** What a theme is called for those who listen. @param {MapTheme} theme @param {boolean} marks */
function said(theme, marks) {
  const kept = marks && theme.kept ? `, ${t("kept by a person")}` : "";
  const fresh = marks && theme.is_new ? `, ${t("new")}` : "";
  return `${theme.name}, ${tn("{n} idea", "{n} ideas", theme.size)}${kept}${fresh}`;
}

/** @param {MapTheme} theme @param {string} selected @param {boolean} marks */
function named(theme, selected, marks) {
  const { hue = 0, pattern = 0 } = /** @type {Spot} */ (theme.spot);
  const state = [theme.id === selected && "is-selected", marks && theme.is_new && "is-new", pattern % 2 === 1 && "is-deep"];
  return classes("theme", `hue-${hue}`, ...state);
}

/** @param {MapTheme} theme @param {boolean} wide @returns {Disc} */
function disc(theme, wide) {
  const spot = /** @type {Spot} */ (theme.spot);
  return wide ? spot : spot.tall;
}

/** Disc, pattern, dots and name around the disc's middle; drawn again only when one of them changes. */
const Body = memo(
  /** @param {{theme: MapTheme, spots: MapView["spots"], wide: boolean, kept: boolean|undefined}} props */
  ({ theme, spots, wide, kept }) => {
    const { x, y, radius, label } = disc(theme, wide);
    const size = wide ? LETTERS.wide : LETTERS.tall;
    const first = label.y - y - label.height / 2 + size * (LEADING / 2 + 0.35);
    return html`<rect class="hit" x=${-label.width / 2} y=${radius} width=${label.width} height=${label.height + 4} />
      <circle class="hit" r=${Math.max(radius, ROOMY)} />
      <circle class="disc" r=${radius} />
      ${pattern(theme) > 0 && html`<circle r=${radius} fill=${`url(#weave-${pattern(theme)})`} />`}
      ${kept && html`<circle class="kept" r=${radius + 3} />`}
      <circle class="ring" r=${radius + 5} />
      <path class="dots" stroke-width=${dotSize(theme, radius)} d=${dots(theme, spots, radius)} />
      ${label.lines.map((line, at) => html`<text x=${round(label.x - x)} y=${round(first + at * size * LEADING)}>${line}</text>${" "}`)}`;
  },
);

/** @param {MapTheme} theme */
function pattern(theme) {
  return /** @type {Spot} */ (theme.spot).pattern ?? 0;
}

/** As wide as the room of one idea allows. @param {MapTheme} theme @param {number} radius */
function dotSize(theme, radius) {
  return round(Math.min(4, Math.max(1, (0.9 * radius) / Math.sqrt(Math.max(1, theme.members.length)))));
}

/** A path of points: each idea where it stands in the disc, whatever the size of the disc. @param {MapTheme} theme @param {MapView["spots"]} spots @param {number} radius */
function dots(theme, spots, radius) {
  const spot = /** @type {Spot} */ (theme.spot);
  return theme.members.map((id, at) => {
    const [dx, dy] = spots[id] ? [(spots[id][0] - spot.x) / spot.radius, (spots[id][1] - spot.y) / spot.radius] : onRim(at);
    return `M${round(dx * radius)} ${round(dy * radius)}h0`;
  }).join("");
}

/** Where an idea is drawn that has no place yet. @param {number} at @returns {[number, number]} */
function onRim(at) {
  return [RIM * Math.cos(at * 2.4), RIM * Math.sin(at * 2.4)];
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}

/** Five patterns for the discs that are not plain; hatching, since dots are ideas. */
function Patterns() {
  const lines = ["M0 0V8", "M0 0V5", "M0 0V8", "M0 0V5", "M0 0V8M0 0H8"];
  const turns = [45, -45, 0, 90, 45];
  return html`<defs>${lines.map((d, at) => {
    const side = at % 2 === 1 ? 5 : 8;
    return html`<pattern id=${`weave-${at + 1}`} class="weave" width=${side} height=${side} patternUnits="userSpaceOnUse" patternTransform=${`rotate(${turns[at]})`}><path d=${d} /></pattern>`;
  })}</defs>`;
}

/** What the marks mean, where there are any. @param {{themes: MapTheme[]}} props */
function Legend({ themes }) {
  const fresh = themes.filter((theme) => theme.is_new).length;
  const kept = themes.filter((theme) => theme.kept).length;
  if (fresh + kept === 0) return null;
  return html`<figcaption>
    ${fresh > 0 && html`<span><span class="mark" aria-hidden="true"></span> ${t("new: {n}", { n: number(fresh) })}</span>`}
    ${kept > 0 && html`<span><span class="mark is-kept" aria-hidden="true"></span> ${t("kept by a person: {n}", { n: number(kept) })}</span>`}
  </figcaption>`;
}

/** The nearest theme that way; nothing where there is none. @param {MapTheme[]} themes @param {MapTheme} from @param {[number, number]} way @param {boolean} wide */
function beside(themes, from, [wx, wy], wide) {
  const here = disc(from, wide);
  const away = themes.map((theme) => {
    const dx = disc(theme, wide).x - here.x;
    const dy = disc(theme, wide).y - here.y;
    const along = dx * wx + dy * wy;
    const off = Math.abs(dx * wy) + Math.abs(dy * wx);
    return { theme, far: along > 0 && along >= off / 2 ? along + 2 * off : Infinity };
  });
  const best = away.reduce((a, b) => (b.far < a.far ? b : a));
  return best.far < Infinity ? best.theme : undefined;
}

/** @param {MapTheme[]} themes @param {string} key */
function ends(themes, key) {
  if (key === "Home") return themes[0];
  return key === "End" ? themes[themes.length - 1] : undefined;
}

/** @param {HTMLElement|null} figure @param {string} id */
function focusTheme(figure, id) {
  const found = figure?.querySelector(`[data-theme="${CSS.escape(id)}"]`);
  if (found instanceof SVGElement) found.focus();
}
