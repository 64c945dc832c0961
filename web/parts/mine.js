/**
 * Everything one has written in this jam, with where it stands.
 */

import { t } from "../words/words.js";
import { Byline, Edits, Tags, Words, excerpt } from "./idea.js";
import { OwnActions } from "./own.js";
import { OwnProposals } from "./proposals.js";
import { Sent } from "./sent.js";
import { html } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../wire/frames.js").IdeaView} IdeaView */

const LATEST = 3;

/**
 * One's newest ideas in a forum that are not in the feed below yet, with where they stand.
 * @param {{store: Store, forum: string}} props
 */
export function JustSent({ store, forum }) {
  const upTo = store.reading.value.upTo[forum] ?? 0;
  const latest = store.screen.value.lists.mine.filter(
    (idea) => idea.forum === forum && !idea.reply_to && (idea.published ?? Infinity) > upTo && current(store, idea),
  );
  if (latest.length === 0) return null;
  return html`<section aria-labelledby="just-sent-title">
    <h2 id="just-sent-title" class="spoken">${t("Your latest ideas")}</h2>
    <ol class="ideas">${latest.slice(0, LATEST).map((idea) => html`<${OwnCard} key=${idea.id} store=${store} idea=${idea} />`)}</ol>
    ${latest.length > LATEST && html`<p><a href="#mine">${t("All that you have written")}</a></p>`}
  </section>`;
}

/** Written in this visit, or still in a moderator's hands. @param {Store} store @param {IdeaView} idea */
function current(store, idea) {
  return idea.seq > store.arrived || idea.status === "pending" || idea.status === "returned";
}

/** @param {{store: Store, idea: IdeaView}} props */
function OwnCard({ store, idea }) {
  const { state } = store.screen.value;
  return html`<li class=${idea.status === "published" || idea.status === "pending" ? "card is-own" : "card is-own is-over"}>
    ${idea.reply_to && html`<p class="muted">${t("Reply to “{idea}”", { idea: excerpt(state.ideas[idea.reply_to]) })}</p>`}
    <${Words} idea=${idea} />
    <${Tags} idea=${idea} />
    <${Byline} idea=${idea} mine=${true} now=${store.now()} />
    <${Edits} idea=${idea} jam=${store.boot.jam} />
    <${OwnActions} store=${store} idea=${idea} />
  </li>`;
}

/** @param {{store: Store}} props */
export function Mine({ store }) {
  const { lists } = store.screen.value;
  const nothing = lists.mine.length === 0 && store.keep.names("proposed/").length === 0 && !store.entries.value.some((entry) => typeof entry.command.text === "string");
  return html`<section aria-labelledby="mine-title">
    <h1 id="mine-title" tabindex="-1">${nothing ? t("You have not written anything yet") : t("What you have written")}</h1>
    <${Sent} store=${store} label=${t("On their way")} of=${() => true} />
    <ol class="ideas">${lists.mine.map((idea) => html`<${OwnCard} key=${idea.id} store=${store} idea=${idea} />`)}</ol>
    <${OwnProposals} store=${store} />
  </section>`;
}
