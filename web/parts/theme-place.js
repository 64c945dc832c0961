/**
 * What participants see of the themes: the map and the list, with their own ideas marked.
 *
 * Fetched only when somebody opens the place (a first visit does not carry it).
 */

import { ThemeReader } from "../state/theme-reader.js";
import { ThemeList, rowId } from "./theme-list.js";
import { ThemeMap } from "./theme-map.js";
import { useThemes } from "./theme-now.js";
import { Rest } from "./theme-rest.js";
import { html, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {{reader?: ThemeReader, Place?: typeof ThemePlace}} Kept what stays while one is at another place of the room */

/** @param {{store: Store, kept: Kept}} props */
export function ThemePlace({ store, kept }) {
  const reader = (kept.reader ??= new ThemeReader(store, false));
  const now = useThemes(store, reader);
  const [open, setOpen] = useState("");
  const show = (/** @type {string} */ theme) => {
    setOpen(theme);
    requestAnimationFrame(() => document.getElementById(rowId(theme))?.focus());
  };
  const mine = new Set(store.screen.value.lists.mine.map((one) => one.id));
  return html`
    ${reader.problem.value && html`<p class="error" role="status">${reader.problem.value}</p>`}
    ${now && now.themes.length > 0 && html`
      <${ThemeMap} view=${now.view} themes=${now.themes} open=${open} mine=${mine} onOpen=${show} />
      <${ThemeList} store=${store} reader=${reader} now=${now} open=${open} onOpen=${setOpen} level=${2} />
      <${Rest} store=${store} reader=${reader} now=${now} />`}`;
}
