/**
 * The facilitators' hold on the themes: the live map and the list that is its equal, what can be done to
 * them, and whether participants see them. Moderators read it.
 *
 * What is asked (a dialog) hangs on the panel, not on a row: no new map takes it away.
 */

import { Steering } from "../state/steering.js";
import { nameOf } from "../state/themes.js";
import { t, tn } from "../words/words.js";
import { useCountSpoken } from "./announce.js";
import { CorrectIdeas } from "./theme-correct.js";
import { Corrections } from "./theme-corrections.js";
import { Merge, Rename } from "./theme-merge.js";
import { useThemes } from "./theme-now.js";
import { Rest } from "./theme-rest.js";
import { Split } from "./theme-split.js";
import { Suggestions } from "./theme-suggestions.js";
import { ThemeViews } from "./theme-views.js";
import { Themes } from "./themes.js";
import { html, useRef, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/theme-reader.js").ThemeReader} ThemeReader */
/** @typedef {import("./theme-now.js").Now} Now */
/** @typedef {import("./theme-now.js").Shown} Shown */
/** @typedef {{deed: "merge"|"split"|"rename", theme: string}|{deed: "correct"}} Asked */

/** @param {{store: Store, reader: ThemeReader, steers: boolean}} props */
export function ThemePanel({ store, reader, steers }) {
  const now = useThemes(store, reader);
  const latest = useRef(now);
  latest.current = now;
  const [steering] = useState(() => new Steering(store, (id) => nameOf(latest.current?.themes ?? [], latest.current?.view ?? null, id ?? "") || t("a theme that is gone")));
  const count = now?.view.suggestions?.length ?? 0;
  useCountSpoken(now && count > 0 ? tn("{n} suggestion about the themes", "{n} suggestions about the themes", count) : "");
  return html`
    <div class="desk-main">
      <${Themes} store=${store} heading="h2" staff=${true}>
        ${reader.problem.value && html`<p class="error" role="status">${reader.problem.value}</p>`}
        <${Showing} store=${store} steering=${steering} steers=${steers} />
        ${count > 0 && html`<p class="to-suggestions"><button type="button" onClick=${toSuggestions}>${tn("{n} suggestion", "{n} suggestions", count)}</button></p>`}
        ${now && now.themes.length > 0 && html`<${Map} store=${store} reader=${reader} steering=${steering} now=${now} steers=${steers} />`}
      </${Themes}>
    </div>
    <div class="desk-side">
      ${now && html`<${Suggestions} store=${store} reader=${reader} steering=${steering} now=${now} steers=${steers} />`}
      <${Corrections} store=${store} steering=${steering} held=${now?.view.corrections} steers=${steers} />
    </div>`;
}

/** In one column they stand below a long list. */
function toSuggestions() {
  document.getElementById("suggestions-title")?.focus();
}

/** The map, the list, and the one thing that is being asked. @param {{store: Store, reader: ThemeReader, steering: Steering, now: Now, steers: boolean}} props */
function Map({ store, reader, steering, now, steers }) {
  const [asked, ask] = useState(/** @type {Asked|null} */ (null));
  const [ticked, choose] = useState(/** @type {string[]} */ ([]));
  const chosen = ticked.length > 0 ? present(now, ticked) : ticked;
  const turn = (/** @type {string} */ id) => choose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  const pick = steers ? { chosen, turn, correct: () => ask({ deed: "correct" }) } : undefined;
  const close = () => ask(null);
  const tools = steers ? (/** @type {Shown} */ theme) => html`<${Tools} theme=${theme} onAsk=${ask} />` : undefined;
  return html`
    <${ThemeViews} store=${store} reader=${reader} now=${now} level=${3} marks=${true} tools=${tools} pick=${pick} />
    <${Rest} store=${store} reader=${reader} now=${now} pick=${pick} />
    ${asked?.deed === "rename" && html`<${Rename} steering=${steering} now=${now} theme=${asked.theme} onClose=${close} />`}
    ${asked?.deed === "merge" && html`<${Merge} steering=${steering} now=${now} theme=${asked.theme} onClose=${close} />`}
    ${asked?.deed === "split" && html`<${Split} store=${store} reader=${reader} steering=${steering} now=${now} theme=${asked.theme} onClose=${close} />`}
    ${asked?.deed === "correct" && html`<${CorrectIdeas} store=${store} reader=${reader} steering=${steering} now=${now} ideas=${chosen} onDone=${() => choose([])} onClose=${close} />`}`;
}

/** Of the ideas that were ticked those that are still there to be corrected. @param {Now} now @param {string[]} ids */
function present(now, ids) {
  const there = new Set([...now.themes.flatMap((theme) => theme.members), ...(now.view.not_ideas ?? [])]);
  return ids.filter((id) => there.has(id));
}

/** @param {{theme: Shown, onAsk: (asked: Asked) => void}} props */
function Tools({ theme, onAsk }) {
  const named = (/** @type {string} */ action) => `${action}: ${theme.name}`;
  return html`<div class="actions">
    <button type="button" aria-label=${named(t("Rename"))} onClick=${() => onAsk({ deed: "rename", theme: theme.id })}>${t("Rename")}</button>
    <button type="button" aria-label=${named(t("Merge with another"))} onClick=${() => onAsk({ deed: "merge", theme: theme.id })}>${t("Merge with another")}</button>
    ${theme.size > 1 && html`<button type="button" aria-label=${named(t("Split"))} onClick=${() => onAsk({ deed: "split", theme: theme.id })}>${t("Split")}</button>`}
    <p class="muted">${t("To move, keep or take out single ideas, choose them below.")}</p>
  </div>`;
}

/** Whether participants see the themes, and the switch. @param {{store: Store, steering: Steering, steers: boolean}} props */
function Showing({ store, steering, steers }) {
  const { jam, themes } = store.screen.value.state;
  if (!jam || !themes?.provisional) return null;
  const shown = Boolean(jam.themes_shown);
  const turn = () => steering.do({ t: "show_themes", shown: !shown }, shown ? t("Participants do not see the themes any more.") : t("Participants see the themes now, as they change."));
  return html`<div class="showing"><p><span class=${shown ? "standing is-ok" : "standing is-hold"}>${shown ? t("Participants see these themes") : t("Participants do not see these themes")}</span>${" "}
      <span class="muted">${t("At the end everyone sees the final themes.")}</span></p>
    ${steers && html`<button type="button" onClick=${turn}>${shown ? t("Hide them from participants") : t("Show them to participants")}</button>`}</div>`;
}
