/**
 * Questions that participants would like to be asked: proposed in their room, taken up in the
 * facilitator's. Only those who run the jam see them.
 */

import { t, tn } from "../words/words.js";
import { ago } from "../words/times.js";
import { html, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../wire/frames.js").ProposalView} ProposalView */

/** Where a participant proposes one. @param {{store: Store}} props */
export function Propose({ store }) {
  const [text, setText] = useState("");
  const [missing, setMissing] = useState(false);
  const { jam } = store.screen.value.state;
  const early = ["lobby", "ideate", "build"].includes(store.phase.value ?? "") && !jam?.paused_at;
  if (!early) return null;
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    setMissing(text.trim() === "");
    if (text.trim() === "") return void document.getElementById("propose-text")?.focus();
    const entry = await store.act({ t: "propose_question", text });
    if (entry.stage !== "done") return;
    setText("");
    store.say("ok", t("Your question is with the people who run the jam. Only they see it; they may open it to everyone."));
  };
  return html`<details class="propose"><summary>${t("Propose another question")}</summary>
    <form onSubmit=${send} novalidate>
      <div class=${missing ? "field has-error" : "field"}>
        <label for="propose-text">${t("What should everyone be asked?")}</label>
        ${missing && html`<p class="error" id="propose-error"><span class="spoken">${t("Error:")} </span>${t("Enter a question")}</p>`}
        <textarea id="propose-text" rows="2" maxlength="500" dir="auto" value=${text} aria-invalid=${missing ? "true" : undefined}
          aria-describedby=${missing ? "propose-error" : undefined} onInput=${(/** @type {any} */ e) => setText(e.target.value)}></textarea>
      </div>
      <div class="actions"><button type="submit">${t("Propose it")}</button></div>
    </form></details>`;
}

/** What waits to be taken up, oldest first. @param {{store: Store, onTake: (proposal: ProposalView) => void}} props */
export function Proposed({ store, onTake }) {
  const all = Object.values(store.screen.value.state.proposals);
  const open = all.filter((one) => !one.forum).sort((a, b) => a.at - b.at);
  if (open.length === 0) return null;
  return html`<section aria-labelledby="proposed-title">
    <h3 id="proposed-title">${tn("{n} question was proposed", "{n} questions were proposed", open.length)}</h3>
    <ul class="forums">${open.map((one) => html`<li key=${one.id}>
      <p dir="auto">${one.text}</p>
      <p class="muted"><bdi>${one.handle ?? t("Somebody")}</bdi>, ${ago(store.now() - one.at)}</p>
      <button type="button" aria-label=${`${t("Ask this")}: ${one.text.slice(0, 60)}`} onClick=${() => onTake(one)}>${t("Ask this")}</button>
    </li>`)}</ul>
  </section>`;
}
