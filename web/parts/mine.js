/**
 * Everything one has written in this jam, with where it stands.
 */

import { t } from "../words/words.js";
import { Byline, Edits, Tags, Words, excerpt } from "./idea.js";
import { OwnActions } from "./own.js";
import { Sent } from "./sent.js";
import { html } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */

/** @param {{store: Store}} props */
export function Mine({ store }) {
  const { state, lists } = store.screen.value;
  const nothing = lists.mine.length === 0 && !store.entries.value.some((entry) => typeof entry.command.text === "string");
  return html`<section aria-labelledby="mine-title">
    <h1 id="mine-title" tabindex="-1">${nothing ? t("You have not written anything yet") : t("What you have written")}</h1>
    <${Sent} store=${store} label=${t("On their way")} of=${() => true} />
    <ol class="ideas">${lists.mine.map((idea) => html`<li class="card is-own" key=${idea.id}>
      ${idea.reply_to && html`<p class="muted">${t("Reply to “{idea}”", { idea: excerpt(state.ideas[idea.reply_to]) })}</p>`}
      <${Words} idea=${idea} />
      <${Tags} idea=${idea} />
      <${Byline} idea=${idea} mine=${true} now=${store.now()} />
      <${Edits} idea=${idea} jam=${store.boot.jam} />
      <${OwnActions} store=${store} idea=${idea} />
    </li>`)}</ol>
  </section>`;
}
