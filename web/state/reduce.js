/**
 * The one function that turns what the server sends into what the browser knows.
 *
 * Pure: no page, no clock, no network, so that the same sequences can be run here and in its twin
 * (tests/reducer.py) and compared. Every kind of event is applied alike: it carries the changed
 * thing whole, and the newer version takes the place of the older one.
 */

/** @typedef {import("../wire/frames.js").Snapshot} Snapshot */
/** @typedef {import("../wire/frames.js").Batch} Batch */
/** @typedef {import("../wire/frames.js").Page} Page */
/** @typedef {import("../wire/frames.js").EventView} EventView */

/**
 * @typedef {object} State
 * @property {number} cursor end of what was applied; 0 before the first snapshot
 * @property {import("../wire/frames.js").JamView|null} jam
 * @property {import("../wire/frames.js").Totals|null} totals
 * @property {Record<string, import("../wire/frames.js").ForumView>} forums by id
 * @property {Record<string, import("../wire/frames.js").IdeaView>} ideas ideas and replies by id
 * @property {Record<string, number>} flags how many people reported an idea, by idea
 * @property {Record<string, import("../wire/frames.js").PersonView>} people by id; staff only
 * @property {Record<string, import("../wire/frames.js").ProposalView>} proposals proposed questions by id; staff only
 * @property {import("../wire/frames.js").ThemesView|null} themes which map is the current one, and what of it was cleaned
 * @property {import("../wire/frames.js").Placed|null} placed where ideas went that came after that map
 * @property {Record<string, import("../wire/frames.js").CorrectionView>} corrections by id: those that the map does not hold yet; staff only
 * @property {import("../wire/frames.js").ReportView|null} report
 * @property {boolean} older there are shown ideas before these
 * @property {boolean} gap something was missed: only a new snapshot mends it
 */

/** What is known before the first snapshot. @returns {State} */
export function emptyState() {
  return {
    cursor: 0, jam: null, totals: null, forums: {}, ideas: {}, flags: {}, people: {},
    proposals: {}, themes: null, placed: null, corrections: {}, report: null, older: false, gap: false,
  };
}

/**
 * The state after one frame. Frames that change nothing give back the very same object.
 * A snapshot must be whole: `web/wire/assemble.js` joins its parts.
 * @param {State} state
 * @param {{t: string, [field: string]: any}} frame
 * @returns {State}
 */
export function reduce(state, frame) {
  if (frame.t === "snapshot") return fromSnapshot(/** @type {Snapshot} */ (frame));
  if (frame.t === "batch") return withBatch(state, /** @type {Batch} */ (frame));
  if (frame.t === "page") return withPage(state, /** @type {Page} */ (frame));
  return state;
}

/** @param {Snapshot} frame @returns {State} */
function fromSnapshot(frame) {
  return {
    cursor: frame.cursor,
    jam: frame.jam ?? null,
    totals: frame.totals ?? null,
    forums: byKey(frame.forums ?? [], (forum) => forum.id, (forum) => forum),
    ideas: byKey(frame.ideas ?? [], (idea) => idea.id, (idea) => idea),
    flags: byKey(frame.flags ?? [], (flags) => flags.idea, (flags) => flags.count),
    people: byKey(frame.people ?? [], (person) => person.id, (person) => person),
    proposals: byKey(frame.proposals ?? [], (proposal) => proposal.id, (proposal) => proposal),
    themes: frame.themes ?? null,
    placed: frame.placed ?? null,
    corrections: byKey(frame.corrections ?? [], (one) => one.id, (one) => one),
    report: frame.report ?? null,
    older: frame.older ?? false,
    gap: false,
  };
}

/**
 * A batch that does not begin where we stand says that something was missed; nothing of it is used.
 * @param {State} state @param {Batch} batch @returns {State}
 */
function withBatch(state, batch) {
  if (batch.after !== state.cursor) return { ...state, gap: true };
  const next = { ...state, cursor: batch.cursor, totals: batch.totals ?? state.totals };
  /** @type {Set<string>} maps that are copies already */
  const own = new Set();
  for (const event of batch.events ?? []) applyEvent(next, own, event);
  return next;
}

