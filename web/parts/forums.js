/**
 * The facilitator's hold on the questions: ask another one, close one.
 */

import { forums, takes } from "../state/select.js";
import { t } from "../words/words.js";
import { Confirm } from "./dialog.js";
import { html, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../wire/frames.js").ForumView} ForumView */

/** @param {{store: Store}} props */
export function Forums({ store }) {
  const { state } = store.screen.value;
  const [closing, close] = useState(/** @type {ForumView|null} */ (null));
  const early = ["lobby", "ideate", "build"].includes(store.phase.value ?? "");
  return html`<section aria-labelledby="forums-title">
    <h2 id="forums-title">${t("The questions")}</h2>
    <ul class="forums">${forums(state).map((one) => html`<li key=${one.id}>
      <p dir="auto"><strong>${one.title}</strong> <span class="muted">${standing(one, takes(state, "idea"))}</span></p>
      <p dir="auto">${one.question}</p>
      ${one.open && store.phase.value !== "closed" && html`<button type="button" class="quiet" aria-label=${`${t("Close this question")}: ${one.title}`} onClick=${() => close(one)}>${t("Close this question")}</button>`}
    </li>`)}</ul>
    ${early && html`<${Ask} store=${store} />`}
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

/** @param {{store: Store}} props */
function Ask({ store }) {
  const [title, setTitle] = useState("");
  const [question, setQuestion] = useState("");
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const entry = await store.act({ t: "open_forum", title, question });
    if (entry.stage !== "done") return;
    setTitle("");
    setQuestion("");
    store.say("ok", t("The question is open to everyone."));
  };
  return html`<details><summary>${t("Ask another question")}</summary>
    <form onSubmit=${send}>
      <label class="field"><span>${t("Short title")}</span>
        <input type="text" required maxlength="200" value=${title} onInput=${(/** @type {any} */ e) => setTitle(e.target.value)} /></label>
      <label class="field"><span>${t("The question, in full")}</span>
        <textarea rows="2" required maxlength="500" value=${question} onInput=${(/** @type {any} */ e) => setQuestion(e.target.value)}></textarea></label>
      <div class="actions"><button type="submit" class="primary">${t("Ask it")}</button></div>
    </form></details>`;
}
