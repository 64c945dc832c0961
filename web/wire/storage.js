/**
 * What the browser keeps for one person in one jam: drafts, unsent commands, small choices.
 *
 * Keys are `jam/{jam}/{person}/{name}`, so that two people on one device never meet each other's
 * texts. Storage can be full, switched off or cleared under us: then memory serves until the page
 * is closed, and `keeps` says so, for the page to warn.
 */

/**
 * @typedef {object} Keep
 * @property {boolean} keeps whether texts outlive the page
 * @property {(name: string) => string|null} get
 * @property {(name: string, value: string) => void} set
 * @property {(name: string) => void} remove
 * @property {(start: string) => string[]} names the names that begin with `start`
 */

/**
 * @param {string} jam @param {string} person
 * @param {Storage|null} [storage] the browser's storage unless given
 * @returns {Keep}
 */
export function keepFor(jam, person, storage = browserStorage()) {
  const prefix = `jam/${jam}/${person}/`;
  /** @type {Map<string, string>} */
  const memory = new Map();
  const keep = {
    keeps: storage !== null,
    /** @param {string} name */
    get: (name) => memory.get(name) ?? storage?.getItem(prefix + name) ?? null,
    /** @param {string} name @param {string} value */
    set(name, value) {
      try {
        if (!storage) throw new Error("no storage");
        storage.setItem(prefix + name, value);
        memory.delete(name);
      } catch {
        keep.keeps = false;
        memory.set(name, value);
      }
    },
    /** @param {string} name */
    remove(name) {
      memory.delete(name);
      storage?.removeItem(prefix + name);
    },
    /** @param {string} start */
    names(start) {
      const stored = Object.keys(storage ?? {}).filter((key) => key.startsWith(prefix + start));
      return [...new Set([...stored.map((key) => key.slice(prefix.length)), ...memory.keys()])].filter(
        (name) => name.startsWith(start),
      );
    },
  };
  return keep;
}

/** Null where the browser refuses it (some do in private windows). @returns {Storage|null} */
function browserStorage() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
