/**
 * The two live regions of a room, and counts that are spoken now and then.
 *
 * Counts of new ideas are spoken at most every 15 seconds; answers to one's own doing at once.
 */

import { announce, polite, urgent } from "../state/spoken.js";
import { html, useEffect, useRef } from "./view.js";

const COUNT_MS = 15_000;

export function LiveRegions() {
  return html`
    <div class="spoken" role="status">${polite.value}</div>
    <div class="spoken" role="alert">${urgent.value}</div>
  `;
}

/**
 * Speak a changing count now and then. @param {string} text what is true now; empty says nothing
 */
export function useCountSpoken(text) {
  const spoken = useRef({ text: "", at: -Infinity });
  useEffect(() => {
    if (text === "" || text === spoken.current.text) return;
    const wait = Math.max(0, spoken.current.at + COUNT_MS - performance.now());
    const timer = setTimeout(() => {
      spoken.current = { text, at: performance.now() };
      announce(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text]);
}
