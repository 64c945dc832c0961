/**
 * The shapes of a theme map as it is fetched, as types for the checker: nothing here runs.
 *
 * A view is whole and stands for one moment (`mark`); what happened since comes over the socket.
 */

/** @typedef {import("../parts/theme-map.js").Spot} Spot */
/** @typedef {{name?: string, members: string[]}} Part a sub-theme; nameless where nothing of its name is said any more */
/** @typedef {{kind: string, words: string}} Signal something worth a look, in a sentence */
/** @typedef {{lang: string, ideas: string[]}} Unread ideas in a language that was not understood */
/** @typedef {{idea: string, before: string, after: string}} Moved */
/** @typedef {{theme: string, how: string, others?: string[], name?: string, correction?: string|null}} Descent */
/** @typedef {{id: string, kind: "new_theme"|"moved"|"join"|"split", themes: string[], ideas: string[]}} Suggestion */

/**
 * @typedef {object} Theme
 * @property {string} id
 * @property {string} name
 * @property {"machine"|"person"} [named_by]
 * @property {boolean} [kept] whether a person touched it
 * @property {boolean} [is_new]
 * @property {string} [headline] id of the most central idea
 * @property {string[]} [representatives] ids
 * @property {string[]} members ids
 * @property {number} size
 * @property {number} [distinct]
 * @property {string[]} [pinned] ids
 * @property {Spot} [spot]
 * @property {Part[]} [parts] sub-themes
 * @property {Signal[]} [signals]
 */

/**
 * @typedef {object} ThemeMapView
 * @property {number} version
 * @property {string} mark
 * @property {boolean} [provisional]
 * @property {number} [made_at]
 * @property {boolean} [too_few]
 * @property {boolean} [fell_back] the last live map stands for the final one
 * @property {Theme[]} themes ranked
 * @property {string[]} [one_of_a_kind]
 * @property {string[]} [not_ideas]
 * @property {Unread[]} [unread]
 * @property {Record<string, [number, number]>} [spots] by idea
 * @property {Suggestion[]} [suggestions]
 * @property {Moved[]} [moved]
 * @property {Descent[]} [lineage]
 * @property {Record<string, string>} [texts] of headlines and representatives, by idea
 * @property {number} [corrections_seq]
 * @property {import("./frames.js").CorrectionView[]} [corrections] those that the map holds; staff only
 * @property {number} [width] of the wide picture, in map units
 * @property {number} [height]
 * @property {number} [tall_width]
 * @property {number} [tall_height]
 */

/** @typedef {{theme: string, parts: {name: string, ideas: string[]}[]}} SplitProposal what is in no part stays; where all is in one, the first stays */

export {};
