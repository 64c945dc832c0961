/**
 * What every room does first: read what the page brings, choose the language, connect, draw.
 *
 * The page works by itself until then, so somebody may have typed into it, or been told something by
 * it, on a slow line: both go over into the room.
 */

import { html, render } from "../parts/view.js";
import { draft, keepDraft } from "../state/drafts.js";
import { readBoot, Store } from "../state/store.js";
import { speak } from "../words/words.js";

/** @param {(props: {store: Store}) => any} Room */
export function start(Room) {
  const boot = readBoot();
  speak(boot.catalogue, document.documentElement.lang);
  const store = new Store(boot);
  const place = document.getElementById("room");
  if (!place) throw new Error("the page has no place for the room");
  boot.writing = document.activeElement?.id === "idea-text";
  takeOver(store);
  place.replaceChildren();
  render(html`<${Room} store=${store} />`, place);
  store.start();
}

/** What was typed becomes the draft of its question; what was refused is said again. @param {Store} store */
function takeOver(store) {
  const field = document.querySelector("form.composer textarea");
  const forum = document.querySelector("form.composer input[name=forum]");
  if (field instanceof HTMLTextAreaElement && forum instanceof HTMLInputElement && field.value.trim() !== "") {
    const place = "idea/" + forum.value;
    if (draft(store.keep, place) === "") keepDraft(store.keep, place, field.value);
  }
  const problem = document.querySelector(".problem li")?.textContent;
  if (problem) store.say("stop", problem);
}
