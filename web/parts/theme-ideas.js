/**
 * The ideas of a theme, a page at a time. Where `pick` is given they can be chosen, to be corrected.
 */

import { t, tn } from "../words/words.js";
import { Text, useTexts } from "./theme-now.js";
import { html, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/theme-reader.js").ThemeReader} ThemeReader */
/** @typedef {import("../wire/theme-view.js").ThemeMapView} ThemeMapView */
/** @typedef {import("./theme-now.js").Shown} Shown */
/** @typedef {{chosen: string[], turn: (idea: string) => void, correct: () => void}} Pick */

const PAGE = 30;

/** @param {{store: Store, reader: ThemeReader, view: ThemeMapView, theme?: Shown, ids: string[], pick?: Pick}} props */
export function ThemeIdeas({ store, reader, view, theme, ids, pick }) {
  const [count, setCount] = useState(PAGE);
  const { shown, all } = useTexts(store, reader, ids, count);
  return html`<ol class="theme-ideas">${shown.map((id) => html`<li key=${id}>
      ${pick ? html`<${Choice} store=${store} reader=${reader} id=${id} pick=${pick} />` : html`<${Text} store=${store} reader=${reader} id=${id} />`}
      <${Marks} store=${store} view=${view} theme=${theme} id=${id} />
    </li>`)}</ol>
    ${all.length > count && html`<div class="actions"><button type="button" onClick=${() => setCount(count + PAGE)}>${tn("Show {n} more", "Show {n} more", Math.min(PAGE, all.length - count))}</button></div>`}`;
}

/** An idea that can be chosen; what to do with the chosen ones is asked right beside it. @param {{store: Store, reader: ThemeReader, id: string, pick: Pick}} props */
function Choice({ store, reader, id, pick }) {
  const on = pick.chosen.includes(id);
  return html`<div class="idea-choice"><label class="choice"><input type="checkbox" checked=${on} onChange=${() => pick.turn(id)} /><${Text} store=${store} reader=${reader} id=${id} inline=${true} /></label>
    ${on && html`<button type="button" onClick=${pick.correct}>${tn("Correct this idea", "Correct the {n} chosen ideas", pick.chosen.length)}</button>`}</div>`;
}

/** What is to be known of an idea in its theme. @param {{store: Store, view: ThemeMapView, theme?: Shown, id: string}} props */
function Marks({ store, view, theme, id }) {
  const mine = store.screen.value.state.ideas[id]?.author === store.me.value.id;
  const marks = [
    mine && html`<span class="badge is-own">${t("Yours")}</span>`,
    theme?.pinned?.includes(id) && html`<span class="badge">${t("Stays here")}</span>`,
    theme && view.one_of_a_kind?.includes(id) && html`<span>${t("one of a kind: nearest to this theme")}</span>`,
    theme?.later.includes(id) && html`<span>${t("came after the last grouping")}</span>`,
  ].filter(Boolean);
  return marks.length > 0 ? html`<p class="byline">${marks}</p>` : null;
}
