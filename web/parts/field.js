/**
 * The place where one writes: a text that grows, its count, its draft, and what is wrong with it.
 *
 * The draft is kept on every keystroke. The count is spoken only after a pause. A text over the
 * limit is never cut: the writer is told, and sends when it fits.
 */

import { draft, keepDraft, lengthOf } from "../state/drafts.js";
import { t, tn } from "../words/words.js";
import { announce } from "../state/spoken.js";
import { html, useEffect, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */

const PAUSE_MS = 1500;

/** What stands between a text and sending it; empty when nothing does. @param {string} text @param {number} limit */
export function wrong(text, limit) {
  const length = lengthOf(text);
  if (length === 0) return t("Enter an idea");
  if (length > limit) return t("Idea must be {limit} characters or less. It has {length}", { limit, length });
  return "";
}

/** To where something is wrong: focus in the field, and the sentence over it in sight. @param {string} id */
export function pointTo(id) {
  document.getElementById(id)?.focus();
  requestAnimationFrame(() => document.getElementById(id + "-error")?.scrollIntoView({ block: "nearest" }));
}

/**
 * A draft as state: kept in the browser at each change, another one for another place.
 * @param {Store} store @param {string} place @param {string} [start] the text where there is no draft
 * @returns {[string, (text: string) => void]}
 */
export function useDraft(store, place, start = "") {
  const [held, hold] = useState({ place, text: draft(store.keep, place) || start });
  const current = held.place === place ? held.text : draft(store.keep, place) || start;
  const set = (/** @type {string} */ text) => {
    keepDraft(store.keep, place, text);
    hold({ place, text });
  };
  return [current, set];
}

/**
 * @param {{id: string, label: any, text: string, limit: number, error?: string, rows?: number, line?: boolean, readonly?: boolean,
 *   placeholder?: string, onText: (text: string) => void, onSend?: () => void}} props `line`: one line, no more
 */
export function TextField({ id, label, text, limit, error, rows = 3, line, readonly, placeholder, onText, onSend }) {
  useSpokenCount(text, limit);
  const length = lengthOf(text);
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSend?.();
  };
  return html`<div class=${error ? "field has-error" : "field"}>
    <label for=${id}>${label}</label>
    ${error && html`<p class="error" id=${id + "-error"}><span class="spoken">${t("Error:")} </span>${error}</p>`}
    <${line ? "input" : "textarea"} id=${id} type=${line ? "text" : undefined} dir="auto" rows=${line ? undefined : rows} value=${text} readOnly=${readonly} placeholder=${placeholder}
      aria-invalid=${error ? "true" : undefined} aria-describedby=${error ? `${id}-error ${id}-count` : id + "-count"}
      onInput=${(/** @type {any} */ event) => onText(event.target.value)} onKeyDown=${key} />
    <p class="count" id=${id + "-count"}>${counted(length, limit)}</p>
  </div>`;
}

/** @param {number} length @param {number} limit */
function counted(length, limit) {
  if (length === 0) return tn("Up to {n} character", "Up to {n} characters", limit);
  if (length <= limit) return t("{length} of {limit} characters", { length, limit });
  return tn("{n} character too many", "{n} characters too many", length - limit);
}

/** @param {string} text @param {number} limit */
function useSpokenCount(text, limit) {
  useEffect(() => {
    if (text === "" || lengthOf(text) < limit * 0.8) return;
    const timer = setTimeout(() => announce(counted(lengthOf(text), limit)), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
}
