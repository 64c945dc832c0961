/**
 * The replies under an idea, and the place to write one.
 *
 * Closed until it is asked for; replies that come in while it is open wait behind a button, so that
 * nothing below moves.
 */

import { takes } from "../state/select.js";
import { t, tn } from "../words/words.js";
import { Kept } from "./copy.js";
import { TextField, pointTo, useDraft, wrong } from "./field.js";
import { Byline, Edits, Unseen, Words, excerpt } from "./idea.js";
import { Report } from "./report-button.js";
import { Sent } from "./sent.js";
import { classes, html, memo, useLayoutEffect, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../wire/frames.js").IdeaView} IdeaView */

/** @param {{store: Store, idea: IdeaView, replies: IdeaView[], minute: number, writing: boolean, onWriting: (on: boolean) => void}} props */
export function Thread({ store, idea, replies, minute, writing, onWriting }) {
  const [upTo, setUpTo] = useState(replies.length);
  const me = store.me.value.id;
  const seen = replies.filter((one, at) => at < upTo || one.author === me);
  const waiting = replies.length - seen.length;
  const label = t("Replies to “{idea}”", { idea: excerpt(idea) });
  return html`<div class="thread">
    ${seen.length > 0 && html`<ol aria-label=${label}>${seen.map((one) => html`<${Reply} key=${one.id} store=${store} idea=${one} mine=${one.author === me} minute=${minute} />`)}</ol>`}
    <${Sent} store=${store} label=${t("Your replies on their way")} of=${(/** @type {any} */ entry) => entry.command.idea === idea.id && entry.command.t === "submit_reply"} />
    ${waiting > 0 && html`<button type="button" onClick=${() => setUpTo(replies.length)}>${tn("Show {n} new reply", "Show {n} new replies", waiting)}</button>`}
    ${writing && html`<${ReplyForm} store=${store} idea=${idea} onClose=${() => onWriting(false)} />`}
  </div>`;
}

const Reply = memo(
  /** @param {{store: Store, idea: IdeaView, mine: boolean, minute: number}} props */
  function Reply({ store, idea, mine }) {
    const shown = idea.status === "published";
    return html`<li class=${classes("reply", !shown && "is-over")}><${Words} idea=${idea} small=${true} />
      <${Byline} idea=${idea} mine=${mine} now=${store.now()}><${Unseen} idea=${idea} mine=${mine} /></${Byline}>
      <${Edits} idea=${idea} jam=${store.boot.jam} />
      ${!mine && shown && html`<div class="actions"><${Report} store=${store} idea=${idea} /></div>`}
    </li>`;
  },
);

/** Where the draft of a reply is kept. @param {IdeaView} idea */
export function replyPlace(idea) {
  return "reply/" + idea.id;
}

/** @param {{store: Store, idea: IdeaView, onClose: () => void}} props */
function ReplyForm({ store, idea, onClose }) {
  const id = "reply-" + idea.id;
  const limit = store.screen.value.state.jam?.text_limit ?? 500;
  const [text, setText] = useDraft(store, replyPlace(idea));
  const [error, setError] = useState("");
  const [official, mark] = useState(false);
  const open = takes(store.screen.value.state, "reply");
  const steers = ["facilitator", "administrator"].includes(store.me.value.role);
  useLayoutEffect(() => {
    if (open) document.getElementById(id)?.focus();
  }, []);
  const away = () => {
    setText("");
    onClose();
  };
  const send = (/** @type {Event|undefined} */ event) => {
    event?.preventDefault();
    const problem = wrong(text, limit);
    setError(problem);
    if (problem) pointTo(id);
    if (problem || !open) return;
    void store.act({ t: "submit_reply", idea: idea.id, text, ...(official ? { official } : {}) });
    setText("");
    onClose();
  };
  if (!open && text === "") return null;
  return html`<form onSubmit=${send} novalidate>
    ${!open && html`<${Kept} store=${store} text=${text} onAway=${away} />`}
    <${TextField} id=${id} label=${t("Your reply")} rows="2" text=${text} limit=${limit} error=${error} readonly=${!open} onText=${setText} onSend=${send} />
    ${open && steers && html`<label class="choice"><input type="checkbox" checked=${official} onChange=${() => mark(!official)} /> ${t("This is the official answer: it carries a badge, and nobody checks it first")}</label>`}
    ${open && html`<div class="actions"><button type="submit" class="primary">${t("Send the reply")}</button>
      <button type="button" onClick=${onClose}>${t("Close")}</button></div>`}
  </form>`;
}
