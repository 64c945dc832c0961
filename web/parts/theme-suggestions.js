/**
 * What the last grouping found and nobody has answered yet. Nothing of it is forced on anybody.
 */

import { suggestionMeans, suggestionSays } from "../words/themes.js";
import { t, tn } from "../words/words.js";
import { ThemeIdeas } from "./theme-ideas.js";
import { html, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/theme-reader.js").ThemeReader} ThemeReader */
/** @typedef {import("../state/steering.js").Steering} Steering */
/** @typedef {import("../wire/theme-view.js").Suggestion} Suggestion */
/** @typedef {import("./theme-now.js").Now} Now */

/** What changes most comes first. @type {Suggestion["kind"][]} */
const ORDER = ["new_theme", "split", "join", "moved"];

/** @param {{store: Store, reader: ThemeReader, steering: Steering, now: Now, steers: boolean}} props */
export function Suggestions({ store, reader, steering, now, steers }) {
  const { version } = now.view;
  /** What was answered leaves the list at once; the next map says whether it is over. */
  const [done, note] = useState({ version, ids: /** @type {string[]} */ ([]) });
  const open = (now.view.suggestions ?? []).filter((one) => done.version !== version || !done.ids.includes(one.id));
  open.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const means = open.map((one) => suggestionMeans(one, steering.name));
  const answer = async (/** @type {string[]} */ ids, /** @type {boolean} */ accept) => {
    const answered = await steering.answer(version, ids, accept);
    note((before) => ({ version, ids: before.version === version ? [...before.ids, ...answered] : answered }));
    document.getElementById("suggestions-title")?.focus();
  };
  const title = open.length === 0 ? t("Nothing is suggested") : tn("{n} suggestion", "{n} suggestions", open.length);
  return html`<section aria-labelledby="suggestions-title">
    <h2 id="suggestions-title" tabindex="-1">${title}</h2>
    <p class="muted">${t("What a new grouping would change is suggested here. What you corrected stays as it is.")}</p>
    <ul class="suggestions">${open.map((one, at) => html`<${One} key=${one.id} store=${store} reader=${reader} steering=${steering} now=${now} one=${one} means=${means[at] !== means[at - 1] && means[at]}
      onAnswer=${steers && ((/** @type {boolean} */ accept) => answer([one.id], accept))} />`)}</ul>
    ${steers && open.length > 1 && html`<div class="actions">
      <button type="button" onClick=${() => answer(open.map((one) => one.id), true)}>${t("Accept all")}</button>
      <button type="button" onClick=${() => answer(open.map((one) => one.id), false)}>${t("Refuse all")}</button></div>`}
  </section>`;
}

/** @param {{store: Store, reader: ThemeReader, steering: Steering, now: Now, one: Suggestion, means: string|false, onAnswer: false|((accept: boolean) => void)}} props `means`: what yes and no do, where the one before does not say so */
function One({ store, reader, steering, now, one, means, onAnswer }) {
  const [open, turn] = useState(false);
  const says = suggestionSays(one, steering.name);
  const busy = steering.busy.value > 0;
  return html`<li class="card"><p><strong>${says}</strong></p>
    ${means && html`<p class="muted">${means}</p>`}
    ${one.ideas.length > 0 && html`<details open=${open} onToggle=${(/** @type {any} */ event) => turn(event.currentTarget.open)}><summary>${tn("Read the idea", "Read the {n} ideas", one.ideas.length)}</summary>
      ${open && html`<${ThemeIdeas} store=${store} reader=${reader} view=${now.view} ids=${one.ideas} />`}</details>`}
    ${onAnswer && html`<div class="actions">
      <button type="button" aria-disabled=${busy} aria-label=${`${t("Accept")}: ${says}`} onClick=${() => busy || onAnswer(true)}>${t("Accept")}</button>
      <button type="button" aria-disabled=${busy} aria-label=${`${t("Refuse")}: ${says}`} onClick=${() => busy || onAnswer(false)}>${t("Refuse")}</button></div>`}
  </li>`;
}
