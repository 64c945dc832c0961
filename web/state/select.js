/**
 * Lists made from the state, once per change of the screen: the feed, replies, one's own, the queue.
 */

/** @typedef {import("./reduce.js").State} State */
/** @typedef {import("../wire/frames.js").IdeaView} IdeaView */

/** The feed of all forums, replies among the ideas, as the staff read it. */
export const EVERYTHING = "*";

/**
 * @typedef {object} Lists
 * @property {Record<string, IdeaView[]>} feed shown ideas by forum (and `EVERYTHING`), newest first; marks in
 *   place of hidden ones
 * @property {Record<string, IdeaView[]>} replies shown replies by idea, oldest first
 * @property {IdeaView[]} mine one's own ideas and replies, newest first
 * @property {IdeaView[]} queue what waits for a check, the longest wait first
 * @property {IdeaView[]} flagged reported and still shown, most reports first
 */

/** @param {State} state @param {string} me @returns {Lists} */
export function lists(state, me) {
  const all = Object.values(state.ideas);
  const shown = all.filter((idea) => idea.published !== undefined).sort((a, b) => place(b) - place(a));
  return {
    feed: { ...grouped(shown.filter((idea) => !idea.reply_to), (idea) => idea.forum), [EVERYTHING]: shown },
    replies: grouped(shown.filter((idea) => idea.reply_to).reverse(), (idea) => idea.reply_to ?? ""),
    mine: all.filter((idea) => idea.author === me).sort((a, b) => b.seq - a.seq),
    queue: all.filter((idea) => idea.status === "pending").sort((a, b) => waitsSince(a) - waitsSince(b) || a.seq - b.seq),
    flagged: flagged(state),
  };
}

/** Forums in the order in which they are asked. @param {State} state */
export function forums(state) {
  return Object.values(state.forums).sort((a, b) => a.position - b.position);
}

/** The phase that is running. @param {State} state */
export function slot(state) {
  return state.jam?.phases[state.jam.phase_index] ?? null;
}

/**
 * Milliseconds until the running phase ends; null when nobody knows. A paused clock stands still.
 * @param {State} state @param {number} now the server's time
 */
export function left(state, now) {
  const end = slot(state)?.ends_at;
  if (end === undefined || end === null) return null;
  return Math.max(0, end - (state.jam?.paused_at ?? now));
}

/**
 * Whether ideas, or replies, are taken now (the server decides; this only chooses what to show).
 * @param {State} state @param {"idea"|"reply"} what
 */
export function takes(state, what) {
  const phase = slot(state)?.phase;
  if (!state.jam || state.jam.paused_at) return false;
  if (phase === "ideate") return true;
  return phase === "build" && (what === "reply" || Boolean(state.jam.build_takes_ideas));
}

/** Whether people of this role write and report; the others are here to read. @param {string} role */
export function writes(role) {
  return role !== "observer" && role !== "records_officer";
}

/** Whether the phases that take texts are still to come. @param {State} state */
export function beforeWriting(state) {
  const jam = state.jam;
  return Boolean(jam && jam.phases.slice(jam.phase_index + 1).some((one) => one.phase === "ideate"));
}

/** Whether the last phase that takes texts is behind us. @param {State} state */
export function afterWriting(state) {
  const jam = state.jam;
  return Boolean(jam && !jam.phases.slice(jam.phase_index).some((one) => one.phase === "ideate" || one.phase === "build"));
}

/** Since when a text waits for a check: one that was returned and sent again waits anew. @param {IdeaView} idea */
export function waitsSince(idea) {
  return idea.held_at ?? idea.at;
}

/** @param {State} state */
function flagged(state) {
  return Object.keys(state.flags)
    .filter((id) => state.flags[id] > 0 && state.ideas[id]?.status === "published")
    .map((id) => state.ideas[id])
    .sort((a, b) => state.flags[b.id] - state.flags[a.id] || a.seq - b.seq);
}

/** @param {IdeaView} idea */
function place(idea) {
  return idea.published ?? 0;
}

/** @param {IdeaView[]} list @param {(idea: IdeaView) => string} key @returns {Record<string, IdeaView[]>} */
function grouped(list, key) {
  /** @type {Record<string, IdeaView[]>} */
  const groups = {};
  for (const idea of list) (groups[key(idea)] ??= []).push(idea);
  return groups;
}
