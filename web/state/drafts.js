/**
 * Drafts: what somebody is writing, kept in the browser on every keystroke.
 *
 * One for each place where one can write: a forum, a reply to an idea, an edit.
 */

/** @typedef {import("../wire/storage.js").Keep} Keep */

/** @param {Keep} keep @param {string} place `idea/{forum}`, `reply/{idea}` or `edit/{idea}` */
export function draft(keep, place) {
  return keep.get("draft/" + place) ?? "";
}

/** @param {Keep} keep @param {string} place @param {string} text */
export function keepDraft(keep, place, text) {
  if (text === "") keep.remove("draft/" + place);
  else keep.set("draft/" + place, text);
}

/**
 * A text that was typed elsewhere goes under the draft that is there: neither is lost, and given a second
 * time it is not there twice. @param {Keep} keep @param {string} place @param {string} text
 */
export function joinDraft(keep, place, text, between = "\n") {
  const kept = draft(keep, place);
  if (text.trim() === "" || kept === text || kept.endsWith(between + text)) return;
  keepDraft(keep, place, kept === "" ? text : kept + between + text);
}

/**
 * How long a text is for the server: Unicode code points after NFC, outer white space gone.
 * @param {string} text
 */
export function lengthOf(text) {
  return [...text.normalize("NFC").replace(/\r\n?/g, "\n").trim()].length;
}

/** Tags as typed, "trees, light": without "#", doubles and blanks. @param {string} typed */
export function tagsOf(typed) {
  return [...new Set(typed.split(",").map((tag) => tag.trim().replace(/^#/, "")))].filter(Boolean);
}
