/**
 * Split a theme: the parts that the grouping sees in it are shown first, with what goes where; ideas can be
 * put into another part one by one, and nothing is on record before it is confirmed.
 */

import { readable } from "../state/themes.js";
import { proposedSplit } from "../wire/api.js";
import { t, tn } from "../words/words.js";
import { ThemeDialog } from "./theme-dialog.js";
import { NameField, useTheme, wrongName } from "./theme-merge.js";
import { Text, firstWords, useTexts } from "./theme-now.js";
import { html, useEffect, useRef, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../state/theme-reader.js").ThemeReader} ThemeReader */
/** @typedef {import("../state/steering.js").Steering} Steering */
/** @typedef {import("./theme-now.js").Now} Now */
/** @typedef {{name: string, ideas: string[]}} SplitPart */

const FIRST = 6;
const MOST_PARTS = 6;

/** @param {{store: Store, reader: ThemeReader, steering: Steering, now: Now, theme: string, onClose: () => void}} props */
export function Split({ store, reader, steering, now, theme: id, onClose }) {
  const theme = useTheme(now, id);
  const [wanted, want] = useState(2);
  const members = useRef(/** @type {string[]} */ ([]));
  members.current = theme?.members.filter((one) => !theme.later.includes(one)) ?? members.current;
  const [proposal, problem, again] = useProposal(store, id, wanted, members);
  /** Where single ideas were put, and what parts were called, by hand. */
  const [moved, move] = useState(/** @type {Record<string, number>} */ ({}));
  const [names, name] = useState(/** @type {Record<number, string>} */ ({}));
  if (!theme) return null;
  const parts = proposal ? arranged(proposal, moved, names, theme.members) : [];
  const leaving = parts.slice(1);
  const check = () => {
    if (parts.length < 2) return t("The parts are not here yet");
    if (parts.some((part) => part.ideas.length === 0)) return t("Each part needs an idea at least. Put one into the empty part, or choose fewer parts.");
    return leaving.map((part) => wrongName(part.name)).find(Boolean) ?? "";
  };
  const send = (/** @type {number} */ seen) =>
    steering.give({ t: "split_theme", seen, theme: theme.id, parts: leaving.map((part, at) => wish(part, proposal?.[at + 1])) },
      tn("Split. {n} new theme came out of “{name}”.", "Split. {n} new themes came out of “{name}”.", leaving.length, { name: theme.name }));
  return html`<${ThemeDialog} title=${t("Split “{name}”", { name: theme.name })} action=${t("Split it so")} version=${now.view.version} busy=${!proposal}
      check=${check} onSend=${send} onAgain=${again} onClose=${onClose}>
    <label class="field"><span>${t("Into how many parts?")}</span><select value=${wanted} onChange=${(/** @type {any} */ event) => (move({}), want(Number(event.target.value)))}>
      ${Array.from({ length: MOST_PARTS - 1 }, (_, at) => html`<option key=${at} value=${at + 2}>${at + 2}</option>`)}</select></label>
    <div role="status">${problem ? html`<p class="error">${problem}</p>` : !proposal && html`<p class="muted">${t("Looking for the parts")}</p>`}</div>
    ${parts.map((part, at) => html`<${PartOf} key=${at} store=${store} reader=${reader} at=${at} part=${part} parts=${parts} theme=${theme.name}
      onName=${(/** @type {string} */ text) => name({ ...names, [at]: text })} onMove=${(/** @type {string} */ idea, /** @type {number} */ to) => move({ ...moved, [idea]: to })} />`)}
  </${ThemeDialog}>`;
}

/**
 * The proposal with what stays in front: what is in no part, or else the first part.
 * @param {SplitPart[]} parts @param {string[]} members @returns {SplitPart[]}
 */
function staying(parts, members) {
  const leaving = new Set(parts.flatMap((part) => part.ideas));
  const rest = members.filter((id) => !leaving.has(id));
  return rest.length > 0 ? [{ name: "", ideas: rest }, ...parts] : parts;
}

/** A part as the command names it: a name that nobody touched is the machine's to give. @param {SplitPart} part @param {SplitPart} [proposed] */
function wish(part, proposed) {
  const name = part.name.trim();
  return name === proposed?.name ? { ideas: part.ideas } : { ideas: part.ideas, name };
}

/**
 * The proposal with what was changed by hand; members that came since stay in the theme.
 * @param {SplitPart[]} proposal @param {Record<string, number>} moved @param {Record<number, string>} names @param {string[]} members @returns {SplitPart[]}
 */
function arranged(proposal, moved, names, members) {
  const known = new Set(members);
  const at = new Map(proposal.flatMap((part, n) => part.ideas.map((id) => /** @type {[string, number]} */ ([id, n]))));
  const where = (/** @type {string} */ id) => moved[id] ?? at.get(id) ?? 0;
  const ids = [...proposal.flatMap((part) => part.ideas).filter((id) => known.has(id)), ...members.filter((id) => !at.has(id))];
  return proposal.map((part, n) => ({ name: names[n] ?? part.name, ideas: ids.filter((id) => where(id) === n) }));
}

/**
 * @param {Store} store @param {string} theme @param {number} wanted @param {{current: string[]}} members of the theme, when it was last looked at
 * @returns {[SplitPart[]|null, string, () => void]} the parts, why there are none, and a way to ask again
 */
function useProposal(store, theme, wanted, members) {
  const [got, set] = useState({ parts: /** @type {SplitPart[]|null} */ (null), problem: "" });
  const [turn, again] = useState(0);
  useEffect(() => {
    let over = false;
    set({ parts: null, problem: "" });
    proposedSplit(store.boot.jam, theme, wanted).then(
      (answer) => over || set({ parts: staying(answer.parts, members.current), problem: "" }),
      (error) => over || set({ parts: null, problem: t("No split could be proposed: {why}", { why: t(String(error.message)) }) }),
    );
    return () => void (over = true);
  }, [theme, wanted, turn]);
  return [got.parts, got.problem, () => again((n) => n + 1)];
}

/**
 * @param {{store: Store, reader: ThemeReader, at: number, part: SplitPart, parts: SplitPart[], theme: string,
 *   onName: (name: string) => void, onMove: (idea: string, to: number) => void}} props
 */
function PartOf({ store, reader, at, part, parts, theme, onName, onMove }) {
  const [whole, open] = useState(false);
  const { shown, all } = useTexts(store, reader, part.ideas, whole ? Infinity : FIRST);
  const called = (/** @type {number} */ n) => (n === 0 ? t("stays") : t("new theme {at}", { at: n }));
  const ids = readable(part.ideas, store.screen.value.state.ideas).length;
  return html`<fieldset class="split-part">
    <legend>${at === 0 ? tn("{n} idea stays in “{theme}”", "{n} ideas stay in “{theme}”", ids, { theme }) : tn("New theme {at}: {n} idea", "New theme {at}: {n} ideas", ids, { at })}</legend>
    ${at > 0 && html`<${NameField} id=${"part-name-" + at} label=${t("Its name")} text=${part.name} onText=${onName} />`}
    <ul>${shown.map((id) => html`<li key=${id}><${Text} store=${store} reader=${reader} id=${id} />
      <label><span class="spoken">${t("Where “{text}” goes", { text: firstWords(store, reader, id) })}</span>
        <select value=${at} onChange=${(/** @type {any} */ event) => onMove(id, Number(event.target.value))}>${parts.map((_, n) => html`<option key=${n} value=${n}>${called(n)}</option>`)}</select></label>
    </li>`)}</ul>
    ${all.length > FIRST && !whole && html`<button type="button" class="quiet" onClick=${() => open(true)}>${tn("Show {n} more", "Show {n} more", all.length - FIRST)}</button>`}
  </fieldset>`;
}
