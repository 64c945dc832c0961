/**
 * The facilitator's room: the state of the jam, its time, what waits for a check, what is shown.
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
import { Queue } from "../parts/queue.js";
import { Flagged, Shown } from "../parts/shown.js";
import { Themes } from "../parts/themes.js";
import { html, useState } from "../parts/view.js";
import { Deciding } from "../state/deciding.js";
import { afterWriting } from "../state/select.js";
import { t } from "../words/words.js";
import { start } from "./start.js";

/** @typedef {import("../state/store.js").Store} Store */

/** @param {{store: Store}} props */
function FacilitatorRoom({ store }) {
  const [deciding] = useState(() => new Deciding(store));
  useTick(30_000);
  const minute = Math.floor(store.now() / 60_000);
  const role = store.me.value.role;
  const over = afterWriting(store.screen.value.state);
  const steers = role === "facilitator" || role === "administrator";
  return html`
    <${Head} store=${store}><a href=${"/jams/" + store.boot.jam}>${t("Participants’ view")}</a></${Head}>
    <${Clock} store=${store} />
    <${Notice} store=${store} />
    <main id="main" tabindex="-1" class="desk">
      <h1 class="spoken">${t("Running the jam")}</h1>
      <div class="desk-top">
        <${LinkBanner} store=${store} />
        <${Health} store=${store} />
        ${steers && html`<${Phases} store=${store} />`}
      </div>
      <div class="desk-main">
        <${Queue} store=${store} deciding=${deciding} />
        <${Flagged} store=${store} deciding=${deciding} minute=${minute} />
        <${Shown} store=${store} deciding=${deciding} minute=${minute} />
      </div>
      <div class="desk-side">
        ${over && html`<${Themes} store=${store} heading="h2" />`}
        <${Invite} store=${store} links=${steers} />
        ${steers && html`<${Forums} store=${store} />`}
        <${Keys} store=${store} deciding=${deciding} />
        ${!over && html`<${Themes} store=${store} heading="h2" />`}
      </div>
    </main>
    <${LiveRegions} />
  `;
}

start(FacilitatorRoom);
