/**
 * The facilitator's hold on the questions: ask another one, close one.
 */

import { lengthOf } from "../state/drafts.js";
import { forums, takes } from "../state/select.js";
import { t } from "../words/words.js";
import { Kept } from "./copy.js";
import { Confirm } from "./dialog.js";
import { TextField, pointTo, useDraft } from "./field.js";
import { Proposed, QUESTION_LIMIT, early, wrongQuestion } from "./proposals.js";
import { html, useLayoutEffect, useOnce, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../wire/frames.js").ForumView} ForumView */
/** @typedef {import("../wire/frames.js").ProposalView} ProposalView */

const TITLE_LIMIT = 200;
const HOST_LIMIT = 40;

/** @param {{store: Store}} props */
export function Forums({ store }) {
  const { state } = store.screen.value;
  const [closing, close] = useState(/** @type {ForumView|null} */ (null));
  const [taken, take] = useState(/** @type {ProposalView|null} */ (null));
  const open = early(store);
  return html`<section aria-labelledby="forums-title">
    <h2 id="forums-title">${t("The questions")}</h2>
    <ul class="forums">${forums(state).map((one) => html`<li key=${one.id}>
      <p dir="auto"><strong>${one.title}</strong> <span class="muted">${standing(one, takes(state, "idea"))}</span></p>
      <p dir="auto">${one.question}</p>
      ${one.host && html`<p class="muted">${t("Host:")} <bdi>${one.host}</bdi></p>`}
      ${one.open && store.phase.value !== "closed" && html`<button type="button" class="quiet" aria-label=${`${t("Close this question")}: ${one.title}`} onClick=${() => close(one)}>${t("Close this question")}</button>`}
    </li>`)}</ul>
    ${open && html`<${Proposed} store=${store} onTake=${take} />`}
    <${Ask} key=${taken?.id ?? ""} store=${store} proposal=${taken} open=${open} onDone=${() => take(null)} />
    ${closing && html`<${Confirm} title=${t("Close this question?")} action=${t("Close this question")} onClose=${() => close(null)}
      consequence=${[t("“{title}” takes no more ideas. What is there stays, and drafts stay with their writers.", { title: closing.title })]}
      onYes=${() => store.act({ t: "close_forum", forum: closing.id })} />`}
  </section>`;
}

/** @param {ForumView} forum @param {boolean} writing whether ideas are taken at all now */
function standing(forum, writing) {
  if (!forum.open) return t("closed");
  return writing ? t("takes ideas") : "";
}

/** What is wrong with a new question, by field; nothing where all is well. @param {string} title @param {string} question @param {string} host */
function problems(title, question, host) {
  const long = lengthOf(title);
  /** @type {Record<string, string>} */
  const found = {};
  if (long === 0 || long > TITLE_LIMIT) found.title = t("A title must have 1 to {limit} characters", { limit: TITLE_LIMIT });
  if (wrongQuestion(question)) found.question = wrongQuestion(question);
  if (lengthOf(host) > HOST_LIMIT) found.host = t("A host’s name must have {limit} characters or less", { limit: HOST_LIMIT });
  return found;
}

/**
 * A new question, empty or from one that was proposed; its words can be made clearer before it is asked.
 * What is typed is kept as drafts are, also when questions are taken no more (`open` is false).
 * @param {{store: Store, proposal: ProposalView|null, open: boolean, onDone: () => void}} props
 */
function Ask({ store, proposal, open, onDone }) {
  const place = `ask/${proposal?.id ?? ""}`;
  const [title, setTitle] = useDraft(store, place + "/title");
  const [question, setQuestion] = useDraft(store, place + "/question", proposal?.text);
  const [host, setHost] = useDraft(store, place + "/host");
  const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
  const typed = [title, question, host].filter((text) => text !== "").join("\n");
  const [begun] = useState(typed !== "");
  useLayoutEffect(() => {
    if (proposal) document.getElementById("ask-title")?.focus();
  }, []);
  const away = () => {
    for (const empty of [setTitle, setQuestion, setHost]) empty("");
    onDone();
  };
  const [busy, send] = useOnce(async () => {
    const found = problems(title, question, host);
    setErrors(found);
    const first = Object.keys(found)[0];
    if (first) return pointTo("ask-" + first);
    const from = { ...(host.trim() ? { host } : {}), ...(proposal ? { proposal: proposal.id } : {}) };
    const entry = await store.actOnce({ t: "open_forum", title, question, ...from });
    if (entry.stage !== "done") return;
    away();
    store.say("ok", t("The question is open to everyone."));
  });
  if (!open && typed === "") return null;
  const readonly = busy || !open;
  return html`<details open=${begun}><summary>${t("Ask another question")}</summary>
    <form onSubmit=${send} novalidate>
      ${!open && html`<${Kept} store=${store} text=${typed} over=${t("Time to ask questions is over.")} onAway=${away} />`}
      ${open && proposal && html`<p class="muted">${t("Proposed by a participant. Change the words if that makes it clearer.")}</p>`}
      <${TextField} id="ask-title" line=${true} label=${t("Short title")} text=${title} limit=${TITLE_LIMIT} error=${errors.title} readonly=${readonly} onText=${setTitle} />
      <${TextField} id="ask-question" rows="2" label=${t("The question, in full")} text=${question} limit=${QUESTION_LIMIT} error=${errors.question} readonly=${readonly}
        onText=${setQuestion} onSend=${send} />
      <${TextField} id="ask-host" line=${true} label=${t("Who looks after it? (optional)")} text=${host} limit=${HOST_LIMIT} error=${errors.host} readonly=${readonly} onText=${setHost} />
      ${open && html`<div class="actions"><button type="submit" class="primary" aria-disabled=${busy}>${t("Ask it")}</button>
        ${proposal && html`<button type="button" onClick=${away}>${t("Cancel")}</button>`}</div>`}
    </form></details>`;
}
