/**
 * Where a reader stands in the feed: what is on the screen stays where it is.
 *
 * New ideas wait behind a button; older ones come by page. All per forum, apart from `floor`, the
 * place before which this browser may have holes (an old idea can turn up alone when it is edited).
 */

/** @typedef {import("../wire/frames.js").IdeaView} IdeaView */

/**
 * @typedef {object} Reading
 * @property {Record<string, number>} upTo by forum: the newest place that is on the screen
 * @property {Record<string, number>} count by forum: how many ideas are on the screen at most
 * @property {number} floor
 * @property {boolean} paused live updates are held back
 */

export const PAGE = 50;
const SNAPSHOT_IDEAS = 200;

/** @returns {Reading} */
export function fresh() {
  return { upTo: {}, count: {}, floor: 0, paused: false };
}

/**
 * The floor after a snapshot: the place of the oldest of its newest 200 ideas. Others may come with
 * it out of turn (one's own, reported ones), so the lowest place will not do.
 * @param {IdeaView[]} ideas @param {boolean} older
 */
export function snapshotFloor(ideas, older) {
  if (!older) return 0;
  const places = ideas.flatMap((idea) => (idea.published !== undefined && !idea.reply_to ? [idea.published] : []));
  places.sort((a, b) => b - a);
  return places[Math.min(SNAPSHOT_IDEAS, places.length) - 1] ?? 0;
}

/** The floor after a page of older ideas. @param {IdeaView[]} ideas @param {boolean} older @param {number} floor */
export function pageFloor(ideas, older, floor) {
  const places = ideas.flatMap((idea) => (idea.published !== undefined && !idea.reply_to ? [idea.published] : []));
  return older ? Math.min(floor, ...places) : 0;
}

/**
 * What of a forum is on the screen, what waits above, and whether there is more below.
 * One's own new ideas are shown beside the place to write, so they do not count as waiting.
 * @param {IdeaView[]|undefined} feed newest first @param {Reading} reading @param {string} forum
 * @param {string} [me]
 */
export function windowOf(feed, reading, forum, me = "") {
  const known = (feed ?? []).filter((idea) => (idea.published ?? 0) >= reading.floor);
  const upTo = reading.upTo[forum] ?? 0;
  const seen = known.filter((idea) => (idea.published ?? 0) <= upTo);
  const ideas = seen.slice(0, reading.count[forum] ?? PAGE);
  const waiting = known.filter((idea) => (idea.published ?? 0) > upTo && idea.author !== me).length;
  return { ideas, waiting, below: seen.length - ideas.length };
}

/**
 * A forum with nothing on the screen follows the feed: there is nobody to disturb.
 * @param {Reading} reading @param {Record<string, IdeaView[]>} feed @returns {Reading} the same one if nothing changed
 */
export function followed(reading, feed) {
  const empty = Object.keys(feed).filter((forum) => windowOf(feed[forum], reading, forum).ideas.length === 0);
  if (empty.length === 0 || reading.paused) return reading;
  const newest = Object.fromEntries(empty.map((forum) => [forum, feed[forum][0]?.published ?? 0]));
  return { ...reading, upTo: { ...reading.upTo, ...newest } };
}

/** All of a forum's waiting ideas come on the screen. @param {Reading} reading @param {string} forum @param {IdeaView[]} feed @returns {Reading} */
export function caughtUp(reading, forum, feed) {
  const { waiting } = windowOf(feed, reading, forum);
  const count = (reading.count[forum] ?? PAGE) + waiting;
  return {
    ...reading,
    upTo: { ...reading.upTo, [forum]: feed[0]?.published ?? 0 },
    count: { ...reading.count, [forum]: count },
  };
}

/** One more page below. @param {Reading} reading @param {string} forum @returns {Reading} */
export function longer(reading, forum) {
  return { ...reading, count: { ...reading.count, [forum]: (reading.count[forum] ?? PAGE) + PAGE } };
}
