/**
 * A button that copies a text, and says that it did.
 */

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

/** The clipboard needs https (or loopback) and the browser's consent. @param {string} text */
async function putOnClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
