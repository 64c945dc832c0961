/**
 * "Report": tells the moderators that a text breaks a rule. Nothing else happens by itself, and the
 * text says from then on that it was reported: there, where one looks, and after a reload.
 */

import { writes } from "../state/select.js";
import { announce } from "../state/spoken.js";
import { t } from "../words/words.js";
import { RuleDialog } from "./dialog.js";
import { excerpt } from "./idea.js";
import { html, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */

/** @param {{store: Store, idea: import("../wire/frames.js").IdeaView}} props */
export function Report({ store, idea }) {
  const [asking, ask] = useState(false);
  const place = "reported/" + idea.id;
  const [done, setDone] = useState(store.keep.get(place) === "yes");
  const phase = store.phase.value;
  if (phase === "lobby" || phase === "closed" || !writes(store.me.value.role)) return null;
  const send = async (/** @type {string} */ rule) => {
    const entry = await store.act({ t: "flag_idea", idea: idea.id, rule });
    if (entry.stage !== "done" && entry.error?.code !== "already_flagged") return;
    store.keep.set(place, "yes");
    setDone(true);
    announce(t("Reported. A moderator will look at it."));
    requestAnimationFrame(() => document.getElementById("reported-" + idea.id)?.focus());
  };
  if (done) return html`<span class="standing is-hold" id=${"reported-" + idea.id} tabindex="-1">${t("Reported: a moderator will look at it")}</span>`;
  return html`<button type="button" class="quiet" aria-label=${`${t("Report")}: ${excerpt(idea)}`} onClick=${() => ask(true)}>${t("Report")}</button>
    ${asking && html`<${RuleDialog} title=${t("Report to the moderators")} action=${t("Report")} note=${null}
      says=${t("A moderator will read this and decide. The author does not learn who reported it.")}
      onDone=${send} onClose=${() => ask(false)} />`}`;
}
