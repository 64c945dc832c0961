/**
 * The time that is left: in words, with the end and its zone, and a quiet bar. Never alarming.
 *
 * Drawn from the server's clock each second, so a tab that slept is right at once. Spoken at
 * 10, 5, 2 and 1 minutes and at 30 seconds only; a reader may hide it.
 */

import { left, slot } from "../state/select.js";
import { phaseName, phaseSays } from "../words/lists.js";
import { clockTime, timeLeft } from "../words/times.js";
import { t } from "../words/words.js";
import { announce, announceNow } from "../state/spoken.js";
import { classes, html, useEffect, useRef, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */

const SPOKEN_MS = [600_000, 300_000, 120_000, 60_000, 30_000];

/** @param {{store: Store}} props */
export function Clock({ store }) {
  const { state } = store.screen.value;
  useTick(1000);
  const rest = left(state, store.now());
  useSpokenTime(rest);
  useSpokenBell(state);
  const [hidden, hide] = useState(store.keep.get("clock-hidden") === "yes");
  const now = slot(state);
  if (!now) return html`<div class="clock"><p>${t("Fetching the jam")}</p></div>`;
  const turn = () => {
    store.keep.set("clock-hidden", hidden ? "no" : "yes");
    hide(!hidden);
  };
  return html`
    <section class=${classes("clock", state.jam?.paused_at ? "is-paused" : "")} aria-label=${t("Time")}>
      <p class="clock-phase"><strong>${phaseName(now.phase)}</strong> <span>${state.jam?.paused_at ? t("The jam is paused. Nobody can write now.") : phaseSays(now.phase)}</span></p>
      ${rest !== null && !hidden && html`<${Rest} store=${store} rest=${rest} />`}
      ${rest !== null && html`<button type="button" class="quiet" aria-label=${hidden ? t("Show the clock") : t("Hide the clock")} onClick=${turn}>${hidden ? t("Show the clock") : t("Hide")}</button>`}
    </section>
  `;
}

/** @param {{store: Store, rest: number}} props */
function Rest({ store, rest }) {
  const { state } = store.screen.value;
  const end = slot(state)?.ends_at ?? 0;
  const start = slot(state)?.starts_at ?? end;
  const paused = state.jam?.paused_at;
  return html`
    <p class="clock-rest"><span role="timer" class="clock-left">${timeLeft(rest)}</span>${" "}
      <span class="muted">${paused ? t("when it goes on") : t("ends {time}", { time: clockTime(end, store.now()) })}</span></p>
    <progress class="clock-bar" aria-hidden="true" max=${Math.max(1, end - start)} value=${rest}></progress>
  `;
}

/** Draw again every so often; a hidden tab catches up when it is seen. @param {number} ms @returns {void} */
export function useTick(ms) {
  const [, set] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => set((n) => n + 1), ms);
    return () => clearInterval(timer);
  }, [ms]);
}

/** @param {number|null} rest */
function useSpokenTime(rest) {
  const before = useRef(/** @type {number|null} */ (null));
  useEffect(() => {
    const was = before.current;
    before.current = rest;
    if (rest === null || was === null) return;
    if (SPOKEN_MS.some((mark) => was > mark && rest <= mark)) announce(timeLeft(Math.ceil(rest / 1000) * 1000));
  }, [rest]);
}

/** The bell itself may interrupt. @param {import("../state/reduce.js").State} state */
function useSpokenBell(state) {
  const before = useRef(/** @type {number|null} */ (null));
  const index = state.jam?.phase_index ?? null;
  useEffect(() => {
    const was = before.current;
    before.current = index;
    const phase = slot(state)?.phase;
    if (was !== null && index !== null && index !== was && phase) announceNow(phaseSays(phase));
  }, [index]);
}
