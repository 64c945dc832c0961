/**
 * A theme that is open: one voice, others that show its breadth, its sub-themes, all its ideas.
 */

import { t, tn } from "../words/words.js";
import { ThemeIdeas } from "./theme-ideas.js";
import { Text, useTexts } from "./theme-now.js";
import { html, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/theme-reader.js").ThemeReader} ThemeReader */
/** @typedef {import("../wire/theme-view.js").ThemeMapView} ThemeMapView */
/** @typedef {import("./theme-now.js").Shown} Shown */

/**
 * @param {{store: Store, reader: ThemeReader, view: ThemeMapView, theme: Shown, level: number,
 *   tools?: (theme: Shown) => any, pick?: import("./theme-ideas.js").Pick}} props
 */
export function OpenTheme({ store, reader, view, theme, level, tools, pick }) {
  const others = (theme.representatives ?? []).filter((id) => id !== theme.headline);
  const heading = "h" + level;
  const { shown } = useTexts(store, reader, others);
  return html`<div class="theme-inside">
    ${tools?.(theme)}
    ${theme.headline && html`<${heading}>${t("One voice from this theme")}<//><${Text} store=${store} reader=${reader} id=${theme.headline} small=${false} />`}
    ${shown.length > 0 && html`<${heading}>${t("Others in it say")}<//><ul class="voices">${shown.map((id) => html`<li key=${id}><${Text} store=${store} reader=${reader} id=${id} /></li>`)}</ul>`}
    <${AllIdeas} store=${store} reader=${reader} view=${view} theme=${theme} heading=${heading} pick=${pick} />
  </div>`;
}

/** @param {{store: Store, reader: ThemeReader, view: ThemeMapView, theme: Shown, heading: string, pick?: import("./theme-ideas.js").Pick}} props */
function AllIdeas({ store, reader, view, theme, heading, pick }) {
  const [part, choose] = useState("");
  const parts = (theme.parts ?? []).filter((one) => one.name && one.members.length > 0);
  const chosen = parts.find((one) => one.name === part);
  const ids = chosen?.members ?? theme.members;
  return html`<${heading}>${tn("{n} idea in it", "All {n} ideas in it", theme.size)}<//>
    ${parts.length > 0 && html`<div class="theme-parts" role="group" aria-label=${t("Parts of this theme")}>
      <button type="button" aria-pressed=${!chosen} onClick=${() => choose("")}>${t("All")}</button>
      ${parts.map((one) => html`<button type="button" key=${one.name} aria-pressed=${one === chosen} onClick=${() => choose(one.name ?? "")}><bdi>${one.name}</bdi> <span class="numbers">${one.members.length}</span></button>`)}
    </div>`}
    <${ThemeIdeas} store=${store} reader=${reader} view=${view} theme=${theme} ids=${ids} pick=${pick} />`;
}
