/**
 * What everyone can see, as the staff see it: reported texts first, then all, newest first. Any
 * shown text can be hidden or returned; a hidden one can be shown again.
 */

import { EVERYTHING } from "../state/select.js";
import { windowOf } from "../state/reading.js";
import { decided, ruleName, statusName } from "../words/lists.js";
import { t, tn } from "../words/words.js";
import { NewOnes } from "./feed.js";
import { Byline, Tags, Words, excerpt } from "./idea.js";
import { AskRule } from "./queue.js";
import { classes, html, memo, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/deciding.js").Deciding} Deciding */
/** @typedef {import("../wire/frames.js").IdeaView} IdeaView */

/** @param {{store: Store, deciding: Deciding, minute: number}} props */
export function Flagged({ store, deciding, minute }) {
  const { state, lists } = store.screen.value;
  if (lists.flagged.length === 0) return null;
  const title = tn("{n} text was reported", "{n} texts were reported", lists.flagged.length);
  return html`<section aria-labelledby="flagged-title"><h2 id="flagged-title">${title}</h2>
    <ol class="ideas">${lists.flagged.map((idea) => html`<${Card} key=${idea.id} store=${store} deciding=${deciding} idea=${idea}
      flags=${state.flags[idea.id]} to=${excerpt(state.ideas[idea.reply_to ?? ""])} minute=${minute} keys=${true} />`)}</ol></section>`;
}

/** @param {{store: Store, deciding: Deciding, minute: number}} props */
export function Shown({ store, deciding, minute }) {
  const { state, lists } = store.screen.value;
  const reading = store.reading.value;
  const { ideas, waiting, below } = windowOf(lists.feed[EVERYTHING], reading, EVERYTHING);
  const title = ideas.length === 0 ? t("Nothing is shown yet") : t("What everyone can see");
  const show = () => {
    store.showNew(EVERYTHING);
    document.getElementById("shown-title")?.focus();
  };
  return html`<section class="feed" aria-labelledby="shown-title"><h2 id="shown-title" tabindex="-1">${title}</h2>
    <${NewOnes} store=${store} label=${waiting > 0 && !reading.paused ? tn("Show {n} new text", "Show {n} new texts", waiting) : ""} onShow=${show} />
    <ol class="ideas">${ideas.map((idea) => html`<${Card} key=${idea.id} store=${store} deciding=${deciding} idea=${idea} flags=${state.flags[idea.id] ?? 0}
      to=${excerpt(state.ideas[idea.reply_to ?? ""])} minute=${minute} />`)}</ol>
    ${(below > 0 || state.older) && html`<div class="actions"><button type="button" onClick=${() => store.showOlder(EVERYTHING)}>${t("Show older texts")}</button></div>`}
  </section>`;
}

const Card = memo(
  /** @param {{store: Store, deciding: Deciding, idea: IdeaView, flags: number, to: string, minute: number, keys?: boolean}} props `keys`: can be decided about by keys */
  function Card({ store, deciding, idea, flags, to, keys }) {
    const [asked, ask] = useState(/** @type {"hide"|"return"|null} */ (null));
    const down = idea.status === "hidden" || idea.status === "returned";
    const reports = tn("{n} report", "{n} reports", flags);
    return html`<li data-idea=${keys ? idea.id : undefined}>
      <${keys ? "article" : "div"} class=${classes("card", idea.status !== "published" && "is-over")} tabindex=${keys ? "-1" : undefined} aria-label=${keys ? `${reports}: ${excerpt(idea)}` : undefined}>
      ${idea.reply_to && html`<p class="muted">${t("Reply to “{idea}”", { idea: to })}</p>`}
      <${Words} idea=${idea} />
      <${Tags} idea=${idea} />
      <${Byline} idea=${idea} now=${store.now()}>${flags > 0 && html`<span class="standing is-stop">${reports}</span>`}</${Byline}>
      ${idea.status !== "published" && html`<${Down} idea=${idea} />`}
      <div class="actions">
        ${idea.status === "published" && html`
          <button type="button" class="quiet" aria-label=${`${t("Hide")}: ${excerpt(idea)}`} onClick=${() => ask("hide")}>${t("Hide")}</button>
          <button type="button" class="quiet" aria-label=${`${t("Return")}: ${excerpt(idea)}`} onClick=${() => ask("return")}>${t("Return")}</button>`}
        ${down && html`<button type="button" class="quiet" aria-label=${`${t("Show it again")}: ${excerpt(idea)}`} onClick=${() => deciding.decide(idea, "approve")}>${t("Show it again")}</button>`}
      </div>
      <//>
      ${asked && html`<${AskRule} asked=${{ idea, verdict: asked }} onClose=${() => ask(null)}
        onDone=${(/** @type {string} */ rule, /** @type {string} */ note) => deciding.decide(idea, asked, rule, note)} />`}
    </li>`;
  },
);

/** That it is out of sight, through whom, and why. @param {{idea: IdeaView}} props */
function Down({ idea }) {
  const judged = idea.status === "hidden" || idea.status === "returned";
  const word = idea.status === "pending" ? statusName(idea.status) : decided(idea.status);
  return html`<p class="byline"><span class=${idea.status === "pending" ? "standing is-hold" : "standing is-stop"}>${word}</span>
    ${judged && idea.rule && html`<span>${t("Rule: {rule}", { rule: ruleName(idea.rule) })}</span>`}
    ${judged && idea.decided_by && html`<span>${t("by {who}", { who: idea.decided_by })}</span>`}
    ${judged && idea.note && html`<q dir="auto">${idea.note}</q>`}</p>`;
}
