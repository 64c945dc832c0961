/**
 * Questions that participants would like to be asked: proposed in their room, taken up in the
 * facilitator's. Only those who run the jam see them.
 */

import { draft, lengthOf } from "../state/drafts.js";
import { announce } from "../state/spoken.js";
import { ago } from "../words/times.js";
import { t, tn } from "../words/words.js";
import { Kept } from "./copy.js";
import { TextField, pointTo, useDraft } from "./field.js";
import { Sent } from "./sent.js";
import { html, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../wire/frames.js").ProposalView} ProposalView */

export const QUESTION_LIMIT = 500;
const PLACE = "propose";

/** Whether questions are taken in the phase that runs. @param {Store} store */
export function early(store) {
  return ["lobby", "ideate", "build"].includes(store.phase.value ?? "");
}

/** What stands between a question and asking it; empty when nothing does. @param {string} text */
export function wrongQuestion(text) {
  const length = lengthOf(text);
  if (length === 0) return t("Enter a question");
  if (length > QUESTION_LIMIT) return t("Question must be {limit} characters or less. It has {length}", { limit: QUESTION_LIMIT, length });
  return "";
}

/** Where a participant proposes one; what is typed stays when its time is over. @param {{store: Store}} props */
export function Propose({ store }) {
  const [text, setText] = useDraft(store, PLACE);
  const [error, setError] = useState("");
  const [begun] = useState(text !== "");
  const open = early(store) && !store.screen.value.state.jam?.paused_at;
  const send = (/** @type {Event|undefined} */ event) => {
    event?.preventDefault();
    // The kept text, not the drawn one: it is gone with the first press, however fast the second comes.
    const typed = draft(store.keep, PLACE);
    const problem = wrongQuestion(typed);
    setError(problem);
    pointTo("propose-text");
    if (problem || !open) return;
    void store.act({ t: "propose_question", text: typed }).then(({ stage }) => {
      if (stage === "done") store.say("ok", t("Your question is with the people who run the jam. Only they see it; they may open it to everyone."));
    });
    setText("");
    announce(t("Sending"));
  };
  const field = html`<${TextField} id="propose-text" label=${t("What should everyone be asked?")} rows="2" text=${text} limit=${QUESTION_LIMIT}
    error=${error} readonly=${!open} onText=${(/** @type {string} */ now) => (setText(now), error && setError(""))} onSend=${send} />`;
  return html`
    <${Sent} store=${store} label=${t("Your questions on their way")} of=${(/** @type {any} */ entry) => entry.command.t === "propose_question"} />
    ${open && html`<details class="propose" open=${begun}><summary>${t("Propose another question")}</summary>
      <form onSubmit=${send} novalidate>${field}<div class="actions"><button type="submit">${t("Propose it")}</button></div></form>
      <${OwnProposals} store=${store} /></details>`}
    ${!open && text !== "" && html`<div class="propose">
      <${Kept} store=${store} text=${text} over=${t("Time to propose questions is over.")} onAway=${() => setText("")} />${field}</div>`}`;
}

/** The questions that were proposed from this browser: only those who run the jam get them from the server. @param {{store: Store}} props */
export function OwnProposals({ store }) {
  const names = store.entries.value && store.keep.names("proposed/");
  if (names.length === 0) return null;
  return html`<section aria-labelledby="own-proposals-title">
    <h2 id="own-proposals-title">${tn("Question you proposed", "Questions you proposed", names.length)}</h2>
    <ul class="forums">${names.sort().map((name) => html`<li key=${name}>
      <p dir="auto">${store.keep.get(name)}</p>
      <p class="byline"><span class="standing is-ok">${t("Sent to the facilitators")}</span></p>
    </li>`)}</ul>
  </section>`;
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
