/**
 * Where an idea is written: the first thing under the question.
 *
 * When writing is over (or not yet open, or paused) the text stays where it was typed, can be
 * copied, and the page says what to do next; nothing typed is ever cleared but by sending it.
 */

import { beforeWriting, slot, takes, writes } from "../state/select.js";
import { tagsOf } from "../state/drafts.js";
import { clockTime } from "../words/times.js";
import { t } from "../words/words.js";
import { announce } from "../state/spoken.js";
import { Copy } from "./copy.js";
import { TextField, pointTo, useDraft, wrong } from "./field.js";
import { html, useLayoutEffect, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../wire/frames.js").ForumView} ForumView */

/** @param {{store: Store, forum: ForumView}} props */
export function Composer({ store, forum }) {
  const { state } = store.screen.value;
  const [text, setText] = useDraft(store, "idea/" + forum.id);
  const [tags, setTags] = useDraft(store, "tags/" + forum.id);
  const [error, setError] = useState("");
  const open = takes(state, "idea") && forum.open && writes(store.me.value.role);
  useLayoutEffect(() => {
    if (store.boot.writing) document.getElementById("idea-text")?.focus();
    store.boot.writing = false;
  }, []);
  const send = (/** @type {Event|undefined} */ event) => {
    event?.preventDefault();
    const problem = wrong(text, state.jam?.text_limit ?? 500);
    setError(problem);
    pointTo("idea-text");
    if (problem || !open) return;
    void store.act({ t: "submit_idea", forum: forum.id, text, tags: tagsOf(tags) });
    setText("");
    setTags("");
    announce(t("Sending"));
  };
  if (!open && text === "") return html`<${Shut} store=${store} forum=${forum} />`;
  return html`<form class="composer" onSubmit=${send} novalidate>
    ${!open && html`<${Shut} store=${store} forum=${forum} kept=${true} />`}
    <${TextField} id="idea-text" label=${t("Your idea")} text=${text} limit=${state.jam?.text_limit ?? 500} error=${error}
      readonly=${!open} onText=${(/** @type {string} */ now) => (setText(now), error && setError(""))} onSend=${send} />
    <div class="actions">
      ${open && html`<${Tags} tags=${tags} onTags=${setTags} />`}
      ${open ? html`<button type="submit" class="primary">${t("Send")}</button>` : html`<${Copy} text=${text} />`}
      ${store.keep.keeps ? null : html`<p class="muted">${t("This browser does not keep drafts: do not close the page before you send.")}</p>`}
    </div>
  </form>`;
}

/** @param {{tags: string, onTags: (tags: string) => void}} props */
function Tags({ tags, onTags }) {
  return html`<details class="tags-field" open=${tags !== ""}>
    <summary>${t("Add tags")}</summary>
    <label class="field"><span>${t("Up to 5 tags, with commas between them")}</span>
      <input type="text" value=${tags} autocomplete="off" onInput=${(/** @type {any} */ event) => onTags(event.target.value)} /></label>
  </details>`;
}

/**
 * Why nobody can write an idea here now, and what to do.
 * @param {{store: Store, forum: ForumView, kept?: boolean}} props
 */
function Shut({ store, forum, kept }) {
  const { state } = store.screen.value;
  return html`<div class="shut" role="status">
    <p><strong>${reason(store, forum)}</strong></p>
    ${kept && html`<p>${t("Your text below was not sent. It is kept on this device: copy it if you want to use it elsewhere.")}</p>`}
    ${slot(state)?.phase === "build" && writes(store.me.value.role) && html`<p>${t("You can still reply to the ideas below.")}</p>`}
  </div>`;
}

/** @param {Store} store @param {ForumView} forum */
function reason(store, forum) {
  const { state } = store.screen.value;
  if (state.jam?.paused_at) return t("The jam is paused. You can write when it goes on.");
  if (beforeWriting(state)) return opens(store);
  if (!forum.open) return t("This question takes no more ideas.");
  return t("Time for new ideas is over.");
}

/** @param {Store} store */
function opens(store) {
  const { state } = store.screen.value;
  const at = state.jam?.phases.find((one) => one.phase === "ideate")?.starts_at;
  return at ? t("Writing opens at {time}.", { time: clockTime(at, store.now()) }) : t("Writing opens when a facilitator starts it.");
}
