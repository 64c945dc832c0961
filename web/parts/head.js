/**
 * The head of a room: who asks, which jam, how the connection stands, the numbers.
 */

import { number, t, tn } from "../words/words.js";
import { LinkState } from "./link.js";
import { html } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */

/** @param {{store: Store, children?: any}} props */
export function Head({ store, children }) {
  const { boot } = store;
  const title = store.screen.value.state.jam?.title ?? boot.title;
  return html`<header class="head">
    <p class="head-title"><bdi>${boot.organisation}</bdi> <span aria-hidden="true">·</span> <strong dir="auto">${title}</strong></p>
    <p class="head-state"><${LinkState} store=${store} /> ${children}</p>
  </header>`;
}

/** What everyone may know of the numbers. @param {{store: Store}} props */
export function Totals({ store }) {
  const { totals, forums } = store.screen.value.state;
  if (!totals) return null;
  const several = Object.keys(forums).length > 1;
  return html`<p class="totals" aria-label=${t("So far")}>
    ${several && html`<span>${t("In all questions:")}</span>`}
    <span>${tn("{n} person", "{n} people", totals.people)}</span>
    <span>${tn("{n} idea", "{n} ideas", totals.ideas)}</span>
    <span>${tn("{n} reply", "{n} replies", totals.replies)}</span>
  </p>`;
}

/** The answer to what one did last, in sight wherever one is on the page; refusals stay until the next. @param {{store: Store}} props */
export function Notice({ store }) {
  const notice = store.notice.value;
  const away = () => (store.notice.value = null);
  const undo = () => {
    away();
    notice?.undo?.();
  };
  return html`<div role="status" class="notices">${notice && html`<div class=${"banner is-" + notice.kind}>
    <p>${notice.text}</p><p>${notice.undo && html`<button type="button" onClick=${undo}>${t("Undo")}</button>`}<button type="button" class="quiet" onClick=${away}>${t("Put away")}</button></p></div>`}</div>`;
}

/** @param {{label: string, value: string|number}} props */
export function Figure({ label, value }) {
  return html`<div class="figure"><dt>${label}</dt><dd class="numbers">${typeof value === "number" ? number(value) : value}</dd></div>`;
}
