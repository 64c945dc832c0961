/**
 * What waits for a check, oldest first, to be worked through without a mouse; the keys go on to the
 * reported texts below it.
 *
 * After a decision focus goes to the next text. A text that somebody else decided stays for a while,
 * greyed and with their name: nothing moves under a reader's eyes or pointer. Keys act on the text
 * that has focus and on no other.
 */

import { waitsSince } from "../state/select.js";
import { decided, heldFor } from "../words/lists.js";
import { age } from "../words/times.js";
import { t, tn } from "../words/words.js";
import { RuleDialog } from "./dialog.js";
import { focusItem, idOf } from "./focus.js";
import { Byline, Tags, Words, excerpt } from "./idea.js";
import { useKeys } from "./keys.js";
import { html, useEffect, useRef, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/deciding.js").Deciding} Deciding */
/** @typedef {import("../wire/frames.js").IdeaView} IdeaView */
/** @typedef {{idea: IdeaView, verdict: "hide"|"return"}} Asked */
/** @typedef {{waiting: IdeaView, since: number}} Seen `since`: when it was first seen decided; 0 while it waits */

const PAGE = 20;
const STAY_MS = 10_000;
const LOOK_MS = 2_000;

/** @param {{store: Store, deciding: Deciding}} props */
export function Queue({ store, deciding }) {
  const { state, lists } = store.screen.value;
  const [asked, ask] = useState(/** @type {Asked|null} */ (null));
  const [count, setCount] = useState(PAGE);
  const { items, sweep } = useLingering(state.ideas, lists.queue.slice(0, count), (one) => deciding.mine.get(one.id) === one.version, ".queue .ideas");
  const open = [...items.filter((one) => one.status === "pending"), ...lists.flagged];
  const decide = (/** @type {IdeaView} */ idea, /** @type {"approve"|"return"|"hide"} */ verdict, rule = "", note = "") => {
    focusNext(open, idea.id);
    sweep();
    void deciding.decide(idea, verdict, rule, note);
  };
  const current = () => open.find((one) => one.id === idOf(document.activeElement));
  const approve = (/** @type {IdeaView} */ idea) => {
    if (idea.status === "pending") decide(idea, "approve");
    else store.say("stop", t("This text is shown already. Press h to hide it, or r to return it."));
  };
  const missing = () => store.say("stop", t("No text is selected, so nothing was decided. Press j to go to the first one."));
  useKeys(store, { items: [...items, ...lists.flagged], current, missing, ask, approve, undo: () => deciding.undo(), help: () => (deciding.sheet.value = true) });
  return html`<section class="queue" aria-labelledby="queue-title">
    <h2 id="queue-title" tabindex="-1">${title(lists.queue)}</h2>
    <${Made} store=${store} deciding=${deciding} />
    <ol class="ideas">
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

/**
 * The queue with the texts that left it by another hand: they stay where they were for a while, so that
 * nothing moves because a colleague was faster. They leave with one's own next decision (the list moves
 * then anyway), or later, when neither pointer nor focus is there.
 * @param {Record<string, IdeaView>} ideas as they stand now
 * @param {IdeaView[]} queue what waits and is drawn, in its order
 * @param {(waiting: IdeaView) => boolean} mine whether the text was decided on this very screen
 * @param {string} list selector of the list
 * @returns {{items: IdeaView[], sweep: () => void}} `items`: both kinds, each in its old place
 */
function useLingering(ideas, queue, mine, list) {
  const seen = useRef(/** @type {Map<string, Seen>} */ (new Map())).current;
  const [, redraw] = useState(0);
  const drawn = new Set(queue.map((one) => one.id));
  for (const waiting of queue) seen.set(waiting.id, { waiting, since: 0 });
  for (const [id, one] of seen) {
    if (drawn.has(id)) continue;
    if (!ideas[id] || ideas[id].status === "pending" || mine(one.waiting)) seen.delete(id);
    else one.since ||= Date.now();
  }
  const gone = [...seen.values()].filter((one) => one.since > 0);
  const leave = (/** @type {(one: Seen) => boolean} */ which) => {
    for (const one of gone.filter(which)) seen.delete(one.waiting.id);
    redraw((n) => n + 1);
  };
  useEffect(() => {
    if (gone.length === 0) return;
    const timer = setInterval(() => leave((one) => Date.now() - one.since > STAY_MS && !attended(list)), LOOK_MS);
    return () => clearInterval(timer);
  }, [gone.length]);
  const items = inPlace(queue, gone).map((one) => ideas[one.id] ?? one);
  return { items, sweep: () => gone.length > 0 && leave(() => true) };
}

/** The waiting ones in their order, those that are gone before the first that came after them. @param {IdeaView[]} queue @param {Seen[]} gone */
function inPlace(queue, gone) {
  const all = [...queue, ...gone.map((one) => one.waiting)];
  return all.sort((a, b) => waitsSince(a) - waitsSince(b) || a.seq - b.seq);
}

/** Whether somebody points at the list or has focus in it. @param {string} list */
function attended(list) {
  const place = document.querySelector(list);
  return Boolean(place && (place.matches(":hover") || place.contains(document.activeElement)));
}

/** The text after `id` gets focus, else the one before, else the heading. @param {IdeaView[]} open what waits for a decision @param {string} id */
function focusNext(open, id) {
  const at = open.findIndex((one) => one.id === id);
  const next = open[at + 1] ?? open[at - 1];
  if (next) focusItem(next.id);
  else document.getElementById("queue-title")?.focus();
}

/** @param {{asked: Asked, onDone: (rule: string, note: string) => void, onClose: () => void}} props */
export function AskRule({ asked, onDone, onClose }) {
  const hide = asked.verdict === "hide";
  return html`<${RuleDialog} title=${hide ? t("Hide this text?") : t("Return this text to its author?")}
    says=${t("“{text}”", { text: excerpt(asked.idea) })} action=${hide ? t("Hide") : t("Return")}
    note=${hide ? t("Note to the author (optional)") : t("What should the author change? They read this.")} onDone=${onDone} onClose=${onClose} />`;
}

/** @param {{store: Store, idea: IdeaView, busy: boolean, onApprove: () => void, onAsk: (verdict: "hide"|"return") => void}} props */
function Waiting({ store, idea, busy, onApprove, onAsk }) {
  const { state } = store.screen.value;
  const over = idea.status !== "pending";
  const act = (/** @type {() => void} */ go) => () => over || go();
  return html`<li data-idea=${idea.id} class=${over || busy ? "card is-over" : "card"}>
    <article tabindex="-1" aria-label=${`${heldFor(idea.held_for)}: ${excerpt(idea)}`}>
      <p class="held">${over ? html`<span class="standing is-stop">${outcome(idea)}</span>` : html`
        <span class="standing is-hold">${heldFor(idea.held_for)}</span> <span class="muted">${t("waits {age}", { age: age(store.now() - waitsSince(idea)) })}</span>`}</p>
      ${idea.reply_to && html`<p class="muted">${t("Reply to “{idea}”", { idea: excerpt(state.ideas[idea.reply_to]) })}</p>`}
      <${Words} idea=${idea} />
      <${Tags} idea=${idea} />
      <${Byline} idea=${idea} now=${store.now()} />
      <div class="actions">
        <button type="button" class="primary" disabled=${busy} aria-disabled=${over} onClick=${act(onApprove)}>${t("Approve")}</button>
        <button type="button" disabled=${busy} aria-disabled=${over} onClick=${act(() => onAsk("hide"))}>${t("Hide")}</button>
        <button type="button" disabled=${busy} aria-disabled=${over} onClick=${act(() => onAsk("return"))}>${t("Return")}</button>
      </div>
    </article>
  </li>`;
}

/** @param {IdeaView} idea */
function outcome(idea) {
  if (idea.decided_by && idea.status !== "withdrawn") return t("{done} by {who}", { done: decided(idea.status), who: idea.decided_by });
  return decided(idea.status);
}

/**
 * One's own last decisions, each with its undo: never only a key, never gone after seconds. Its height stays
 * the same, so that no decision pushes the buttons below it from under the pointer.
 * @param {{store: Store, deciding: Deciding}} props
 */
function Made({ store, deciding }) {
  const { state, lists } = store.screen.value;
  const made = deciding.made.value.toReversed();
  if (made.length + lists.queue.length === 0) return null;
  return html`<details class="made" open><summary>${t("Your last decisions")}</summary>
    ${made.length === 0 && html`<p class="muted">${t("None yet. Each can be undone here.")}</p>`}
    <ul>${made.map((one) => html`<li key=${one.idea + one.version}>
      <span>${decided(one.status)}: <q dir="auto">${excerpt(state.ideas[one.idea])}</q></span>
      ${deciding.overruled(one) ? html`<span class="muted">${since(state.ideas[one.idea])}</span>`
        : html`<button type="button" class="quiet" aria-label=${t("Undo: {text}", { text: excerpt(state.ideas[one.idea]) })} onClick=${() => deciding.undo(one)}>${t("Undo")}</button>`}
    </li>`)}</ul></details>`;
}

/** What became of a text after one's own decision. @param {IdeaView|undefined} idea */
function since(idea) {
  if (!idea || !idea.decided_by) return t("changed since");
  return t("since then: {what}", { what: outcome(idea) });
}
