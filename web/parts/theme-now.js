/**
 * The themes as a part draws them: the view that was fetched with what happened since, and the texts.
 */

import { readable, shownThemes } from "../state/themes.js";
import { t } from "../words/words.js";
import { Words, excerpt } from "./idea.js";
import { html, useEffect, useMemo } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/theme-reader.js").ThemeReader} ThemeReader */
/** @typedef {import("../state/themes.js").Shown} Shown */
/** @typedef {{view: import("../wire/theme-view.js").ThemeMapView, themes: Shown[]}} Now */

/** @param {Store} store @param {ThemeReader} reader @returns {Now|null} null until the first view is here */
export function useThemes(store, reader) {
  const { themes, placed } = store.screen.value.state;
  const view = reader.view.value;
  useEffect(() => reader.follow(themes?.mark), [themes?.mark]);
  return useMemo(() => view && { view, themes: shownThemes(view, themes, placed) }, [view, themes, placed]);
}

/**
 * Those of `ids` that can be read; texts that this browser lacks are fetched, `most` of them at once.
 * @param {Store} store @param {ThemeReader} reader @param {string[]} ids @param {number} [most]
 */
export function useTexts(store, reader, ids, most = Infinity) {
  const { ideas } = store.screen.value.state;
  const can = readable(ids, ideas);
  const shown = can.slice(0, most);
  useEffect(() => reader.need(shown));
  return { shown, all: can };
}

/** @param {{store: Store, id: string, small?: boolean, inline?: boolean}} props */
export function Text({ store, id, small = true, inline = false }) {
  const idea = store.screen.value.state.ideas[id];
  if (inline) return html`<span class="words is-small" lang=${idea?.lang ?? "en"} dir="auto">${idea?.text ?? t("Fetching the text")}</span>`;
  if (!idea) return html`<p class="muted">${t("Fetching the text")}</p>`;
  return html`<${Words} idea=${idea} small=${small} />`;
}

/** @param {Store} store @param {string} id */
export function firstWords(store, id) {
  return excerpt(store.screen.value.state.ideas[id]) || t("a text that is being fetched");
}
