/**
 * Questions that are asked before something happens: yes or no, and under which rule.
 *
 * The browser's own modal dialog: it keeps focus inside, closes with Escape and gives focus back.
 */

import { lengthOf } from "../state/drafts.js";
import { RULES, ruleName } from "../words/lists.js";
import { t } from "../words/words.js";
import { TextField } from "./field.js";
import { html, useLayoutEffect, useRef, useState } from "./view.js";

const NOTE_LIMIT = 500;

/**
 * @param {{title: string, onClose: () => void, children?: any}} props
 */
export function Dialog({ title, onClose, children }) {
  const ref = useRef(/** @type {HTMLDialogElement|null} */ (null));
  useLayoutEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      if (!dialog?.open) return;
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const cancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    onClose();
  };
  return html`<dialog ref=${ref} aria-labelledby="dialog-title" onCancel=${cancel}>
    <h2 id="dialog-title">${title}</h2>
    ${children}
  </dialog>`;
}

/** Close first, so that what follows may put focus where it belongs. @param {Event} event */
function shut(event) {
  if (event.currentTarget instanceof Element) event.currentTarget.closest("dialog")?.close();
}

/**
 * @param {{title: string, consequence: string[], action: string, onYes: () => void, onClose: () => void, stop?: boolean}} props
 */
export function Confirm({ title, consequence, action, onYes, onClose, stop }) {
  const yes = (/** @type {Event} */ event) => {
    shut(event);
    onClose();
    onYes();
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    ${consequence.map((line) => html`<p key=${line}>${line}</p>`)}
    <div class="actions">
      <button type="button" class=${stop ? "primary is-stop" : "primary"} onClick=${yes}>${action}</button>
      <button type="button" onClick=${onClose}>${t("Cancel")}</button>
    </div>
  </${Dialog}>`;
}

/** Name the rule (always) and leave a note (where `note` asks for one).
 * @param {{title: string, says: string, action: string, note: string|null,
 *   onDone: (rule: string, note: string) => void, onClose: () => void}} props
 */
export function RuleDialog({ title, says, action, note, onDone, onClose }) {
  const [rule, setRule] = useState("");
  const [text, setText] = useState("");
  const [missing, setMissing] = useState(false);
  const first = useRef(/** @type {HTMLElement|null} */ (null));
  const long = lengthOf(text) > NOTE_LIMIT ? t("A note must be {limit} characters or less", { limit: NOTE_LIMIT }) : "";
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (rule && long) return document.getElementById("rule-note")?.focus();
    if (rule) {
      shut(event);
      onClose();
      onDone(rule, text.trim());
      return;
    }
    setMissing(true);
    first.current?.querySelector("input")?.focus();
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form onSubmit=${send} novalidate>
      <p>${says}</p>
      <fieldset ref=${first} aria-describedby=${missing ? "rule-error" : undefined}>
        <legend>${t("Which rule does it break?")}</legend>
        ${missing && html`<p class="error" id="rule-error">${t("Name the rule")}</p>`}
        ${RULES.map((one) => html`<label class="choice" key=${one}>
          <input type="radio" name="rule" value=${one} checked=${rule === one} onChange=${() => setRule(one)} /> ${ruleName(one)}</label>`)}
      </fieldset>
      ${note !== null && html`<${TextField} id="rule-note" label=${note} rows="2" text=${text} limit=${NOTE_LIMIT} error=${long} onText=${setText} />`}
      <div class="actions">
        <button type="submit" class="primary is-stop">${action}</button>
        <button type="button" onClick=${onClose}>${t("Cancel")}</button>
      </div>
    </form>
  </${Dialog}>`;
}
