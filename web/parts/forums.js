/**
 * The facilitator's hold on the questions: ask another one, close one.
 */

import { forums, takes } from "../state/select.js";
import { t } from "../words/words.js";
import { Confirm } from "./dialog.js";
import { Proposed } from "./proposals.js";
import { html, useLayoutEffect, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../wire/frames.js").ForumView} ForumView */
/** @typedef {import("../wire/frames.js").ProposalView} ProposalView */

/** @param {{store: Store}} props */
export function Forums({ store }) {
  const { state } = store.screen.value;
  const [closing, close] = useState(/** @type {ForumView|null} */ (null));
  const [taken, take] = useState(/** @type {ProposalView|null} */ (null));
  const early = ["lobby", "ideate", "build"].includes(store.phase.value ?? "");
  return html`<section aria-labelledby="forums-title">
    <h2 id="forums-title">${t("The questions")}</h2>
    <ul class="forums">${forums(state).map((one) => html`<li key=${one.id}>
      <p dir="auto"><strong>${one.title}</strong> <span class="muted">${standing(one, takes(state, "idea"))}</span></p>
      <p dir="auto">${one.question}</p>
      ${one.host && html`<p class="muted">${t("Host:")} <bdi>${one.host}</bdi></p>`}
      ${one.open && store.phase.value !== "closed" && html`<button type="button" class="quiet" aria-label=${`${t("Close this question")}: ${one.title}`} onClick=${() => close(one)}>${t("Close this question")}</button>`}
    </li>`)}</ul>
    ${early && html`<${Proposed} store=${store} onTake=${take} />
      <${Ask} key=${taken?.id ?? ""} store=${store} proposal=${taken} onDone=${() => take(null)} />`}
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

/**
 * A new question, empty or from one that was proposed; its words can be made clearer before it is asked.
 * @param {{store: Store, proposal: ProposalView|null, onDone: () => void}} props
 */
function Ask({ store, proposal, onDone }) {
  const [title, setTitle] = useState("");
  const [question, setQuestion] = useState(proposal?.text ?? "");
  const [host, setHost] = useState("");
  useLayoutEffect(() => {
    if (proposal) document.getElementById("ask-title")?.focus();
  }, []);
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const from = { ...(host.trim() ? { host } : {}), ...(proposal ? { proposal: proposal.id } : {}) };
    const entry = await store.act({ t: "open_forum", title, question, ...from });
    if (entry.stage !== "done") return;
    for (const empty of [setTitle, setQuestion, setHost]) empty("");
    onDone();
    store.say("ok", t("The question is open to everyone."));
  };
  return html`<details open=${proposal !== null}><summary>${t("Ask another question")}</summary>
    <form onSubmit=${send}>
      ${proposal && html`<p class="muted">${t("Proposed by a participant. Change the words if that makes it clearer.")}</p>`}
      <label class="field"><span>${t("Short title")}</span>
        <input id="ask-title" type="text" required maxlength="200" value=${title} onInput=${(/** @type {any} */ e) => setTitle(e.target.value)} /></label>
      <label class="field"><span>${t("The question, in full")}</span>
        <textarea rows="2" required maxlength="500" value=${question} onInput=${(/** @type {any} */ e) => setQuestion(e.target.value)}></textarea></label>
      <label class="field"><span>${t("Who looks after it? (optional)")}</span>
        <input type="text" maxlength="80" value=${host} onInput=${(/** @type {any} */ e) => setHost(e.target.value)} /></label>
      <div class="actions"><button type="submit" class="primary">${t("Ask it")}</button>
        ${proposal && html`<button type="button" onClick=${onDone}>${t("Cancel")}</button>`}</div>
    </form></details>`;
}
