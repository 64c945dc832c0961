/**
 * What every room does first: read what the page brings, choose the language, connect, draw.
 */

import { html, render } from "../parts/view.js";
import { readBoot, Store } from "../state/store.js";
import { speak } from "../words/words.js";

/** @param {(props: {store: Store}) => any} Room */
export function start(Room) {
  const boot = readBoot();
  speak(boot.catalogue, document.documentElement.lang);
  const store = new Store(boot);
  const place = document.getElementById("room");
  if (!place) throw new Error("the page has no place for the room");
  place.replaceChildren();
  render(html`<${Room} store=${store} />`, place);
  store.start();
}
