/**
 * What may happen to the ideas that were chosen: another theme, stay, never together, no idea.
 */

import { readable } from "../state/themes.js";
import { t, tn } from "../words/words.js";
import { ThemeDialog } from "./theme-dialog.js";
import { Text, firstWords } from "./theme-now.js";
import { html, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/steering.js").Steering} Steering */
/** @typedef {import("../wire/frames.js").Wish} Wish */
/** @typedef {import("./theme-now.js").Now} Now */
/** @typedef {"move"|"pin"|"unpin"|"apart"|"not_idea"|"is_idea"} Deed */

const LISTED = 4;

/** @param {{store: Store, reader: import("../state/theme-reader.js").ThemeReader, steering: Steering, now: Now, ideas: string[], onDone: () => void, onClose: () => void}} props */
export function CorrectIdeas({ store, reader, steering, now, ideas, onDone, onClose }) {
  const [deed, choose] = useState(/** @type {Deed|""} */ (""));
  const [theme, setTheme] = useState("");
  const [other, setOther] = useState("");
  const one = ideas.length === 1;
  const at = now.themes.filter((two) => ideas.some((id) => two.members.includes(id)));
  const company = one ? readable(at[0]?.members ?? [], store.screen.value.state.ideas).filter((id) => id !== ideas[0]) : [];
  const offered = deeds(now, ideas, one ? company.length > 0 : true);
  const check = () => {
    if (!deed) return t("Say what should happen");
    if (deed === "move" && !theme) return t("Choose the theme");
    return deed === "apart" && one && !other ? t("Choose the other idea") : "";
  };
  const send = async (/** @type {number} */ seen) => {
    const apart = one ? [...ideas, other] : ideas;
    const answer = await steering.give(wish(/** @type {Deed} */ (deed), deed === "apart" ? apart : ideas, theme, seen), said(/** @type {Deed} */ (deed), ideas.length, steering.name(theme)));
    if (answer.done) onDone();
    return answer;
  };
  return html`<${ThemeDialog} title=${tn("Correct this idea", "Correct {n} ideas", ideas.length)} action=${t("Do it")} version=${now.view.version} check=${check} onSend=${send} onClose=${onClose}>
    <ul class="voices">${ideas.slice(0, LISTED).map((id) => html`<li key=${id}><${Text} store=${store} reader=${reader} id=${id} /></li>`)}</ul>
    ${ideas.length > LISTED && html`<p class="muted">${tn("and {n} more", "and {n} more", ideas.length - LISTED)}</p>`}
    ${at.length > 0 && html`<p class="muted">${at.length === 1 ? t("Now in “{name}”.", { name: at[0].name }) : tn("Now in {n} theme.", "Now in {n} themes.", at.length)}</p>`}
    <fieldset><legend>${t("What should happen?")}</legend>
      ${offered.map((two) => html`<label class="choice" key=${two}><input type="radio" name="deed" checked=${deed === two} onChange=${() => choose(two)} /> ${deedSays(two, ideas.length)}</label>
        ${two === "move" && deed === "move" && html`<${Select} label=${t("To which theme?")} value=${theme} onValue=${setTheme}
          options=${now.themes.filter((three) => !one || three.id !== at[0]?.id).map((three) => [three.id, `${three.name} (${three.size})`])} />`}
        ${two === "apart" && deed === "apart" && one && html`<${Select} label=${t("Apart from which idea of its theme?")} value=${other} onValue=${setOther}
          options=${company.map((id) => [id, firstWords(store, reader, id)])} />`}`)}
    </fieldset>
  </${ThemeDialog}>`;
}

/** @param {{label: string, value: string, options: string[][], onValue: (value: string) => void}} props */
function Select({ label, value, options, onValue }) {
  return html`<label class="field deed-more"><span>${label}</span><select value=${value} onChange=${(/** @type {any} */ event) => onValue(event.target.value)}>
    <option value="">${t("Choose")}</option>${options.map(([id, name]) => html`<option key=${id} value=${id}>${name}</option>`)}</select></label>`;
}

/** What can be done to these: not what is so already. @param {Now} now @param {string[]} ideas @param {boolean} company @returns {Deed[]} */
function deeds(now, ideas, company) {
  const out = (now.view.not_ideas ?? []).filter((id) => ideas.includes(id));
  if (out.length === ideas.length) return ["is_idea"];
  const pinned = now.themes.flatMap((theme) => theme.pinned ?? []).filter((id) => ideas.includes(id));
  return [
    "move", ...(pinned.length < ideas.length ? [/** @type {Deed} */ ("pin")] : []), ...(pinned.length > 0 ? [/** @type {Deed} */ ("unpin")] : []),
    ...(company ? [/** @type {Deed} */ ("apart")] : []), "not_idea",
  ];
}

/** @param {Deed} deed @param {number} n */
function deedSays(deed, n) {
  const says = {
    move: tn("Move it to another theme, where it stays", "Move them to another theme, where they stay", n),
    pin: tn("Keep it in this theme, whatever the next grouping finds", "Keep them where they are, whatever the next grouping finds", n),
    unpin: tn("Let it go: the next grouping may move it", "Let them go: the next grouping may move them", n),
    apart: tn("Never in one theme with another idea", "Never put any two of them into one theme", n),
    not_idea: tn("This is not an idea: take it out of the themes", "These are not ideas: take them out of the themes", n),
    is_idea: tn("This is an idea: put it into the themes", "These are ideas: put them into the themes", n),
  };
  return says[deed];
}

/** @param {Deed} deed @param {string[]} ideas @param {string} theme @param {number} seen @returns {Wish} */
function wish(deed, ideas, theme, seen) {
  if (deed === "move") return { t: "move_ideas", seen, ideas, theme };
  if (deed === "apart") return { t: "keep_apart", seen, ideas };
  if (deed === "pin" || deed === "unpin") return { t: "pin_ideas", seen, ideas, pinned: deed === "pin" };
  return { t: "mark_not_idea", seen, ideas, is_idea: deed === "is_idea" };
}

/** @param {Deed} deed @param {number} n @param {string} name */
function said(deed, n, name) {
  if (deed === "move") return tn("{n} idea moved to “{name}”.", "{n} ideas moved to “{name}”.", n, { name });
  if (deed === "pin") return tn("It stays in its theme.", "They stay where they are.", n);
  if (deed === "unpin") return tn("The next grouping may move it.", "The next grouping may move them.", n);
  if (deed === "apart") return t("They are never put into one theme.");
  if (deed === "not_idea") return tn("Taken out of the themes. Nobody loses it: the list “not ideas” has it.", "Taken out of the themes. The list “not ideas” has them.", n);
  return tn("Put into the themes again.", "Put into the themes again.", n);
}
