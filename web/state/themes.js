/**
 * The theme map as it stands this very moment: the fetched view, and what came over the socket since.
 *
 * Pure. A hidden idea and a cleaned name are gone at once, whatever the view says that is on the screen.
 */

/** @typedef {import("../wire/theme-view.js").ThemeMapView} ThemeMapView */
/** @typedef {import("../wire/theme-view.js").Theme} Theme */
/** @typedef {import("../wire/frames.js").ThemeHead} ThemeHead */
/** @typedef {import("../wire/frames.js").Placed} Placed */
/** @typedef {Theme & {later: string[]}} Shown `later`: members that came after the map was made */

/**
 * @param {ThemeMapView} view @param {ThemeHead[]} changed a later one of the same theme counts @param {[string, string][]} beside each idea beside the view with its theme
 * @returns {Shown[]} in the order of the view
 */
export function shownThemes(view, changed, beside) {
  const heads = new Map(changed.map((head) => [head.id, head]));
  const later = byTheme(beside);
  const themes = view.themes.map((theme) => cleaned(theme, heads.get(theme.id), later[theme.id] ?? []));
  return themes.filter((theme) => theme.size > 0);
}

/** @param {Theme} theme @param {ThemeHead|undefined} head @param {string[]} later @returns {Shown} */
function cleaned(theme, head, later) {
  const gone = new Set(head?.gone ?? []);
  const without = (/** @type {string[]|undefined} */ ids) => (ids ?? []).filter((id) => !gone.has(id));
  const members = without(theme.members);
  const known = new Set(members);
  const added = without(later).filter((id) => !known.has(id));
  const shown = { ...theme, ...headOf(head), spot: relabelled(theme, head?.name), members: [...members, ...added], later: added, size: members.length + added.length };
  // What a part is called may be words that are gone: the next view knows.
  return head ? { ...shown, parts: theme.parts?.map((part) => ({ members: without(part.members) })) } : shown;
}

/**
 * A name that was cleaned stands on the picture at once, too: in lines as long as the old one's were, until
 * the next view brings its own. @param {Theme} theme @returns {Theme["spot"]}
 */
function relabelled(theme, name = "") {
  const { spot } = theme;
  if (!spot || !name || name === theme.name) return spot;
  const label = (/** @type {import("../parts/theme-map.js").Label} */ old) => ({ ...old, lines: wrapped(name, Math.max(10, ...old.lines.map((line) => line.length))) });
  return { ...spot, label: label(spot.label), tall: spot.tall && { ...spot.tall, label: label(spot.tall.label) } };
}

/** @param {string} text @param {number} most characters of a line @returns {string[]} */
function wrapped(text, most) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ")) {
    if (lines.length > 0 && `${lines.at(-1)} ${word}`.length <= most) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** What a cleaned head replaces. @param {ThemeHead|undefined} head */
function headOf(head) {
  if (!head) return {};
  return { name: head.name, headline: head.headline, representatives: head.representatives ?? [] };
}

/** @param {[string, string][]} beside @returns {Record<string, string[]>} */
function byTheme(beside) {
  /** @type {Record<string, string[]>} */
  const found = {};
  for (const [idea, theme] of beside) (found[theme] ??= []).push(idea);
  return found;
}

/** The ideas beside a map that can be read now, or are not here yet, each with its theme. @param {Placed|null} placed @param {Record<string, import("../wire/frames.js").IdeaView>} ideas @returns {[string, string][]} */
export function inSight(placed, ideas) {
  const places = placed?.places ?? {};
  return readable(Object.keys(places), ideas).map((id) => [id, places[id]]);
}

/**
 * What a theme is called; one that is gone still has the name that it went with.
 * @param {Shown[]} themes @param {ThemeMapView|null} view @param {string} id @returns {string} empty when nobody knows
 */
export function nameOf(themes, view, id) {
  const found = themes.find((one) => one.id === id)?.name;
  return found ?? view?.lineage?.findLast((one) => one.theme === id && one.name)?.name ?? "";
}

/** Where a theme went that is not on the map any more: the one that has it now. @param {Shown[]} themes @param {ThemeMapView} view @param {string} id */
export function heir(themes, view, id) {
  const into = view.lineage?.findLast((one) => one.theme === id && one.how === "merged")?.others ?? [];
  return into.find((other) => themes.some((one) => one.id === other)) ?? null;
}

/** The other themes, those that lie nearest on the map first. @param {Shown[]} themes @param {Shown} theme @returns {Shown[]} */
export function nearest(themes, theme) {
  const far = (/** @type {Shown} */ one) => (one.spot && theme.spot ? Math.hypot(one.spot.x - theme.spot.x, one.spot.y - theme.spot.y) : Infinity);
  return themes.filter((one) => one.id !== theme.id).sort((a, b) => compare(far(a), far(b)) || b.size - a.size);
}

/** @param {number} a @param {number} b */
function compare(a, b) {
  return a === b ? 0 : a - b;
}

/** Those of `ids` that can be read now, or are not here yet. @param {string[]} ids @param {Record<string, import("../wire/frames.js").IdeaView>} ideas */
export function readable(ids, ideas) {
  return ids.filter((id) => !ideas[id] || ideas[id].status === "published");
}
