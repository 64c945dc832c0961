/**
 * Fetches the theme map, once for each mark that the socket names, and the texts that it speaks of.
 *
 * The last view stays on the screen until the next one is here. A room of thousands must not fetch in
 * the same moment: participants wait a little, each as long as chance says; what has to leave every
 * screen at once (a hidden idea, a cleaned name) comes over the socket and does not wait.
 */

import { signal } from "../vendor/signals.js";
import { currentThemes, ideasById, themesAt } from "../wire/api.js";
import { t } from "../words/words.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("../wire/theme-view.js").ThemeMapView} ThemeMapView */
/** @typedef {import("../wire/frames.js").ThemesView} ThemesView */
/** @typedef {import("../wire/frames.js").Placed} Placed */

const SPREAD_MS = 4_000;
const RETRY_MS = 5_000;
const AT_ONCE = 100;
const ASK_AGAIN_MS = 30_000;

export class ThemeReader {
  /** @param {Store} store @param {boolean} hurried whether this screen fetches at once: the desk does */
  constructor(store, hurried) {
    this.store = store;
    this.hurried = hurried;
    this.view = signal(/** @type {ThemeMapView|null} */ (null));
    this.problem = signal("");
    this.wanted = "";
    /** @type {ThemesView|null} what the socket said last of the very version that is shown */
    this.heads = null;
    /** @type {Placed|null} the ideas beside the version that is shown */
    this.placed = null;
    /** @type {Map<string, number>} when a text was asked for, by idea */
    this.asked = new Map();
  }

  /**
   * What to clean the shown view with. It counts on while a newer map is on its way, which says nothing of
   * what went out of sight before it was made. @param {ThemesView|null} now @returns {import("../wire/frames.js").ThemeHead[]}
   */
  changed(now) {
    const same = now?.version === this.view.value?.version;
    if (same) this.heads = now;
    return [...(this.heads?.changed ?? []), ...(same ? [] : now?.changed ?? [])];
  }

  /**
   * The ideas beside the shown view. They stay while a newer map is on its way. @param {Placed|null} now
   * @returns {Placed|null}
   */
  beside(now) {
    const shown = this.view.value?.version;
    if (now && now.version === shown) this.placed = now;
    return this.placed?.version === shown ? this.placed : null;
  }

  /** A view that was not cleaned while nobody looked is not shown again. @param {ThemesView|null} now */
  wake(now) {
    if (this.view.value && this.view.value.version !== now?.version) this.forget();
  }

  forget() {
    this.view.value = null;
    this.heads = null;
    this.placed = null;
    this.wanted = "";
  }

  /** Make the view of `mark` the one that is shown, in a while. @param {string|undefined} mark */
  follow(mark) {
    if (!mark || mark === this.wanted) return;
    this.wanted = mark;
    const wait = this.hurried || !this.view.value ? 0 : Math.random() * SPREAD_MS;
    setTimeout(() => void this.fetch(mark), wait);
  }

  /** @param {string} mark */
  async fetch(mark) {
    if (mark !== this.wanted || this.view.value?.mark === mark) return;
    try {
      this.take(await this.read(mark));
    } catch (error) {
      if (mark !== this.wanted) return;
      this.problem.value = t("The themes could not be fetched. It is tried again in a few seconds.");
      setTimeout(() => void this.fetch(mark), RETRY_MS);
    }
  }

  /** A mark that is over has no page any more: then the one of now. @param {string} mark @returns {Promise<ThemeMapView>} */
  async read(mark) {
    try {
      return await themesAt(this.store.boot.jam, mark);
    } catch (error) {
      if (/** @type {any} */ (error)?.status !== 404) throw error;
      return currentThemes(this.store.boot.jam);
    }
  }

  /** @param {ThemeMapView} view */
  take(view) {
    if (view.version < (this.view.value?.version ?? 0)) return;
    this.problem.value = "";
    this.heads = null;
    this.view.value = view;
  }

  /** Have these texts, if the viewer may read them: from the view, else in the store. @param {string[]} ids */
  need(ids) {
    const now = performance.now();
    const { texts = {} } = this.view.value ?? {};
    const missing = ids.filter((id) => !this.store.state.ideas[id] && !texts[id] && (this.asked.get(id) ?? -Infinity) + ASK_AGAIN_MS < now);
    for (const id of missing) this.asked.set(id, now);
    for (let at = 0; at < missing.length; at += AT_ONCE) void this.learn(missing.slice(at, at + AT_ONCE));
  }

  /** @param {string[]} ids */
  async learn(ids) {
    try {
      this.store.learn((await ideasById(this.store.boot.jam, ids)).ideas);
    } catch {
      setTimeout(() => {
        for (const id of ids) this.asked.delete(id);
        this.store.poke();
      }, RETRY_MS);
    }
  }
}
