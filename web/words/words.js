/**
 * Every sentence on the screen passes through here, so that it can be in another language.
 *
 * The page brings the catalogue of its language: English sentence -> translation, or for counted
 * sentences -> one form for each plural category (`one`, `other`, …). English needs no catalogue.
 */

/** @typedef {Record<string, string|Record<string, string>>} Catalogue */
/** @typedef {Record<string, string|number>} Values */

/** @type {{catalogue: Catalogue, lang: string}} set once, before the first sentence is said */
const spoken = { catalogue: {}, lang: "en" };

/** @param {Catalogue} catalogue @param {string} lang */
export function speak(catalogue, lang) {
  spoken.catalogue = catalogue;
  spoken.lang = lang || "en";
}

/** The language of the page, for dates and numbers. */
export function language() {
  return spoken.lang;
}

/** @param {string} sentence in English, with {names} for what is filled in @param {Values} [values] */
export function t(sentence, values = {}) {
  const found = spoken.catalogue[sentence];
  return fill(typeof found === "string" ? found : sentence, values);
}

/** @param {string} one @param {string} many @param {number} n available as {n} @param {Values} [values] */
export function tn(one, many, n, values = {}) {
  const category = new Intl.PluralRules(spoken.lang).select(n);
  const found = spoken.catalogue[one];
  const english = n === 1 ? one : many;
  const sentence = typeof found === "object" ? found[category] ?? found.other ?? english : english;
  return fill(sentence, { n: number(n), ...values });
}

/** @param {number} n */
export function number(n) {
  return new Intl.NumberFormat(spoken.lang).format(n);
}

/** @param {string} sentence @param {Values} values */
function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
