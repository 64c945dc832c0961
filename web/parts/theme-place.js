/**
 * What participants see of the themes: the map and the list, with their own ideas marked.
 *
 * Fetched only when somebody opens the place (a first visit does not carry it).
 */

import { ThemeReader } from "../state/theme-reader.js";
import { useThemes } from "./theme-now.js";
import { Rest } from "./theme-rest.js";
import { ThemeViews } from "./theme-views.js";
import { html } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {{reader?: ThemeReader, Place?: typeof ThemePlace}} Kept what stays while one is at another place of the room */

/** @param {{store: Store, kept: Kept}} props */
export function ThemePlace({ store, kept }) {
  const reader = (kept.reader ??= new ThemeReader(store, false));
  const now = useThemes(store, reader);
  return html`
    ${reader.problem.value && html`<p class="error" role="status">${reader.problem.value}</p>`}
    ${now && now.themes.length > 0 && html`
      <${ThemeViews} store=${store} reader=${reader} now=${now} level=${2} />
      <${Rest} store=${store} reader=${reader} now=${now} />`}`;
}
