/**
 * Joins the parts of a snapshot into one frame, between the socket and the reducer.
 *
 * A snapshot is taken over only when it is whole: half of one would be a state that never was.
 */

/** @typedef {import("./frames.js").Snapshot} Snapshot */

/**
 * @returns {(part: Snapshot) => Snapshot|null} give it each part in turn; it answers with the whole
 *   at the last one. A part 1, or a part of another cursor, begins anew.
 */
export function assembler() {
  /** @type {Snapshot|null} */
  let whole = null;
  return (part) => {
    whole = !whole || part.part <= 1 || whole.cursor !== part.cursor ? { ...part } : joined(whole, part);
    if (part.part < part.parts) return null;
    const done = whole;
    whole = null;
    return done;
  };
}

/** @param {Snapshot} whole @param {Snapshot} part @returns {Snapshot} */
function joined(whole, part) {
  return {
    ...whole,
    ...part,
    forums: [...(whole.forums ?? []), ...(part.forums ?? [])],
    ideas: [...(whole.ideas ?? []), ...(part.ideas ?? [])],
    flags: [...(whole.flags ?? []), ...(part.flags ?? [])],
    people: [...(whole.people ?? []), ...(part.people ?? [])],
    older: Boolean(whole.older || part.older),
  };
}
