/**
 * What stands beside the themes, so that nothing vanishes: one of a kind, no ideas, languages not understood.
 */

import { languageName } from "../words/themes.js";
import { t, tn } from "../words/words.js";
import { ThemeIdeas } from "./theme-ideas.js";
import { html, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/theme-reader.js").ThemeReader} ThemeReader */
/** @typedef {import("./theme-now.js").Now} Now */

/** @param {{store: Store, reader: ThemeReader, now: Now, pick?: import("./theme-ideas.js").Pick}} props */
export function Rest({ store, reader, now, pick }) {
  const { one_of_a_kind: alone = [], not_ideas: none = [], unread = [] } = now.view;
  const given = { store, reader, now };
  return html`<div class="theme-rest">
    ${alone.length > 0 && html`<${More} ...${given} ids=${alone} says=${tn("{n} idea is one of a kind", "{n} ideas are one of a kind", alone.length)}
      means=${t("They are far from all others. Each is counted in the theme that is nearest to it.")} />`}
    ${none.length > 0 && html`<${More} ...${given} ids=${none} pick=${pick} says=${tn("{n} text is not an idea", "{n} texts are not ideas", none.length)}
      means=${t("Answers such as “none” or “don’t know”, and what somebody took out. They are in no theme.")} />`}
    ${unread.map((one) => html`<${More} ...${given} key=${one.lang} ids=${one.ideas} says=${tn("{n} idea is in {language}", "{n} ideas are in {language}", one.ideas.length, { language: languageName(one.lang) })}
      means=${t("The grouping does not understand this language: it went by the letters alone. Look at these themes with care.")} />`)}
  </div>`;
}

/** @param {{store: Store, reader: ThemeReader, now: Now, ids: string[], says: string, means: string, pick?: import("./theme-ideas.js").Pick}} props */
function More({ store, reader, now, ids, says, means, pick }) {
  const [open, turn] = useState(false);
  return html`<details onToggle=${(/** @type {any} */ event) => turn(event.currentTarget.open)}><summary>${says}</summary>
    <p class="muted">${means}</p>
    ${open && html`<${ThemeIdeas} store=${store} reader=${reader} view=${now.view} ids=${ids} pick=${pick} />`}</details>`;
}
