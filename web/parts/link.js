/**
 * The connection in words, always there; a banner with "Try now" when it is lost.
 */

import { t, tn } from "../words/words.js";
import { useTick } from "./clock.js";
import { classes, html } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */

const MANY = 4;

/** @param {string} link */
function words(link) {
  /** @type {Record<string, string>} */
  const says = {
    offline: t("Offline"),
    connecting: t("Connecting"),
    catching_up: t("Catching up"),
    live: t("Live"),
    ended: t("Disconnected"),
  };
  return says[link];
}

/** Why the server ended it for good. @param {number} code */
function ending(code) {
  /** @type {Record<number, string>} */
  const says = {
    4501: t("You signed out. Join again to go on."),
    4503: t("You were removed from this jam."),
    4504: t("This jam is gone."),
    4505: t("The jam is open in another window. Go on there, or load this page again."),
  };
  return says[code] ?? t("This page is too old for the server. Load it again.");
}

/** @param {{store: Store}} props */
export function LinkState({ store }) {
  const { link } = store.link.value;
  return html`<span class=${classes("link-state", "is-" + link)}>${words(link)}</span>`;
}

/** @param {{store: Store}} props */
export function LinkBanner({ store }) {
  const { link, code } = store.link.value;
  const unsent = store.entries.value.filter((entry) => entry.stage !== "done" && entry.stage !== "refused").length;
  // From the loss until the server answers again: the tries in between take nothing away and say nothing new.
  const lost = link !== "ended" && code !== 0 && store.connection.failures > 0;
  return html`<div role="status">
    ${link === "ended" && html`<div class="banner is-stop"><p>${ending(code)}</p></div>`}
    ${lost && html`<div class="banner is-hold"><p>${t("You are offline.")} ${unsentWords(unsent)}</p>
      <${Wait} store=${store} /></div>`}
  </div>`;
}

/** @param {number} unsent */
function unsentWords(unsent) {
  if (unsent === 0) return t("What you write is kept on this device.");
  return tn("{n} text will be sent when you reconnect.", "{n} texts will be sent when you reconnect.", unsent);
}

/** The countdown to the next try is not spoken. @param {{store: Store}} props */
function Wait({ store }) {
  useTick(1000);
  const seconds = Math.max(0, Math.ceil(((store.link.value.retryAt ?? 0) - Date.now()) / 1000));
  const often = store.connection.failures > MANY;
  return html`<p><button type="button" onClick=${() => store.connection.open()}>${t("Try now")}</button>
    <span class="muted" aria-hidden="true">${store.link.value.retryAt ? t("next try in {seconds} s", { seconds }) : t("trying now")}</span></p>
    ${often && html`<p>${t("If this goes on, load the page again or join again. What you wrote stays on this device.")}</p>`}`;
}
