/**
 * What every room does first: read what the page brings, choose the language, connect, draw.
 *
 * The page works by itself until then, so somebody may have typed into it, or been told something by
 * it, on a slow line: both go over into the room.
 */

import { html, render } from "../parts/view.js";
import { joinDraft } from "../state/drafts.js";
import { readBoot, Store } from "../state/store.js";
import { speak } from "../words/words.js";

/** @param {(props: {store: Store}) => any} Room */
export function start(Room) {
  const boot = readBoot();
  speak(boot.catalogue, document.documentElement.lang);
  const store = new Store(boot);
  const place = document.getElementById("room");
  if (!place) throw new Error("the page has no place for the room");
  takeOver(store);
  place.replaceChildren();
  render(html`<${Room} store=${store} />`, place);
  store.start();
}

/**
 * What was typed joins the draft of its question, which is the one that the room then shows: the keyboard
 * stays with the question that it was writing about. What was refused is said again. @param {Store} store
 */
function takeOver(store) {
  const { boot, keep } = store;
  const field = document.querySelector("form.composer textarea");
  const forum = document.querySelector("form.composer input[name=forum]");
  if (boot.forum) keep.set("forum", boot.forum);
  if (field instanceof HTMLTextAreaElement && forum instanceof HTMLInputElement) {
    boot.writing = field === document.activeElement;
    const typed = field.value.trim() !== "";
    joinDraft(keep, "idea/" + forum.value, field.value);
    const tags = document.getElementById("idea-tags");
    if (tags instanceof HTMLInputElement) joinDraft(keep, "tags/" + forum.value, tags.value, ", ");
    if (typed || boot.writing) keep.set("forum", forum.value);
  }
  const question = document.getElementById("propose-text");
  if (question instanceof HTMLTextAreaElement) joinDraft(keep, "propose", question.value);
  const problem = document.querySelector(".problem li")?.textContent;
  if (problem) store.say("stop", problem);
}
