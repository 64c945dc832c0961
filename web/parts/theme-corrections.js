/**
 * What was corrected in the themes, by whom and when; each can be taken back on which nothing later builds.
 */

import { ago, fullTime } from "../words/times.js";
import { correctionSays } from "../words/themes.js";
import { t, tn } from "../words/words.js";
import { classes, html, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/steering.js").Steering} Steering */
/** @typedef {import("../wire/frames.js").CorrectionView} CorrectionView */

const PAGE = 10;

/** @param {{store: Store, steering: Steering, steers: boolean}} props */
export function Corrections({ store, steering, steers }) {
  const { corrections, themes } = store.screen.value.state;
  const [count, setCount] = useState(PAGE);
  const made = Object.values(corrections).filter((one) => one.do !== "undo").sort((a, b) => b.seq - a.seq);
  const standing = made.filter((one) => !one.undone).length;
  const title = made.length === 0 ? t("Nothing was corrected yet") : tn("{n} correction stands", "{n} corrections stand", standing);
  return html`<section aria-labelledby="corrections-title">
    <h2 id="corrections-title" tabindex="-1">${title}</h2>
    ${made.length === 0 && html`<p class="muted">${t("What you and your colleagues correct is kept whenever the ideas are grouped again, and is listed here.")}</p>`}
    <ul class="corrections">${made.slice(0, count).map((one) => html`<${One} key=${one.id} store=${store} one=${one} steering=${steering} steers=${steers}
      waits=${one.seq > (themes?.corrections_seq ?? Infinity)} />`)}</ul>
    ${made.length > count && html`<button type="button" class="quiet" onClick=${() => setCount(count + PAGE)}>${t("Show older corrections")}</button>`}
  </section>`;
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
    <p class="byline"><time datetime=${new Date(one.at).toISOString()} title=${fullTime(one.at)}>${ago(store.now() - one.at)}</time>
      ${one.undone && html`<span>${t("taken back")}</span>`}
      ${waits && !one.undone && html`<span class="standing is-hold">${t("on its way to the map")}</span>`}
      ${steers && !one.undone && html`<button type="button" class="quiet" onClick=${undo}>${t("Undo")}<span class="spoken">: ${says}</span></button>`}</p>
  </li>`;
}
