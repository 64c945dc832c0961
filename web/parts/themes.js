/**
 * How far the themes and the report are, and the way to the report; what a room shows of the themes stands
 * between the two.
 */

import { afterWriting } from "../state/select.js";
import { t, tn } from "../words/words.js";
import { announce } from "../state/spoken.js";
import { html, useEffect, useRef } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../wire/frames.js").Progress} Progress */

/** @param {{store: Store, heading?: "h1"|"h2", staff?: boolean, children?: any}} props `staff`: whose themes come while ideas come in */
export function Themes({ store, heading = "h1", staff = false, children }) {
  const { state } = store.screen.value;
  useReadySpoken(state.report?.version ?? 0);
  return html`<section aria-labelledby="themes-title" class="themes">
    <${heading} id="themes-title" tabindex="-1">${title(state, staff)}</${heading}>
    ${state.themes && html`<${Found} themes=${state.themes} />`}
    ${state.report && !state.themes && html`<p>${t("The ideas could not be grouped in time, so the report has no themes yet. It is tried again, and a new version follows.")}</p>`}
    ${!state.report && html`<${Making} store=${store} staff=${staff} />`}
    ${state.report && html`<p><a class="button primary" href=${`/jams/${store.boot.jam}/report`}>${t("Read the report")}</a></p>`}
    ${children}
  </section>`;
}

/** What the grouping found. @param {{themes: import("../wire/frames.js").ThemesView}} props */
function Found({ themes }) {
  if (themes.provisional) return html`<p>${t("They change while ideas come in. The final ones are made when writing ends.")}</p>`;
  if (themes.themes === 0) return html`<p>${t("There are too few ideas to group into themes. The report lists every one.")}</p>`;
  return html`<p>${tn("The ideas fall into {n} theme.", "The ideas fall into {n} themes.", themes.themes)}
    ${" "}${tn("{n} idea is one of a kind.", "{n} ideas are one of a kind.", themes.one_of_a_kind)}
    ${themes.fell_back && html`${" "}${t("The last grouping could not be made, so these are the themes as they stood before the end.")}`}</p>`;
}

/** @param {import("../state/reduce.js").State} state @param {boolean} staff */
function title(state, staff) {
  if (state.report) return t("The report is ready");
  const { themes } = state;
  if (themes && !themes.provisional) return themes.themes === 0 ? t("The report is being written") : t("The themes are ready; the report is being written");
  if (themes?.themes && !afterWriting(state)) return tn("{n} theme so far", "{n} themes so far", themes.themes);
  if (afterWriting(state)) return t("The ideas are being grouped into themes");
  return staff ? t("Themes come with the 12th idea") : t("Themes come when writing ends");
}

/** @param {{store: Store, staff: boolean}} props */
function Making({ store, staff }) {
  const { state, making } = store.screen.value;
  const progress = making.report ?? making.themes;
  if (!afterWriting(state) && (staff || state.themes)) return null;
  if (!afterWriting(state)) return html`<p>${t("When time for ideas is over, all ideas are grouped into named themes, and a report is made. You will find it here.")}</p>`;
  if (!progress) return html`<p>${t("This usually takes less than a minute.")}</p>`;
  return html`<${Bar} progress=${progress} />`;
}

/** Spoken at each quarter. @param {{progress: Progress}} props */
function Bar({ progress }) {
  const share = progress.total > 0 ? Math.min(100, Math.floor((100 * progress.done) / progress.total)) : 0;
  const quarter = Math.floor(share / 25);
  useEffect(() => {
    if (quarter > 0) announce(t("{share} percent done", { share: quarter * 25 }));
  }, [quarter]);
  return html`<p><label>${stage(progress)} <progress max="100" value=${share}></progress></label> <span class="numbers">${share} %</span></p>`;
}

/** @param {Progress} progress */
function stage(progress) {
  return progress.what === "report" ? t("Writing the report") : t("Grouping the ideas");
}

/** @param {number} version */
function useReadySpoken(version) {
  const before = useRef(/** @type {number|null} */ (null));
  useEffect(() => {
    if (before.current !== null && version > before.current) announce(t("The report is ready"));
    before.current = version;
  }, [version]);
}
