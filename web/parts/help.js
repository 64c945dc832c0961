/**
 * Help for people who take part: how it works, the rules, what is kept. Always in the same place.
 */

import { RULES, ruleName } from "../words/lists.js";
import { t } from "../words/words.js";
import { html } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */

/** @param {{store: Store}} props */
export function Help({ store }) {
  const { organisation, me } = store.boot;
  return html`<section aria-labelledby="help-title" class="prose">
    <h1 id="help-title" tabindex="-1">${t("How this jam works")}</h1>
    <p>${t("You are here as {handle}. {organisation} runs this jam.", { handle: me.handle, organisation })}</p>
    <h2>${t("Writing")}</h2>
    <p>${t("What you type is kept in this browser at every keystroke, and is cleared when you send it. “Saved” means that the server has it on record.")}</p>
    <p>${t("“Waiting for a check” means that a moderator reads your text before others can. You find everything you wrote, and where it stands, under Mine.")}</p>
    <p>${t("You can change or withdraw what you wrote. Everyone can see that a text was changed and read the earlier one.")}</p>
    <h2>${t("The rules")}</h2>
    <p>${t("A moderator may hide or return a text for these reasons and no others. Criticism is not one of them.")}</p>
    <ul>${RULES.map((rule) => html`<li key=${rule}>${ruleName(rule)}</li>`)}</ul>
    <p><a href=${`/jams/${store.boot.jam}/help`}>${t("What this jam adds: its house rules and its privacy notice")}</a></p>
    <h2>${t("When time is over")}</h2>
    <p>${t("A text that you could not send in time stays on this device. You can copy it and give it to the people who run the jam.")}</p>
    <p>${t("If you need more time, tell a facilitator: they can extend the phase for everyone.")}</p>
    <h2>${t("On a device that others use")}</h2>
    <p>${t("Sign out when you are done, so that nobody goes on under your name.")} <a href="/sign-out">${t("Sign out")}</a></p>
  </section>`;
}
