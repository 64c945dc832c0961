/**
 * The facilitator's hold on time: next phase, five minutes more, pause, close.
 *
 * Each asks first and names what will happen; each names the phase that was on the screen, so two
 * facilitators never skip one together.
 */

import { slot } from "../state/select.js";
import { phaseName } from "../words/lists.js";
import { clockTime } from "../words/times.js";
import { t, tn } from "../words/words.js";
import { Confirm, Dialog } from "./dialog.js";
import { html, useOnce, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {{title: string, consequence: string[], action: string, wish: import("../wire/frames.js").Wish, stop?: boolean}} Question */

const MORE_MINUTES = 5;

/** @param {{store: Store}} props */
export function Phases({ store }) {
  const { state } = store.screen.value;
  const [asked, ask] = useState(/** @type {Question|null} */ (null));
  const now = slot(state);
  if (!state.jam || !now) return null;
  if (now.phase === "closed") return html`<${Reopen} store=${store} />`;
  const paused = Boolean(state.jam.paused_at);
  const timed = now.ends_at !== undefined;
  return html`<section class="phases" aria-label=${t("Phase controls")}>
    <${Schedule} store=${store} />
    <div class="actions">
      <button type="button" class="primary" onClick=${() => ask(nextQuestion(store))}>${nextLabel(store)}</button>
      ${timed && html`<button type="button" onClick=${() => ask(moreQuestion(store))}>${t("Give 5 more minutes")}</button>`}
      <button type="button" onClick=${() => ask(paused ? resumeQuestion() : pauseQuestion())}>${paused ? t("Resume") : t("Pause")}</button>
      <button type="button" onClick=${() => ask(closeQuestion(store))}>${t("Close the jam")}</button>
    </div>
    ${asked && html`<${Confirm} ...${asked} onYes=${() => store.act(asked.wish)} onClose=${() => ask(null)} />`}
  </section>`;
}

/** A close by mistake is taken back: the phase gets the time that was left, or as many minutes as are asked for. @param {{store: Store}} props */
function Reopen({ store }) {
  const { jam } = store.screen.value.state;
  const [asking, ask] = useState(false);
  const [minutes, setMinutes] = useState("");
  const [none, setNone] = useState(false);
  const asked = minutes.trim() !== "";
  const number = /^\d{1,3}$/.test(minutes.trim()) ? Number(minutes) : 0;
  const wrong = asked ? number < 1 || number > 120 : none;
  const [, go] = useOnce(async () => {
    if (wrong) return document.getElementById("reopen-minutes")?.focus();
    const entry = await store.act({ t: "reopen_jam", ...(asked ? { minutes: number } : {}), version: jam?.version });
    setNone(entry.error?.code === "minutes_out_of_range");
    if (entry.error?.code !== "minutes_out_of_range") ask(false);
    if (entry.stage === "done") store.say("ok", t("The jam is open again. Everyone sees the new times."));
  });
  return html`<section class="phases" aria-label=${t("Phase controls")}>
    <${Schedule} store=${store} />
    <div class="actions"><button type="button" onClick=${() => ask(true)}>${t("Open it again")}</button>
      <span class="muted">${t("For a jam that was closed by mistake.")}</span></div>
    ${asking && html`<${Dialog} title=${t("Open the jam again?")} onClose=${() => ask(false)}>
      <form onSubmit=${go} novalidate>
        <p>${t("The phase that was closed goes on for everyone. Nothing that was written is lost.")}</p>
        <p>${t("The close stays on record, and a report made from it stays as an earlier version.")}</p>
        <div class=${wrong ? "field has-error" : "field"}>
          <label for="reopen-minutes">${t("For how many minutes?")}</label>
          <p class="hint" id="reopen-hint">${t("Leave it empty to give the time that was left.")}</p>
          ${wrong && html`<p class="error" id="reopen-error">${none && !asked ? t("No time was left. Enter 1 to 120 minutes") : t("Enter 1 to 120 minutes")}</p>`}
          <input id="reopen-minutes" type="text" inputmode="numeric" value=${minutes} aria-invalid=${wrong ? "true" : undefined}
            aria-describedby=${wrong ? "reopen-hint reopen-error" : "reopen-hint"} onInput=${(/** @type {any} */ e) => setMinutes(e.target.value)} />
        </div>
        <div class="actions"><button type="submit" class="primary">${t("Open it again")}</button>
          <button type="button" onClick=${() => ask(false)}>${t("Cancel")}</button></div>
      </form></${Dialog}>`}
  </section>`;
}

/** All phases in order, with their times. @param {{store: Store}} props */
function Schedule({ store }) {
  const { jam } = store.screen.value.state;
  return html`<ol class="schedule">${jam?.phases.map((one, at) => html`
    <li key=${one.phase} aria-current=${at === jam.phase_index ? "step" : undefined}>
      <span>${phaseName(one.phase)}</span>
      ${one.starts_at !== undefined && html`<span class="muted numbers">${" "}${clockTime(one.starts_at, store.now())}</span>`}
    </li>`)}</ol>`;
}

/** @param {Store} store */
function following(store) {
  const { jam } = store.screen.value.state;
  return jam?.phases[jam.phase_index + 1]?.phase ?? "closed";
}

/** @param {Store} store */
function nextLabel(store) {
  return t("Start {phase} now", { phase: phaseName(following(store)) });
}

/** @param {Store} store @returns {Question} */
function nextQuestion(store) {
  const { state } = store.screen.value;
  const next = following(store);
  if (next === "closed") return closeQuestion(store);
  return {
    title: t("Start {phase} now?", { phase: phaseName(next) }),
    consequence: [t("The phase “{phase}” ends for everyone at once.", { phase: phaseName(slot(state)?.phase ?? "") }), ...endOfWriting(store, next), ...waiting(store)],
    action: nextLabel(store),
    wish: { t: "start_next_phase", phase_index: state.jam?.phase_index ?? 0, version: state.jam?.version },
  };
}

/** @param {Store} store @param {string} next */
function endOfWriting(store, next) {
  const phase = slot(store.screen.value.state)?.phase;
  const writing = (/** @type {string|undefined} */ one) => one === "ideate" || one === "build";
  if (!writing(phase) || writing(next)) return [];
  return [t("Nobody can write ideas or replies after this. The themes are made now.")];
}

/** @param {Store} store */
function waiting(store) {
  const { queue } = store.screen.value.lists;
  if (queue.length === 0) return [];
  const still = queue.some((one) => one.reply_to)
    ? tn("{n} reply is still waiting for a check.", "{n} ideas and replies are still waiting for a check.", queue.length)
    : tn("{n} idea is still waiting for a check.", "{n} ideas are still waiting for a check.", queue.length);
  return [`${still} ${t("You can go on checking.")}`];
}

/** @param {Store} store @returns {Question} */
function moreQuestion(store) {
  const { state } = store.screen.value;
  const end = (slot(state)?.ends_at ?? 0) + MORE_MINUTES * 60_000;
  return {
    title: t("Give everyone 5 more minutes?"),
    consequence: [t("The phase “{phase}” will end at {time}. All later phases move too, and everyone is told.", { phase: phaseName(slot(state)?.phase ?? ""), time: clockTime(end, store.now()) })],
    action: t("Give 5 more minutes"),
    wish: { t: "extend_phase", phase_index: state.jam?.phase_index ?? 0, version: state.jam?.version, minutes: MORE_MINUTES },
  };
}

/** @returns {Question} */
function pauseQuestion() {
  return {
    title: t("Pause the jam?"),
    consequence: [t("The clock stops and nobody can write until you resume. Drafts are kept."), t("All later ends move by the time paused.")],
    action: t("Pause the jam"),
    wish: { t: "pause_jam" },
  };
}

/** @returns {Question} */
function resumeQuestion() {
  return {
    title: t("Resume the jam?"),
    consequence: [t("The clock goes on and everyone can write again. Later ends move by the time paused.")],
    action: t("Resume the jam"),
    wish: { t: "resume_jam" },
  };
}

/** @param {Store} store @returns {Question} */
function closeQuestion(store) {
  return {
    title: t("Close the jam?"),
    consequence: [
      t("The jam ends for everyone, and the report is made. People can still read both. If you close it by mistake, you can open it again."),
      ...waiting(store),
    ],
    action: t("Close the jam"),
    wish: { t: "close_jam", version: store.screen.value.state.jam?.version },
    stop: true,
  };
}
