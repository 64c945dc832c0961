/**
 * Moving focus to a text in a list, by its id.
 */

/** @param {string} id */
export function focusItem(id) {
  document.querySelector(`[data-idea="${CSS.escape(id)}"]`)?.querySelector("article")?.focus();
}

/** The id of the text that an element stands in; empty outside of one. @param {EventTarget|null} target */
export function idOf(target) {
  return target instanceof Element ? target.closest("[data-idea]")?.getAttribute("data-idea") ?? "" : "";
}
