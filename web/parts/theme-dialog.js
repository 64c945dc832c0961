/**
 * The frame of every question about themes: it names the version that was looked at, stays open with
 * everything that was entered when it was refused, and says in words what changed meanwhile.
 */

import { t } from "../words/words.js";
import { Dialog } from "./dialog.js";
import { html, useLayoutEffect, useOnce, useRef, useState } from "./view.js";

/** @typedef {import("../state/steering.js").Answer} Answer */

/** Refusals after which one looks at the themes again. */
const STALE = new Set(["theme_changed", "theme_gone", "split_bad", "merge_bad", "ideas_bad", "changed_meanwhile"]);

/**
 * @param {{title: string, action: string, version: number, check?: () => string, onSend: (seen: number) => Promise<Answer>,
 *   onAgain?: () => void, onClose: () => void, busy?: boolean, children?: any}} props `version`: of the map on the screen;
 *   `check`: what is missing, in words; `onAgain`: after somebody else's change
 */
export function ThemeDialog({ title, action, version, check, onSend, onAgain, onClose, busy = false, children }) {
  const [seen, see] = useState(version);
  const [refused, refuse] = useState({ problem: "", code: "" });
  const form = useRef(/** @type {HTMLFormElement|null} */ (null));
  const [sending, send] = useOnce(async () => {
    const missing = check?.() ?? "";
    refuse({ problem: missing, code: "" });
    if (missing || busy) return;
    const answer = await onSend(seen);
    if (!answer.done) return refuse(answer);
    form.current?.closest("dialog")?.close();
    onClose();
  });
  const again = () => {
    see(version);
    refuse({ problem: "", code: "" });
    onAgain?.();
    /** @type {HTMLElement|null|undefined} */ (form.current?.querySelector("input, select, textarea, button"))?.focus();
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form ref=${form} onSubmit=${send} novalidate>
      ${refused.problem && html`<${Refused} text=${refused.problem} onAgain=${STALE.has(refused.code) ? again : undefined} />`}
      ${children}
      <div class="actions">
        <button type="submit" class="primary" aria-disabled=${sending || busy}>${action}</button>
        <button type="button" onClick=${onClose}>${t("Cancel")}</button>
      </div>
    </form>
  </${Dialog}>`;
}

/** @param {{text: string, onAgain?: () => void}} props */
function Refused({ text, onAgain }) {
  const place = useRef(/** @type {HTMLElement|null} */ (null));
  useLayoutEffect(() => place.current?.focus(), [text]);
  return html`<div class="problem" role="alert" tabindex="-1" ref=${place}><p class="error">${text}</p>
    ${onAgain && html`<p><button type="button" onClick=${onAgain}>${t("Look again")}</button></p>`}</div>`;
}
