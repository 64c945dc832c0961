/**
 * The map of the themes and the list that is its equal: what is opened on one is open in the other.
 */

import { heir } from "../state/themes.js";
import { ThemeList, rowId } from "./theme-list.js";
import { ThemeMap } from "./theme-map.js";
import { html, useLayoutEffect, useRef, useState } from "./view.js";

/** @typedef {import("./theme-now.js").Now} Now */

/**
 * @param {{store: import("../state/store.js").Store, reader: import("../state/theme-reader.js").ThemeReader, now: Now, level: number,
 *   marks?: boolean, tools?: (theme: import("./theme-now.js").Shown) => any, pick?: import("./theme-ideas.js").Pick}} props see `ThemeList`;
 *   `marks`: whether the map shows what is new and what a person keeps
 */
export function ThemeViews({ store, reader, now, level, marks = false, tools, pick }) {
  const [open, setOpen] = useState("");
  const both = useRef(/** @type {HTMLElement|null} */ (null));
  useHeldFocus(both, now);
  const show = (/** @type {string} */ theme) => {
    setOpen(theme);
    requestAnimationFrame(() => document.getElementById(rowId(theme))?.focus());
  };
  return html`<div class="theme-views" ref=${both}>
    <${ThemeMap} view=${{ spots: {}, ...now.view, themes: now.themes }} selected=${open} onSelect=${show} marks=${marks} />
    <${ThemeList} store=${store} reader=${reader} now=${now} open=${open} onOpen=${setOpen} level=${level} tools=${tools} pick=${pick} />
  </div>`;
}

/**
 * Focus that a new map takes away comes back: to the same element where it only moved, else to the theme
 * that has now what was there, else to the heading above. @param {{current: HTMLElement|null}} place @param {Now} now
 */
function useHeldFocus(place, now) {
  const active = document.activeElement;
  const held = place.current?.contains(active) && (active instanceof HTMLElement || active instanceof SVGElement) ? active : null;
  const theme = held?.closest("[data-theme]")?.getAttribute("data-theme") ?? "";
  useLayoutEffect(() => {
    if (!held || document.activeElement === held || document.querySelector("dialog[open]")) return;
    const next = held.isConnected ? held : document.getElementById(rowId(heir(now.themes, now.view, theme) ?? theme));
    (next ?? document.getElementById("themes-title"))?.focus({ preventScroll: held.isConnected });
  });
}
