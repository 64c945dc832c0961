/**
 * What waits for a check, oldest first, to be worked through without a mouse.
 *
 * After a decision focus goes to the next text. A text that somebody else decided stays, greyed and
 * with their name, for as long as it has focus: nothing is pulled away under a reader.
 */

import { decided, heldFor } from "../words/lists.js";
import { age } from "../words/times.js";
import { t, tn } from "../words/words.js";
import { RuleDialog } from "./dialog.js";
import { focusItem, idOf } from "./focus.js";
import { Byline, Tags, Words, excerpt } from "./idea.js";
import { useKeys } from "./keys.js";
import { html, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/deciding.js").Deciding} Deciding */
/** @typedef {import("../wire/frames.js").IdeaView} IdeaView */
/** @typedef {{idea: IdeaView, verdict: "hide"|"return"}} Asked */

const PAGE = 20;

/** @param {{store: Store, deciding: Deciding}} props */
export function Queue({ store, deciding }) {
  const { state, lists } = store.screen.value;
  const [focused, setFocused] = useState("");
  const [asked, ask] = useState(/** @type {Asked|null} */ (null));
  const [count, setCount] = useState(PAGE);
  const left = state.ideas[focused];
  const lingers = left && left.status !== "pending" ? [left] : [];
  const items = [...lists.queue.slice(0, count), ...lingers].sort((a, b) => a.seq - b.seq);
  const decide = (/** @type {IdeaView} */ idea, /** @type {"approve"|"return"|"hide"} */ verdict, rule = "", note = "") => {
    focusNext(items, idea.id);
    void deciding.decide(idea, verdict, rule, note);
  };
  const current = () => items.find((one) => one.id === focused && one.status === "pending") ?? items[0];
  useKeys(store, { items, focused, current, ask, approve: (idea) => decide(idea, "approve"), undo: () => deciding.undo(), help: () => (deciding.sheet.value = true) });
  return html`<section class="queue" aria-labelledby="queue-title">
    <h2 id="queue-title" tabindex="-1">${title(lists.queue)}</h2>
    <${Made} store=${store} deciding=${deciding} />
    <ol class="ideas" onFocusIn=${(/** @type {FocusEvent} */ event) => setFocused(idOf(event.target))}
      onFocusOut=${(/** @type {FocusEvent} */ event) => event.relatedTarget && setFocused(idOf(event.relatedTarget))}>
      ${items.map((idea) => html`<${Waiting} key=${idea.id} store=${store} idea=${idea} busy=${deciding.busy.value.includes(idea.id)}
        onApprove=${() => decide(idea, "approve")} onAsk=${(/** @type {"hide"|"return"} */ verdict) => ask({ idea, verdict })} />`)}
    </ol>
    ${lists.queue.length > count && html`<button type="button" onClick=${() => setCount(count + PAGE)}>${tn("Show {n} more", "Show {n} more", Math.min(PAGE, lists.queue.length - count))}</button>`}
    ${asked && html`<${AskRule} asked=${asked} onClose=${() => ask(null)}
      onDone=${(/** @type {string} */ rule, /** @type {string} */ note) => decide(asked.idea, asked.verdict, rule, note)} />`}
  </section>`;
}

/** @param {IdeaView[]} queue */
function title(queue) {
  if (queue.length === 0) return t("Nothing is waiting for a check");
  if (queue.some((one) => one.reply_to)) return tn("{n} reply is waiting for a check", "{n} ideas and replies are waiting for a check", queue.length);
  return tn("{n} idea is waiting for a check", "{n} ideas are waiting for a check", queue.length);
}

/** The text after `id` gets focus, else the one before, else the heading. @param {IdeaView[]} items @param {string} id */
function focusNext(items, id) {
  const at = items.findIndex((one) => one.id === id);
  const next = items[at + 1] ?? items[at - 1];
  if (next) focusItem(next.id);
  else document.getElementById("queue-title")?.focus();
}

/** @param {{asked: Asked, onDone: (rule: string, note: string) => void, onClose: () => void}} props */
export function AskRule({ asked, onDone, onClose }) {
  const hide = asked.verdict === "hide";
  return html`<${RuleDialog} title=${hide ? t("Hide this text?") : t("Return this text to its author?")}
    says=${t("“{text}”", { text: excerpt(asked.idea) })} action=${hide ? t("Hide") : t("Return")}
    note=${t("Note to the author (optional)")} onDone=${onDone} onClose=${onClose} />`;
}

/** @param {{store: Store, idea: IdeaView, busy: boolean, onApprove: () => void, onAsk: (verdict: "hide"|"return") => void}} props */
function Waiting({ store, idea, busy, onApprove, onAsk }) {
  const { state } = store.screen.value;
  const over = idea.status !== "pending";
  return html`<li data-idea=${idea.id} class=${over || busy ? "card is-over" : "card"}>
    <article tabindex="-1" aria-label=${`${heldFor(idea.held_for)}: ${excerpt(idea)}`}>
      <p class="held"><span class="standing is-hold">${heldFor(idea.held_for)}</span> <span class="muted">${t("waits {age}", { age: age(store.now() - idea.at) })}</span></p>
      ${idea.reply_to && html`<p class="muted">${t("Reply to “{idea}”", { idea: excerpt(state.ideas[idea.reply_to]) })}</p>`}
      <${Words} idea=${idea} />
      <${Tags} idea=${idea} />
      <${Byline} idea=${idea} now=${store.now()} />
      ${over ? html`<p class="standing is-hold">${outcome(idea)}</p>` : html`<div class="actions">
        <button type="button" class="primary" disabled=${busy} onClick=${onApprove}>${t("Approve")}</button>
        <button type="button" disabled=${busy} onClick=${() => onAsk("hide")}>${t("Hide")}</button>
        <button type="button" disabled=${busy} onClick=${() => onAsk("return")}>${t("Return")}</button>
      </div>`}
    </article>
  </li>`;
}

/** @param {IdeaView} idea */
function outcome(idea) {
  if (idea.decided_by && idea.status !== "withdrawn") return t("{done} by {who}", { done: decided(idea.status), who: idea.decided_by });
  return decided(idea.status);
}

/** One's own last decisions, each with its undo: never only a key, never gone after seconds. @param {{store: Store, deciding: Deciding}} props */
function Made({ store, deciding }) {
  const { state } = store.screen.value;
  const made = deciding.made.value.toReversed();
  if (made.length === 0) return null;
  return html`<details class="made" open><summary>${t("Your last decisions")}</summary>
    <ul>${made.map((one) => html`<li key=${one.idea}>
      <span>${decided(one.status)}: <q dir="auto">${excerpt(state.ideas[one.idea])}</q></span>
      <button type="button" class="quiet" aria-label=${t("Undo: {text}", { text: excerpt(state.ideas[one.idea]) })} onClick=${() => deciding.undo(one)}>${t("Undo")}</button>
    </li>`)}</ul></details>`;
}
