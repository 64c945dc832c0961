/**
 * Single keys for the queue. Inactive while one types or a dialog is open, and they can be turned
 * off (WCAG 2.1.4); every one of them is also a labelled button.
 */

import { t } from "../words/words.js";
import { Dialog } from "./dialog.js";
import { focusItem, idOf } from "./focus.js";
import { html, useEffect, useRef } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../wire/frames.js").IdeaView} IdeaView */

/**
 * @typedef {object} Hands what the keys act on
 * @property {IdeaView[]} items in their order on the screen
 * @property {() => IdeaView|undefined} current the text to decide about that has focus
 * @property {() => void} missing says that no text has focus
 * @property {(asked: {idea: IdeaView, verdict: "hide"|"return"}) => void} ask
 * @property {(idea: IdeaView) => void} approve
 * @property {() => unknown} undo
 * @property {() => void} help
 */

/** @param {Store} store */
const on = (store) => store.keep.get("keys") !== "off";

/** @param {Store} store @param {Hands} hands */
export function useKeys(store, hands) {
  const latest = useRef(hands);
  latest.current = hands;
  const focused = useRef("");
  useEffect(() => {
    const seen = (/** @type {FocusEvent} */ event) => (focused.current = idOf(event.target));
    const press = (/** @type {KeyboardEvent} */ event) => {
      if (!on(store) || busy(event)) return;
      if (act(event.key, latest.current, focused.current)) event.preventDefault();
    };
    document.addEventListener("focusin", seen);
    document.addEventListener("keydown", press);
    return () => {
      document.removeEventListener("focusin", seen);
      document.removeEventListener("keydown", press);
    };
  }, []);
}

/** Whether the key belongs to something else. @param {KeyboardEvent} event */
function busy(event) {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
  return Boolean(typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]"));
}

/** @param {string} key @param {Hands} hands @param {string} focused the text that had focus last @returns {boolean} whether the key is ours */
function act(key, hands, focused) {
  const idea = hands.current();
  if (key === "j") move(hands.items, focused, 1);
  else if (key === "k") move(hands.items, focused, -1);
  else if (key === "u") hands.undo();
  else if (key === "?") hands.help();
  else if (!["a", "h", "r"].includes(key) || hands.items.length === 0) return false;
  else if (!idea) hands.missing();
  else if (key === "a") hands.approve(idea);
  else hands.ask({ idea, verdict: key === "h" ? "hide" : "return" });
  return true;
}

/** @param {IdeaView[]} items @param {string} focused @param {number} step */
function move(items, focused, step) {
  const at = items.findIndex((one) => one.id === focused);
  const next = at < 0 ? items[0] : items[at + step];
  if (next) focusItem(next.id);
}

/** The list of keys, and the switch. @param {{store: Store, deciding: import("../state/deciding.js").Deciding}} props */
export function Keys({ store, deciding }) {
  const { sheet } = deciding;
  const turn = (/** @type {any} */ event) => store.keep.set("keys", event.target.checked ? "on" : "off");
  return html`<section aria-labelledby="keys-title">
    <h2 id="keys-title">${t("Check texts from the keyboard")}</h2>
    <div class="actions"><button type="button" onClick=${() => (sheet.value = true)}>${t("Show the keys (?)")}</button>
      <label class="choice"><input type="checkbox" checked=${on(store)} onChange=${turn} /> ${t("Single keys are on")}</label></div>
    ${sheet.value && html`<${Sheet} onClose=${() => (sheet.value = false)} />`}
  </section>`;
}

/** @param {{onClose: () => void}} props */
function Sheet({ onClose }) {
  const keys = [
    ["j", t("next text")], ["k", t("text before")], ["a", t("approve")], ["h", t("hide, and name the rule")],
    ["r", t("return, and name the rule")], ["u", t("undo your last decision")], ["?", t("show the keys")],
  ];
  return html`<${Dialog} title=${t("Keys for the queue")} onClose=${onClose}>
    <dl class="keys">${keys.map(([key, does]) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}</dl>
    <div class="actions"><button type="button" class="primary" onClick=${onClose}>${t("Close")}</button></div>
  </${Dialog}>`;
}
