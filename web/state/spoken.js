/**
 * What is said to those who listen instead of look: one polite line, one that may interrupt.
 *
 * Set anywhere, drawn once in each room by `LiveRegions`.
 */

import { signal } from "../vendor/signals.js";

export const polite = signal("");
export const urgent = signal("");

/** @param {string} text */
export function announce(text) {
  polite.value = text;
}

/** @param {string} text */
export function announceNow(text) {
  urgent.value = text;
}
