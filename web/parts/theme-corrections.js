/**
 * What was corrected in the themes, by whom and when; each can be taken back on which nothing later builds.
 */

import { ago, fullTime } from "../words/times.js";
import { correctionSays, skippedBecause } from "../words/themes.js";
import { t, tn } from "../words/words.js";
import { classes, html, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/steering.js").Steering} Steering */
/** @typedef {import("../wire/frames.js").CorrectionView} CorrectionView */

const PAGE = 10;

/** @param {{store: Store, steering: Steering, held?: CorrectionView[], steers: boolean}} props `held`: those that the map on the screen holds */
export function Corrections({ store, steering, held = [], steers }) {
  const { corrections } = store.screen.value.state;
  const [count, setCount] = useState(PAGE);
  const made = listed(held, Object.values(corrections));
  const standing = made.filter((one) => !one.undone && !one.skipped).length;
  const skipped = made.filter((one) => one.skipped && !one.undone).length;
  const title = made.length === 0 ? t("Nothing was corrected yet") : tn("{n} correction stands", "{n} corrections stand", standing);
  return html`<section aria-labelledby="corrections-title">
    <h2 id="corrections-title" tabindex="-1">${title}</h2>
    <div role="status">${skipped > 0 && html`<p>${tn("{n} correction changed nothing, because the themes had changed before its turn came. It is marked below.", "{n} corrections changed nothing, because the themes had changed before their turn came. They are marked below.", skipped)}</p>`}</div>
    ${made.length === 0 && html`<p class="muted">${t("What you and your colleagues correct is kept whenever the ideas are grouped again, and is listed here.")}</p>`}
    <ul class="corrections">${made.slice(0, count).map((one) => html`<${One} key=${one.id} store=${store} one=${one} steering=${steering} steers=${steers}
      waits=${Boolean(corrections[one.id])} />`)}</ul>
    ${made.length > count && html`<button type="button" class="quiet" onClick=${() => setCount(count + PAGE)}>${t("Show older corrections")}</button>`}
  </section>`;
}

/**
 * All that was corrected, the last first. Taking back is no row of its own, unless it failed: the row of what it
 * took back says it.
 * @param {CorrectionView[]} held @param {CorrectionView[]} fresh those on record that no map holds yet @returns {CorrectionView[]}
 */
function listed(held, fresh) {
  const all = [...new Map([...held, ...fresh].map((one) => [one.id, one])).values()];
  const undone = new Set(all.map((one) => !one.skipped && one.undoes));
  const made = all.filter((one) => one.do !== "undo" || one.skipped).map((one) => (undone.has(one.id) ? { ...one, undone: true } : one));
  return made.sort((a, b) => b.seq - a.seq);
}

/** @param {{store: Store, one: CorrectionView, steering: Steering, steers: boolean, waits: boolean}} props `waits`: it is on record and not on the map yet */
function One({ store, one, steering, steers, waits }) {
  const who = one.by ?? t("Somebody");
  const says = correctionSays(one, steering.name);
  const undo = async () => {
    await steering.undo(one.id);
    document.getElementById("corrections-title")?.focus();
  };
  return html`<li class=${classes(one.undone && "is-over")}>
    <p><bdi class="handle">${who}</bdi> ${one.undone ? html`<s>${says}</s>` : says}</p>
    ${one.skipped && !one.undone && html`<p class="standing is-hold">${skippedBecause(one.skipped)}</p>`}
    <p class="byline"><time datetime=${new Date(one.at).toISOString()} title=${fullTime(one.at)}>${ago(store.now() - one.at)}</time>
      ${one.undone && html`<span>${t("taken back")}</span>`}
      ${waits && !one.undone && html`<span class="standing is-hold">${t("on its way to the map")}</span>`}
      ${steers && !one.undone && !one.skipped && html`<button type="button" class="quiet" aria-label=${`${t("Undo")}: ${says}`} onClick=${undo}>${t("Undo")}</button>`}</p>
  </li>`;
}
