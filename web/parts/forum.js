/**
 * Which question one is looking at, and the way to the others.
 */

import { forums } from "../state/select.js";
import { t } from "../words/words.js";
import { html, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../wire/frames.js").ForumView} ForumView */

/**
 * The forum that was chosen last, by the address or the reader, else the first open one, else the first.
 * @param {Store} store @returns {[ForumView|undefined, (id: string) => void]}
 */
export function useForum(store) {
  const all = forums(store.screen.value.state);
  const [chosen, choose] = useState(store.keep.get("forum") ?? "");
  const set = (/** @type {string} */ id) => {
    store.keep.set("forum", id);
    choose(id);
  };
  return [all.find((one) => one.id === chosen) ?? all.find((one) => one.open) ?? all[0], set];
}

/** @param {{store: Store, forum: ForumView, onChoose: (id: string) => void}} props */
export function Question({ store, forum, onChoose }) {
  const all = forums(store.screen.value.state);
  return html`<div class="question">
    ${all.length > 1 && html`<label class="forum-choice"><span>${t("Question {n} of {all}", { n: all.indexOf(forum) + 1, all: all.length })}</span>
      <select onChange=${(/** @type {any} */ event) => onChoose(event.target.value)}>
        ${all.map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === forum.id}>${one.open ? one.title : t("{title} (closed)", { title: one.title })}</option>`)}
      </select></label>`}
    <h1 id="question" tabindex="-1" dir="auto">${forum.question}</h1>
    ${forum.host && html`<p class="muted">${t("Host:")} <bdi>${forum.host}</bdi></p>`}
  </div>`;
}
