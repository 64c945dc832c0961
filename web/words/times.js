/**
 * Moments and lengths of time in words: "18 minutes left", "20:00 GMT", "2 min".
 *
 * All from the server's clock. Minutes are rounded so that the words never promise too much time.
 */

import { language, t, tn } from "./words.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "20:00 GMT": a time of day always has its zone; the date too unless it is today. @param {number} at @param {number} now */
export function clockTime(at, now) {
  const far = Math.abs(at - now) > 18 * HOUR;
  /** @type {Intl.DateTimeFormatOptions} */
  const day = far ? { weekday: "short", day: "numeric", month: "short" } : {};
  return new Intl.DateTimeFormat(language(), { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" }).format(at);
}

/** The full date and time, for a `title` and for screen readers. @param {number} at */
export function fullTime(at) {
  return new Intl.DateTimeFormat(language(), { dateStyle: "long", timeStyle: "long", hourCycle: "h23" }).format(at);
}

/** @param {number} ms time left, not negative */
export function timeLeft(ms) {
  if (ms < MINUTE) return tn("{n} second left", "{n} seconds left", Math.floor(ms / SECOND));
  if (ms < HOUR) return tn("{n} minute left", "{n} minutes left", Math.floor(ms / MINUTE));
  if (ms < 2 * DAY) return hoursLeft(Math.floor(ms / HOUR), Math.floor((ms % HOUR) / MINUTE));
  return tn("{n} day left", "{n} days left", Math.floor(ms / DAY));
}

/** @param {number} hours @param {number} minutes */
function hoursLeft(hours, minutes) {
  if (minutes === 0) return tn("{n} hour left", "{n} hours left", hours);
  return t("{hours} h {minutes} min left", { hours, minutes });
}

/** How long ago, short: "now", "2 min", "3 h", "5 d". @param {number} ms */
export function ago(ms) {
  if (ms < MINUTE) return t("now");
  if (ms < HOUR) return t("{n} min", { n: Math.floor(ms / MINUTE) });
  if (ms < DAY) return t("{n} h", { n: Math.floor(ms / HOUR) });
  return t("{n} d", { n: Math.floor(ms / DAY) });
}

/** How long ago, as a part of a sentence: "4 seconds ago". @param {number} seconds */
export function longAgo(seconds) {
  if (seconds < 1) return t("just now");
  if (seconds * SECOND < MINUTE) return tn("{n} second ago", "{n} seconds ago", seconds);
  if (seconds * SECOND < HOUR) return tn("{n} minute ago", "{n} minutes ago", Math.floor((seconds * SECOND) / MINUTE));
  if (seconds * SECOND < DAY) return tn("{n} hour ago", "{n} hours ago", Math.floor((seconds * SECOND) / HOUR));
  return tn("{n} day ago", "{n} days ago", Math.floor((seconds * SECOND) / DAY));
}

/** How long something waits: "under 1 min", "3 min", "2 h". @param {number} ms */
export function age(ms) {
  return ms < MINUTE ? t("under 1 min") : ago(ms);
}
