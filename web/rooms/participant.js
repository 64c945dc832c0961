/**
 * The participant's room: the question, the place to write, the ideas; one's own; themes; help.
 */

import { LiveRegions } from "../parts/announce.js";
import { Clock, useTick } from "../parts/clock.js";
import { Composer } from "../parts/composer.js";
import { Feed } from "../parts/feed.js";
import { Guidance, Practice } from "../parts/first.js";
import { Question, useForum } from "../parts/forum.js";
import { Head, Notice, Totals } from "../parts/head.js";
import { Help } from "../parts/help.js";
import { LinkBanner } from "../parts/link.js";
import { JustSent, Mine } from "../parts/mine.js";
import { Propose } from "../parts/proposals.js";
import { Places, useFocusOn, usePlace } from "../parts/places.js";
import { Sent } from "../parts/sent.js";
import { Themes } from "../parts/themes.js";
import { html, useEffect, useRef, useState } from "../parts/view.js";
import { afterWriting, writes } from "../state/select.js";
import { t } from "../words/words.js";
import { start } from "./start.js";

/** @typedef {import("../state/store.js").Store} Store */

const HEADINGS = /** @type {Record<string, string>} */ ({ ideas: "question", mine: "mine-title", themes: "themes-title", help: "help-title" });

/** @param {{store: Store}} props */
function ParticipantRoom({ store }) {
  const writer = writes(store.me.value.role);
  const places = [
    { id: "ideas", label: t("Ideas") },
    ...(writer ? [{ id: "mine", label: t("Mine") }] : []),
    { id: "themes", label: t("Themes") },
    { id: "help", label: t("Help") },
  ];
  const runs = ["facilitator", "moderator", "administrator"].includes(store.me.value.role);
  const place = usePlace(places);
  useFocusOn(place, HEADINGS[place]);
  const kept = useRef(/** @type {import("../parts/theme-place.js").Kept} */ ({})).current;
  return html`
    <${Head} store=${store}>${runs && html`<a href=${`/jams/${store.boot.jam}/facilitate`}>${t("Facilitators’ view")}</a>`}</${Head}>
    <${Clock} store=${store} />
    <${Places} places=${places} place=${place} label=${t("Places")} />
    <main id="main" tabindex="-1">
      <${LinkBanner} store=${store} />
      <${Notice} store=${store} />
      ${place === "ideas" && html`<${Ideas} store=${store} />`}
      ${place === "mine" && html`<${Mine} store=${store} />`}
      ${place === "themes" && html`<${Themes} store=${store}>${store.screen.value.state.themes?.themes ? html`<${Later} store=${store} kept=${kept} />` : null}</${Themes}>`}
      ${place === "help" && html`<${Help} store=${store} />`}
    </main>
    <${LiveRegions} />
  `;
}

/** The themes themselves: fetched with their style when they are first looked at. @param {{store: Store, kept: import("../parts/theme-place.js").Kept}} props */
function Later({ store, kept }) {
  const [tries, again] = useState(0);
  const [stands, set] = useState(kept.Place ? "ready" : "");
  useEffect(() => {
    if (kept.Place) return;
    set("");
    Promise.all([import("../parts/theme-place.js"), styled("/web/style/themes.css"), styled("/web/style/theme-map.css")]).then(
      ([module]) => ((kept.Place = module.ThemePlace), set("ready")),
      () => set("failed"),
    );
  }, [tries]);
  if (kept.Place) return html`<${kept.Place} store=${store} kept=${kept} />`;
  if (stands !== "failed") return html`<p class="muted" role="status">${t("Fetching the themes")}</p>`;
  return html`<div class="banner is-stop" role="status"><p>${t("The themes could not be fetched. Check your connection.")}</p>
    <button type="button" onClick=${() => again(tries + 1)}>${t("Try again")}</button></div>`;
}

/** A style sheet that the page does not bring. @param {string} href @returns {Promise<void>} */
function styled(href) {
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = () => resolve();
    link.onerror = () => (link.remove(), reject(new Error(href)));
    document.head.append(link);
  });
}

/** @param {{store: Store}} props */
function Ideas({ store }) {
  const { state } = store.screen.value;
  const [forum, choose] = useForum(store);
  useTick(30_000);
  if (!forum) return html`<h1 id="question" tabindex="-1">${state.jam ? t("No question has been asked yet") : t("Fetching the jam")}</h1>`;
  const writer = writes(store.me.value.role);
  return html`
    ${writer && !afterWriting(state) && html`<${Guidance} store=${store} />`}
    ${!writer && html`<p class="banner">${t("You watch this jam: you see what everyone sees, as it comes in, and write nothing.")}</p>`}
    <${Question} store=${store} forum=${forum} onChoose=${choose} />
    ${writer && html`<${Composer} key=${forum.id} store=${store} forum=${forum} />`}
    ${writer && store.phase.value === "lobby" && html`<${Practice} store=${store} />`}
    ${writer && html`<${Propose} store=${store} />`}
    ${afterWriting(state) && html`<${Themes} store=${store} heading="h2" />`}
    <${Sent} store=${store} label=${t("Your ideas on their way")} of=${(/** @type {any} */ entry) => entry.command.forum === forum.id} />
    <${JustSent} store=${store} forum=${forum.id} />
    <${Totals} store=${store} />
    <${Feed} key=${"feed" + forum.id} store=${store} forum=${forum.id} minute=${Math.floor(store.now() / 60_000)} />
  `;
}

start(ParticipantRoom);
