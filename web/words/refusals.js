/**
 * A refusal of the server, as a sentence with the reader's own clock in it.
 *
 * The server's sentence is used where it holds no moment; where it does, the time is written out
 * here, because only the browser knows the reader's zone.
 */

import { decided, phaseName } from "./lists.js";
import { clockTime, longAgo } from "./times.js";
import { t } from "./words.js";

/**
 * @param {import("../wire/frames.js").ErrorFrame} error
 * @param {number} now the server's time
 */
export function refusal(error, now) {
  const facts = error.facts ?? {};
  const at = Number(facts.starts_at ?? facts.ended_at ?? facts.closed_at ?? facts.ends_at ?? 0);
  const time = at ? clockTime(at, now) : "";
  /** @type {Record<string, string>} */
  const timed = {
    jam_not_started: t("The jam opens at {time}. Your text is kept on this device.", { time }),
    not_yet: t("This opens at {time}. Your text is kept on this device.", { time }),
    phase_over: t("Time for this ended at {time}. Your text is kept on this device.", { time }),
    jam_closed: t("The jam closed at {time}. Your text is kept on this device.", { time }),
    times_changed: t("Somebody changed the times meanwhile: this phase now ends at {time}. Nothing else was changed.", { time }),
  };
  if (error.code === "already_decided") return alreadyDecided(facts);
  if (error.code === "phase_changed") return t("The phase changed meanwhile: it is now “{phase}”.", { phase: phaseName(String(facts.phase)) });
  return (time && timed[error.code]) || t(error.msg);
}

/** Who was faster, with what, and how long ago. @param {Record<string, string|number|null>} facts */
function alreadyDecided(facts) {
  const ago = longAgo(Number(facts.seconds_ago));
  return t("{done} {ago} by {who}.", { done: decided(String(facts.status)), ago, who: String(facts.by) });
}

/** What to say when the same thing will be tried again by itself. @param {import("../wire/frames.js").ErrorFrame|undefined} error @param {number} ms until then */
export function waitingFor(error, ms) {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (error?.code === "jam_paused") return t("The jam is paused. Your text is kept and will be sent when it goes on.");
  return t("Will be sent in {seconds} s", { seconds });
}
