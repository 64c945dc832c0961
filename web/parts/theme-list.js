/**
 * The themes as a ranked list, the map's equal: each opens in place, and nothing of it needs a pointer.
 *
 * The map is made anew while one reads. A theme keeps its id, so what is open stays open; rows change
 * places only while nobody points at the list or has focus in it.
 */

import { t, tn } from "../words/words.js";
import { OpenTheme } from "./theme-open.js";
import { Text, useTexts } from "./theme-now.js";
import { classes, html, useRef } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/theme-reader.js").ThemeReader} ThemeReader */
/** @typedef {import("./theme-now.js").Now} Now */
/** @typedef {import("./theme-now.js").Shown} Shown */
/** @typedef {import("./theme-ideas.js").Pick} Pick */

/**
 * @param {{store: Store, reader: ThemeReader, now: Now, open: string, onOpen: (theme: string) => void, level: number,
 *   tools?: (theme: Shown) => any, pick?: Pick}} props `level`: of the rows' headings; `tools`: what can be done to a theme
 */
export function ThemeList({ store, reader, now, open, onOpen, level, tools, pick }) {
  const list = useRef(/** @type {HTMLElement|null} */ (null));
  const rows = useSteady(now.themes, list);
  const most = Math.max(1, ...now.themes.map((one) => one.size));
  useTexts(store, reader, now.themes.flatMap((one) => one.headline ?? []));
  return html`<ol class="theme-list" ref=${list}>${rows.map((theme) => html`<${Row} key=${theme.id} store=${store} reader=${reader} theme=${theme} most=${most} level=${level}
      open=${open === theme.id} onOpen=${() => onOpen(open === theme.id ? "" : theme.id)}>
      ${open === theme.id && html`<${OpenTheme} store=${store} reader=${reader} view=${now.view} theme=${theme} level=${level + 1} tools=${tools} pick=${pick} />`}
    </${Row}>`)}</ol>`;
}

/** Where the row of a theme is, for whoever sends focus there. @param {string} theme */
export function rowId(theme) {
  return "theme-" + theme;
}

/** @param {{store: Store, reader: ThemeReader, theme: Shown, most: number, level: number, open: boolean, onOpen: () => void, children?: any}} props */
function Row({ store, reader, theme, most, level, open, onOpen, children }) {
  const { ideas } = store.screen.value.state;
  const me = store.me.value.id;
  const own = theme.members.filter((id) => ideas[id]?.author === me).length;
  return html`<li class=${classes("theme-row", open && "is-open", own > 0 && "has-own")} data-theme=${theme.id}>
    <${"h" + level} class="theme-name"><button type="button" id=${rowId(theme.id)} aria-expanded=${open} onClick=${onOpen}><bdi>${theme.name}</bdi></button><//>
    <progress class="theme-bar" aria-hidden="true" max=${most} value=${theme.size}></progress>
    <p class="byline"><span class="numbers">${tn("{n} idea", "{n} ideas", theme.size)}</span>
      ${theme.later.length > 0 && html`<span>${tn("{n} just came in", "{n} just came in", theme.later.length)}</span>`}
      ${own > 0 && html`<span class="badge is-own">${tn("{n} of yours", "{n} of yours", own)}</span>`}
      ${theme.is_new && html`<span class="badge">${t("New")}</span>`}
      ${theme.named_by === "person" && html`<span>${t("named by a person")}</span>`}</p>
    ${theme.signals?.length ? html`<ul class="signals">${theme.signals.map((one) => html`<li key=${one.kind} class=${"is-" + one.kind}>${one.words}</li>`)}</ul>` : null}
    ${!open && theme.headline && html`<div class="theme-voice"><${Text} store=${store} reader=${reader} id=${theme.headline} /></div>`}
    ${children}
  </li>`;
}

/**
 * Rows in the order of the map, but for a list that somebody is at: there what is there stays where it is.
 * @param {Shown[]} themes @param {{current: HTMLElement|null}} list @returns {Shown[]}
 */
function useSteady(themes, list) {
  const order = useRef(/** @type {string[]} */ ([]));
  const place = list.current;
  const attended = place && (place.matches(":hover") || place.contains(document.activeElement));
  const ids = themes.map((one) => one.id);
  const stay = order.current.filter((id) => ids.includes(id));
  order.current = attended ? [...stay, ...ids.filter((id) => !stay.includes(id))] : ids;
  return order.current.map((id) => themes[ids.indexOf(id)]);
}
