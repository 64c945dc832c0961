/**
 * What an author may do with an idea or reply of their own: change it, take it back, put it back.
 */

import { takes } from "../state/select.js";
import { draft, tagsOf } from "../state/drafts.js";
import { ruleName } from "../words/lists.js";
import { t } from "../words/words.js";
import { announce } from "../state/spoken.js";
import { Kept } from "./copy.js";
import { TextField, pointTo, useDraft, wrong } from "./field.js";
import { excerpt } from "./idea.js";
import { Done } from "./sent.js";
import { html, useLayoutEffect, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../wire/frames.js").IdeaView} IdeaView */

/** @param {{store: Store, idea: IdeaView}} props */
export function OwnActions({ store, idea }) {
  const [editing, edit] = useState({ on: false });
  const live = idea.status === "published" || idea.status === "pending" || idea.status === "returned";
  const open = takes(store.screen.value.state, "reply");
  const kept = !open && live && draft(store.keep, place(idea)) !== "";
  const back = () => {
    edit({ on: false });
    requestAnimationFrame(() => document.getElementById("edit-" + idea.id)?.focus());
  };
  if ((editing.on && open) || kept) return html`<${Edit} store=${store} idea=${idea} open=${open} onClose=${back} />`;
  return html`
    <${Reason} idea=${idea} />
    <div class="actions">
      <span class="standing-place"><${Done} status=${idea.status} /></span>
      ${live && open && html`<button type="button" class="quiet" id=${"edit-" + idea.id} aria-label=${named(t("Edit"), idea)} onClick=${() => edit({ on: true })}>${t("Edit")}</button>`}
      ${live && html`<${Withdraw} store=${store} idea=${idea} />`}
      ${idea.status === "withdrawn" && open && html`<${PutBack} store=${store} idea=${idea} />`}
    </div>`;
}

/** Where its draft is kept. @param {IdeaView} idea */
function place(idea) {
  return "edit/" + idea.id;
}

/** @param {string} action @param {IdeaView} idea */
function named(action, idea) {
  return `${action}: ${excerpt(idea) || t("your text")}`;
}

/** Why a moderator returned or hid it. @param {{idea: IdeaView}} props */
function Reason({ idea }) {
  if (idea.status !== "returned" && idea.status !== "hidden") return null;
  return html`<div class="reason">
    ${idea.rule && html`<p>${t("Rule: {rule}", { rule: ruleName(idea.rule) })}</p>`}
    ${idea.note && html`<p>${t("The moderator wrote:")} <q dir="auto">${idea.note}</q></p>`}
    ${idea.status === "returned" && html`<p>${t("You can change the text and send it again with Edit.")}</p>`}
  </div>`;
}

/** @param {{store: Store, idea: IdeaView}} props */
function Withdraw({ store, idea }) {
  const go = async () => {
    const entry = await store.act({ t: "withdraw_idea", idea: idea.id });
    if (entry.stage === "done") announce(t("Withdrawn. You can put it back."));
  };
  return html`<button type="button" class="quiet" aria-label=${named(t("Withdraw"), idea)} onClick=${go}>${t("Withdraw")}</button>`;
}

/** @param {{store: Store, idea: IdeaView}} props */
function PutBack({ store, idea }) {
  const go = async () => {
    const entry = await store.act({ t: "restore_idea", idea: idea.id });
    if (entry.stage === "done") announce(t("Put back."));
  };
  return html`<button type="button" class="quiet" onClick=${go}>${t("Undo: put it back")}</button>`;
}

/** What is typed stays when writing stops (`open` is false): to be copied, or sent when it goes on.
 * @param {{store: Store, idea: IdeaView, open: boolean, onClose: () => void}} props
 */
function Edit({ store, idea, open, onClose }) {
  const id = "edit-text-" + idea.id;
  const limit = store.screen.value.state.jam?.text_limit ?? 500;
  const [text, setText] = useDraft(store, place(idea), idea.text ?? "");
  const [tags, setTags] = useState((idea.tags ?? []).join(", "));
  const [error, setError] = useState("");
  useLayoutEffect(() => {
    if (open) document.getElementById(id)?.focus();
  }, []);
  const close = () => {
    setText("");
    onClose();
  };
  const send = (/** @type {Event|undefined} */ event) => {
    event?.preventDefault();
    const problem = wrong(text, limit);
    setError(problem);
    pointTo(id);
    if (problem || !open) return;
    void store.act({ t: "edit_idea", idea: idea.id, version: idea.version, text, tags: tagsOf(tags) }).then((entry) => {
      if (entry.stage === "done") announce(t("Saved"));
    });
    close();
  };
  return html`<form class="edit" onSubmit=${send} novalidate>
    ${open ? html`<p class="muted">${t("Everyone can see that it was changed, and read the earlier text.")}</p>` : html`<${Kept} store=${store} text=${text} onAway=${close} />`}
    <${TextField} id=${id} label=${t("Change your text")} text=${text} limit=${limit} error=${error} readonly=${!open}
      onText=${setText} onSend=${send} />
    ${open && !idea.reply_to && html`<label class="field"><span>${t("Up to 5 tags, with commas between them")}</span>
      <input type="text" value=${tags} autocomplete="off" onInput=${(/** @type {any} */ event) => setTags(event.target.value)} /></label>`}
    ${open && html`<div class="actions"><button type="submit" class="primary">${t("Save the change")}</button>
      <button type="button" onClick=${close}>${t("Cancel")}</button></div>`}
  </form>`;
}
