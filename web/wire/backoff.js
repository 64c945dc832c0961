/**
 * How long to wait before the next try to connect: full jitter, so that a thousand browsers that
 * lost the same server do not come back in one instant.
 */

const FIRST_MS = 500;
const MOST_MS = 20_000;

/**
 * @param {number} failures tries that failed since the last success, from 0
 * @param {() => number} random a number from 0 to 1
 * @returns {number} milliseconds: from 0.5 s up to a ceiling that doubles to 20 s
 */
export function backoff(failures, random) {
  const ceiling = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures + 1, 10));
  return FIRST_MS + random() * (ceiling - FIRST_MS);
}

/** Whether the server's close code means: do not come back. @param {number} code */
export function stops(code) {
  return code >= 4500;
}
