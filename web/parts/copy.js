/**
 * A button that copies a text, and says that it did; and what is said over a text that was being
 * written when writing stopped.
 */

import { afterWriting } from "../state/select.js";
import { t } from "../words/words.js";
import { announce } from "../state/spoken.js";
import { html, useState } from "./view.js";

/** @param {{text: string, label?: string}} props */
export function Copy({ text, label }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    const copied = await putOnClipboard(text);
    setDone(copied);
    announce(copied ? t("Copied") : t("This browser does not let the page copy. Select the text instead."));
  };
  return html`<button type="button" onClick=${copy}>${done ? t("Copied") : label ?? t("Copy the text")}</button>`;
}

/**
 * Why a text cannot be sent now, that it is kept, and the next step.
 * @param {{store: import("../state/store.js").Store, text: string, over?: string, onAway: () => void}} props
 *   `over`: what to say when its time is over; without it, what holds for replies and changes
 */
export function Kept({ store, text, over, onAway }) {
  const { state } = store.screen.value;
  const paused = Boolean(state.jam?.paused_at);
  const why = paused ? t("The jam is paused. You can go on when it goes on.")
    : over ?? (afterWriting(state) ? t("Time for replies and changes is over.") : t("Replies and changes are not open now."));
  return html`<div class="shut" role="status"><p><strong>${why}</strong></p>
      <p>${paused ? t("Your text below is kept on this device.") : t("Your text below was not sent. It is kept on this device: copy it if you want to use it elsewhere.")}</p></div>
    <div class="actions"><${Copy} text=${text} /> ${!paused && html`<button type="button" class="quiet" onClick=${onAway}>${t("Put away")}</button>`}</div>`;
}

/** The clipboard needs https (or loopback) and the browser's consent. @param {string} text */
async function putOnClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
