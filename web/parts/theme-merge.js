/**
 * Merge two themes, and give one another name: what comes out of it is said before it is done.
 */

import { lengthOf } from "../state/drafts.js";
import { nearest } from "../state/themes.js";
import { t, tn } from "../words/words.js";
import { TextField } from "./field.js";
import { ThemeDialog } from "./theme-dialog.js";
import { html, useRef, useState } from "./view.js";

/** @typedef {import("../state/steering.js").Steering} Steering */
/** @typedef {import("./theme-now.js").Now} Now */
/** @typedef {import("./theme-now.js").Shown} Shown */
/** @typedef {{steering: Steering, now: Now, theme: string, onClose: () => void}} Props */

const NAME_LIMIT = 80;
const OFFERED = 12;

/** The theme that is spoken of: as it is now, or as it was when it was last on the map. @param {Now} now @param {string} id @returns {Shown|undefined} */
export function useTheme(now, id) {
  const last = useRef(/** @type {Shown|undefined} */ (undefined));
  last.current = now.themes.find((one) => one.id === id) ?? last.current;
  return last.current;
}

/** @param {Props} props */
export function Merge({ steering, now, theme: id, onClose }) {
  const theme = useTheme(now, id);
  const [sought, seek] = useState("");
  const [other, choose] = useState("");
  const [into, keep] = useState("");
  const found = theme ? nearest(now.themes, theme) : [];
  const listed = found.filter((one) => one.id === other || one.name.toLowerCase().includes(sought.trim().toLowerCase()));
  const chosen = found.find((one) => one.id === other);
  if (!theme) return null;
  const named = into || (chosen && chosen.size > theme.size ? chosen.id : theme.id);
  const send = (/** @type {number} */ seen) => {
    const name = named === theme.id ? theme.name : chosen?.name ?? "";
    return steering.give({ t: "merge_themes", seen, themes: [theme.id, other], into: named }, t("Merged. It is called “{name}”.", { name }));
  };
  return html`<${ThemeDialog} title=${t("Merge “{name}” with another theme", { name: theme.name })} action=${t("Merge them")} version=${now.view.version}
      check=${() => (chosen ? "" : t("Choose the other theme"))} onSend=${send} onClose=${onClose}>
    <p>${tn("“{name}” has {n} idea. Which theme says the same?", "“{name}” has {n} ideas. Which theme says the same?", theme.size, { name: theme.name })}</p>
    ${found.length > OFFERED && html`<label class="field"><span>${t("Find a theme by its name")}</span>
      <input type="text" autocomplete="off" value=${sought} onInput=${(/** @type {any} */ event) => seek(event.target.value)} /></label>`}
    <fieldset><legend>${sought ? t("Themes with this in their name") : t("Other themes, the nearest first")}</legend>
      ${listed.slice(0, OFFERED).map((one) => html`<label class="choice" key=${one.id}><input type="radio" name="other" checked=${one.id === other} onChange=${() => choose(one.id)} />
        <span><bdi>${one.name}</bdi> <span class="muted">${tn("{n} idea", "{n} ideas", one.size)}</span></span></label>`)}
      ${listed.length === 0 && html`<p class="muted">${t("No theme has this in its name.")}</p>`}
      ${listed.length > OFFERED && html`<p class="muted">${tn("{n} more: type a part of its name above.", "{n} more: type a part of the name above.", listed.length - OFFERED)}</p>`}
    </fieldset>
    ${chosen && html`<fieldset><legend>${tn("Together they have {n} idea. What are they called?", "Together they have {n} ideas. What are they called?", theme.size + chosen.size)}</legend>
      ${[theme, chosen].map((one) => html`<label class="choice" key=${one.id}><input type="radio" name="into" checked=${one.id === named} onChange=${() => keep(one.id)} /> <bdi>${one.name}</bdi></label>`)}
    </fieldset>`}
  </${ThemeDialog}>`;
}

/** What is wrong with a name; empty when nothing is. @param {string} name */
export function wrongName(name) {
  const length = lengthOf(name);
  return length < 1 || length > NAME_LIMIT ? t("A name must have 1 to {limit} characters", { limit: NAME_LIMIT }) : "";
}

/** @param {{id: string, label: any, text: string, error?: string, onText: (text: string) => void}} props */
export function NameField({ id, label, text, error, onText }) {
  return html`<${TextField} id=${id} line=${true} label=${label} text=${text} limit=${NAME_LIMIT} error=${error} onText=${onText} />`;
}

/** @param {Props} props */
export function Rename({ steering, now, theme: id, onClose }) {
  const theme = useTheme(now, id);
  const [name, setName] = useState(theme?.name ?? "");
  const [machine, leave] = useState(false);
  if (!theme) return null;
  const send = (/** @type {number} */ seen) => {
    const wish = { t: "rename_theme", seen, theme: theme.id, name: machine ? null : name.trim() };
    return steering.give(wish, machine ? t("The machine names it again.") : t("It is called “{name}” now.", { name: name.trim() }));
  };
  return html`<${ThemeDialog} title=${t("Give “{name}” another name", { name: theme.name })} action=${t("Save the name")} version=${now.view.version}
      check=${() => (machine ? "" : wrongName(name))} onSend=${send} onClose=${onClose}>
    <p>${t("A name that you give stays, however the ideas are grouped again.")}</p>
    ${!machine && html`<${NameField} id="theme-new-name" label=${t("Its new name")} text=${name} onText=${setName} />`}
    ${theme.named_by === "person" && html`<label class="choice"><input type="checkbox" checked=${machine} onChange=${() => leave(!machine)} /> ${t("Let the machine name it again")}</label>`}
  </${ThemeDialog}>`;
}