/** Older ideas never move the cursor, and never replace what is newer. @param {State} state @param {Page} page @returns {State} */
function withPage(state, page) {
  const next = { ...state, older: page.older };
  const own = new Set();
  for (const idea of page.ideas) put(next, own, "ideas", idea);
  return next;
}

/** @param {State} next the new state, still ours alone @param {Set<string>} own @param {EventView} event */
function applyEvent(next, own, event) {
  if (event.jam) next.jam = newer(next.jam, event.jam);
  applyThemes(next, event);
  if (event.report) next.report = newer(next.report, event.report);
  if (event.forum) put(next, own, "forums", event.forum);
  if (event.idea) put(next, own, "ideas", event.idea);
  if (event.proposal) put(next, own, "proposals", event.proposal);
  if (event.participant) fresh(next, own, "people")[event.participant.id] = event.participant;
  if (event.flags) fresh(next, own, "flags")[event.flags.idea] = event.flags.count;
  if (event.correction) correct(fresh(next, own, "corrections"), event.correction);
  settle(next, own);
}

/** @param {State["corrections"]} corrections @param {import("../wire/frames.js").CorrectionView} one */
function correct(corrections, one) {
  corrections[one.id] = one;
  const undone = corrections[one.undoes ?? ""];
  if (undone) corrections[undone.id] = { ...undone, undone: true };
}

/**
 * The themes of the moment. Showing and hiding them carries all that this viewer may see from now on.
 * @param {State} next @param {EventView} event
 */
function applyThemes(next, event) {
  if (event.kind === "themes_shown") {
    next.themes = event.themes ?? null;
    next.placed = event.placed ?? null;
    return;
  }
  if (event.themes) next.themes = newer(next.themes, event.themes);
  if (event.placed) next.placed = joined(next.placed, event.placed);
}

/**
 * What the map holds is not beside it any more: ideas that were placed belong to one version, corrections
 * leave with the version that has them. @param {State} next @param {Set<string>} own
 */
function settle(next, own) {
  const { themes, placed } = next;
  if (placed && placed.version < (themes?.version ?? Infinity)) next.placed = null;
  const held = Object.values(next.corrections).filter((one) => one.seq <= (themes?.corrections_seq ?? 0));
  if (held.length === 0) return;
  const corrections = fresh(next, own, "corrections");
  for (const one of held) delete corrections[one.id];
}

/** @param {State["placed"]} old @param {import("../wire/frames.js").Placed} now @returns {State["placed"]} */
function joined(old, now) {
  if (!old || old.version < now.version) return now;
  return old.version > now.version ? old : { ...now, places: { ...old.places, ...now.places } };
}

/**
 * @template {{version: number}} T
 * @param {T|null|undefined} old @param {T} now @returns {T} the one with the higher version; `now` when equal
 */
function newer(old, now) {
  return old && old.version > now.version ? old : now;
}

/**
 * @template {"forums"|"ideas"|"proposals"} K
 * @param {State} next @param {Set<string>} own @param {K} name @param {State[K][string]} thing
 */
function put(next, own, name, thing) {
  const map = /** @type {Record<string, any>} */ (fresh(next, own, name));
  map[thing.id] = newer(map[thing.id], thing);
}

/**
 * The map of that name, copied once for this frame: the old state must stay as it was.
 * @template {"forums"|"ideas"|"flags"|"people"|"proposals"|"corrections"} K
 * @param {State} next @param {Set<string>} own @param {K} name @returns {State[K]}
 */
function fresh(next, own, name) {
  if (!own.has(name)) {
    own.add(name);
    next[name] = { ...next[name] };
  }
  return next[name];
}

/**
 * @template T, V
 * @param {T[]} list @param {(one: T) => string} key @param {(one: T) => V} value @returns {Record<string, V>}
 */
function byKey(list, key, value) {
  return Object.fromEntries(list.map((one) => [key(one), value(one)]));
}
