/**
 * The themes as a part draws them: the view that was fetched with what happened since, and the texts.
 */

import { inSight, readable, shownThemes } from "../state/themes.js";
import { t } from "../words/words.js";
import { Words, excerpt } from "./idea.js";
import { classes, html, useEffect, useMemo, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/theme-reader.js").ThemeReader} ThemeReader */
/** @typedef {import("../state/themes.js").Shown} Shown */
/** @typedef {{view: import("../wire/theme-view.js").ThemeMapView, themes: Shown[]}} Now */

/** @param {Store} store @param {ThemeReader} reader @returns {Now|null} null until the first view is here */
export function useThemes(store, reader) {
  const { themes, placed, ideas } = store.screen.value.state;
  useState(() => reader.wake(themes));
  const view = reader.view.value;
  useEffect(() => reader.follow(themes?.mark), [themes?.mark]);
  const beside = inSight(reader.beside(placed), ideas);
  return useMemo(() => view && { view, themes: shownThemes(view, reader.changed(themes), beside) }, [view, themes, beside.join()]);
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

/** What an idea says; of one that this browser does not hold, what the view says of it. @param {{store: Store, reader: ThemeReader, id: string, small?: boolean, inline?: boolean}} props */
export function Text({ store, reader, id, small = true, inline = false }) {
  const idea = store.screen.value.state.ideas[id];
  const text = idea ? idea.text : reader.view.value?.texts?.[id];
  const words = classes("words", small && "is-small");
  if (inline) return html`<span class=${words} lang=${idea?.lang} dir="auto">${text ?? t("Fetching the text")}</span>`;
  if (idea) return html`<${Words} idea=${idea} small=${small} />`;
  return text ? html`<p class=${words} dir="auto">${text}</p>` : html`<p class="muted">${t("Fetching the text")}</p>`;
}

/** @param {Store} store @param {ThemeReader} reader @param {string} id */
export function firstWords(store, reader, id) {
  const text = reader.view.value?.texts?.[id] ?? "";
  return excerpt(store.screen.value.state.ideas[id] ?? { text }) || t("a text that is being fetched");
}
