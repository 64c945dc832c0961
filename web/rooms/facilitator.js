/**
 * The facilitator's room: the state of the jam, its time, and two places: the checks (what waits, what is
 * shown) and the themes.
 *
 * Moderators use it too, without the controls that are not theirs.
 */

import { LiveRegions } from "../parts/announce.js";
import { Clock, useTick } from "../parts/clock.js";
import { Forums } from "../parts/forums.js";
import { Head, Notice } from "../parts/head.js";
import { Health } from "../parts/health.js";
import { Invite } from "../parts/invite.js";
import { Keys } from "../parts/keys.js";
import { LinkBanner } from "../parts/link.js";
import { Phases } from "../parts/phases.js";
import { Places, useFocusOn, usePlace } from "../parts/places.js";
import { Queue } from "../parts/queue.js";
import { Flagged, Shown } from "../parts/shown.js";
import { ThemePanel } from "../parts/theme-panel.js";
import { Themes } from "../parts/themes.js";
import { classes, html, useState } from "../parts/view.js";
import { Deciding } from "../state/deciding.js";
import { afterWriting } from "../state/select.js";
import { ThemeReader } from "../state/theme-reader.js";
import { number, t } from "../words/words.js";
import { start } from "./start.js";

/** @typedef {import("../state/store.js").Store} Store */

const HEADINGS = /** @type {Record<string, string>} */ ({ checks: "queue-title", themes: "themes-title" });

/** @param {{store: Store}} props */
function FacilitatorRoom({ store }) {
  const [deciding] = useState(() => new Deciding(store));
  const [reader] = useState(() => new ThemeReader(store, true));
  useTick(30_000);
  const role = store.me.value.role;
  const { state, lists } = store.screen.value;
  const places = [
    { id: "checks", label: labelled(t("Checks"), lists.queue.length) },
    { id: "themes", label: labelled(t("Themes"), state.themes?.themes ?? 0) },
  ];
  const place = usePlace(places);
  useFocusOn(place, HEADINGS[place]);
  const steers = role === "facilitator" || role === "administrator";
  return html`
    <${Head} store=${store}><a href=${"/jams/" + store.boot.jam}>${t("Participants’ view")}</a></${Head}>
    <${Clock} store=${store} />
    <${Places} places=${places} place=${place} label=${t("Places")} />
    <${Notice} store=${store} />
    <main id="main" tabindex="-1" class=${classes("desk", "is-at-" + place)}>
      <h1 class="spoken">${t("Running the jam")}</h1>
      <div class="desk-top">
        <${LinkBanner} store=${store} />
        <${Health} store=${store} />
        ${steers && html`<${Phases} store=${store} />`}
      </div>
      ${place === "checks" && html`<${Checks} store=${store} deciding=${deciding} steers=${steers} />`}
      ${place === "themes" && html`<${ThemePanel} store=${store} reader=${reader} steers=${steers} />`}
    </main>
    <${LiveRegions} />
  `;
}

/** @param {string} name @param {number} count */
function labelled(name, count) {
  return count > 0 ? `${name} (${number(count)})` : name;
}

/** @param {{store: Store, deciding: Deciding, steers: boolean}} props */
function Checks({ store, deciding, steers }) {
  const { state } = store.screen.value;
  const minute = Math.floor(store.now() / 60_000);
  const over = afterWriting(state);
  const themes = html`<${Themes} store=${store} heading="h2" staff=${true}>${state.themes && html`<p><a href="#themes">${t("Look at the themes")}</a></p>`}</${Themes}>`;
  return html`
    <div class="desk-main">
      <${Queue} store=${store} deciding=${deciding} />
      <${Flagged} store=${store} deciding=${deciding} minute=${minute} />
      <${Shown} store=${store} deciding=${deciding} minute=${minute} />
    </div>
    <div class="desk-side">
      ${over && themes}
      <${Invite} store=${store} links=${steers} />
      ${steers && html`<${Forums} store=${store} />`}
      <${Keys} store=${store} deciding=${deciding} />
      ${!over && themes}
    </div>`;
}

start(FacilitatorRoom);
