/**
 * The few things a room fetches over HTTP: ideas, the history of one, themes, role links.
 *
 * Same origin, with the session's cookie; an error of the server becomes an Error with its sentence and
 * its `status` and `code`.
 */

/** @typedef {import("./frames.js").IdeaView} IdeaView */
/** @typedef {import("./theme-view.js").ThemeMapView} ThemeMapView */
/** @typedef {import("./theme-view.js").SplitProposal} SplitProposal */
/** @typedef {{version: number, at: number, text?: string, tags?: string[]}} Version */

/** @param {string} jam */
const base = (jam) => `/api/jams/${encodeURIComponent(jam)}`;

/**
 * @param {string} jam @param {number} before ideas first shown before this place in the order
 * @returns {Promise<{cursor: number, ideas: IdeaView[], older: boolean}>} newest first, with their replies
 */
export function olderIdeas(jam, before) {
  return ask(`${base(jam)}/ideas?before=${before}&limit=50`);
}

/** @param {string} jam @param {string[]} ids at most 100 @returns {Promise<{ideas: IdeaView[]}>} those that may be read */
export function ideasById(jam, ids) {
  return ask(`${base(jam)}/ideas?ids=${ids.map(encodeURIComponent).join(",")}`);
}

/** The map of that mark: kept by the browser, because it never changes. @param {string} jam @param {string} mark @returns {Promise<ThemeMapView>} */
export function themesAt(jam, mark) {
  return ask(`${base(jam)}/themes/${encodeURIComponent(mark)}`);
}

/** @param {string} jam @returns {Promise<ThemeMapView>} */
export function currentThemes(jam) {
  return ask(`${base(jam)}/themes`);
}

/** How a theme might be split; nothing is on record. @param {string} jam @param {string} theme @param {number} parts @returns {Promise<SplitProposal>} */
export function proposedSplit(jam, theme, parts) {
  return ask(`${base(jam)}/themes/split`, { theme, parts });
}

/** @param {string} jam @param {string} idea @returns {Promise<{versions: Version[]}>} */
export function ideaHistory(jam, idea) {
  return ask(`${base(jam)}/ideas/${encodeURIComponent(idea)}/history`);
}

/** @param {string} jam @param {string} role @param {boolean} reusable @returns {Promise<{url: string, expires_at?: number}>} */
export function roleLink(jam, role, reusable) {
  return ask(`${base(jam)}/links`, { role, reusable });
}

/** @param {string} path @param {object} [body] sent by POST where given @returns {Promise<any>} */
async function ask(path, body) {
  const headers = body ? { "content-type": "application/json" } : undefined;
  const init = body ? { method: "POST", headers, body: JSON.stringify(body) } : undefined;
  const answer = await fetch(path, { credentials: "same-origin", ...init });
  const json = await answer.json().catch(() => null);
  if (!answer.ok || json === null) {
    throw Object.assign(new Error(json?.message ?? `HTTP ${answer.status}`), { status: answer.status, code: json?.code });
  }
  return json;
}
