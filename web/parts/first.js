/**
 * For those who are here for the first time: how it goes, in three steps, until it is put away; and
 * in the lobby a place to try writing, whose text never leaves the browser.
 */

import { t } from "../words/words.js";
import { announce } from "../state/spoken.js";
import { TextField, wrong } from "./field.js";
import { html, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */

/** @param {{store: Store}} props */
export function Guidance({ store }) {
  const [away, put] = useState(store.keep.get("guided") === "yes");
  if (away) return null;
  const close = () => {
    store.keep.set("guided", "yes");
    put(true);
    announce(t("Put away. You find the same under Help."));
    document.getElementById("question")?.focus();
  };
  return html`<section class="banner guidance" aria-labelledby="guidance-title">
    <h2 id="guidance-title">${t("Your first jam?")}</h2>
    <ol class="prose-list">
      <li>${t("Write what comes to mind: one idea at a time, in your own words.")}</li>
      <li>${t("Read the others’ ideas and build on them with a reply.")}</li>
      <li>${t("Change or withdraw yours under Mine. The clock says how long there is.")}</li>
    </ol>
    <button type="button" onClick=${close}>${t("Got it")}</button>
  </section>`;
}

/** A practice idea: it is in this page's memory and nowhere else. @param {{store: Store}} props */
export function Practice({ store }) {
  const limit = store.screen.value.state.jam?.text_limit ?? 500;
  const [text, setText] = useState("");
  const [tried, setTried] = useState("");
  const [error, setError] = useState("");
  const attempt = (/** @type {Event|undefined} */ event) => {
    event?.preventDefault();
    const problem = wrong(text, limit);
    setError(problem);
    document.getElementById("practice-text")?.focus();
    if (problem) return;
    setTried(text);
    setText("");
    announce(t("That is all. It was not sent to anybody."));
  };
  return html`<section class="practice" aria-labelledby="practice-title">
    <h2 id="practice-title">${t("Try it out")}</h2>
    <p class="muted">${t("Write a practice idea. It stays in this window: it is not sent, nobody else sees it, nobody keeps it.")}</p>
    <form class="composer" onSubmit=${attempt} novalidate>
      <${TextField} id="practice-text" label=${t("Your practice idea")} text=${text} limit=${limit} error=${error}
        onText=${(/** @type {string} */ now) => (setText(now), setError(""))} onSend=${attempt} />
      <div class="actions"><button type="submit">${t("Try sending")}</button></div>
    </form>
    ${tried && html`<div class="card is-own is-over">
      <p class="words" dir="auto">${tried}</p>
      <p class="byline"><span class="standing is-hold">${t("Practice: not sent")}</span></p>
      <p class="muted">${t("When the jam runs, “Saved” stands here once the server has your idea on record.")}</p>
      <div class="actions"><button type="button" class="quiet" onClick=${() => setTried("")}>${t("Put away")}</button></div>
    </div>`}
  </section>`;
}
