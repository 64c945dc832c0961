/**
 * The words for what is done to themes: suggestions, corrections, and what stood in the way.
 *
 * Apart from the other words, because only those who read themes fetch them.
 */

import { refusal } from "./refusals.js";
import { longAgo } from "./times.js";
import { language, t, tn } from "./words.js";

/** @typedef {import("../wire/theme-view.js").Suggestion} Suggestion */
/** @typedef {import("../wire/frames.js").CorrectionView} CorrectionView */
/** @typedef {import("../wire/frames.js").ErrorFrame} ErrorFrame */
/** @typedef {(id: string|undefined) => string} Names what a theme is called */

/** What the grouping found, as a sentence. @param {Suggestion} one @param {Names} name */
export function suggestionSays(one, name) {
  const [a, b] = [name(one.themes[0]), name(one.themes[1])];
  const n = one.ideas.length;
  if (one.kind === "new_theme") return tn("“{a}” may be a theme of its own, with {n} idea", "“{a}” may be a theme of its own, with {n} ideas", n, { a });
  if (one.kind === "moved") return tn("{n} idea moved from “{a}” to “{b}”", "{n} ideas moved from “{a}” to “{b}”", n, { a, b });
  if (one.kind === "join") return t("“{a}” and “{b}” look like one theme", { a, b });
  return tn("{n} idea of “{a}” looks like a theme of its own", "{n} ideas of “{a}” look like a theme of their own", n, { a });
}

/** What yes and no to it do. @param {Suggestion} one @param {Names} name */
export function suggestionMeans(one, name) {
  const a = name(one.themes[0]);
  if (one.kind === "new_theme") return t("Accept keeps it. Refuse puts its ideas back where they fit best.");
  if (one.kind === "moved") return t("Accept keeps the move. Refuse takes it back.");
  if (one.kind === "join") return t("Accept makes one theme of both. Refuse keeps them as two.");
  return t("Accept makes them a new theme. Refuse leaves them in “{a}”.", { a });
}

/** What somebody did, as a sentence without who and when. @param {Pick<CorrectionView, "do"|"themes"|"ideas"|"name"|"into">} one @param {Names} name */
export function correctionSays(one, name) {
  const themes = one.themes ?? [];
  const into = one.into ?? themes[0];
  const a = name(themes.find((theme) => theme !== one.into) ?? into);
  const b = name(into);
  const n = one.ideas?.length ?? 0;
  /** @type {Record<string, () => string>} */
  const says = {
    merge: () => (themes.length > 2 ? tn("merged {n} theme into “{b}”", "merged {n} themes into “{b}”", themes.length, { b }) : t("merged “{a}” into “{b}”", { a, b })),
    split: () => t("split “{a}”", { a }),
    rename: () => (one.name ? t("named a theme “{name}”", { name: one.name }) : t("let “{a}” be named by the machine", { a })),
    move: () => tn("moved {n} idea to “{b}”", "moved {n} ideas to “{b}”", n, { b }),
    pin: () => tn("kept {n} idea in its theme", "kept {n} ideas in their theme", n),
    unpin: () => tn("let {n} idea go again", "let {n} ideas go again", n),
    apart: () => tn("kept {n} idea apart", "said that {n} ideas are never in one theme", n),
    not_idea: () => tn("took {n} text out: no idea", "took {n} texts out: no ideas", n),
    is_idea: () => tn("put {n} text back: an idea", "put {n} texts back: ideas", n),
    accept: () => t("accepted a suggestion"),
    refuse: () => t("refused a suggestion"),
    undo: () => t("took a correction back"),
  };
  return (says[one.do] ?? (() => t("corrected the themes")))();
}

/** Why a correction that is on record changed nothing. @param {string} code */
export function skippedBecause(code) {
  /** @type {Record<string, string>} */
  const says = {
    theme_gone: t("Changed nothing: the theme was gone by then."),
    ideas_gone: t("Changed nothing: the ideas were gone by then."),
    name_taken: t("Changed nothing: another theme had this name by then."),
    kept_apart: t("Changed nothing: these ideas are never in one theme."),
    suggestion_gone: t("Changed nothing: the suggestion was over by then."),
    built_on: t("Changed nothing: something later builds on it."),
  };
  return says[code] ?? t("Changed nothing: it did not fit any more.");
}

/** Why a correction was not taken: what changed meanwhile, and what to do. @param {ErrorFrame} error @param {number} now */
export function themeRefusal(error, now) {
  const facts = error.facts ?? {};
  if (error.code === "theme_changed") {
    const values = { who: String(facts.by ?? t("Somebody")), did: didSay(String(facts.do)), ago: longAgo(Number(facts.seconds_ago ?? 0)) };
    return t("{who} {did} ({ago}), so yours was not done. What you entered is still here: look again, then decide.", values);
  }
  if (error.code === "undo_later_first") return t("{who} {did} later. Undo that first.", { who: String(facts.by), did: didSay(String(facts.do)) });
  if (error.code === "theme_gone") return t("This theme is not on the map any more. Nothing was changed.");
  if (error.code === "kept_apart") return t("Somebody said that some of these ideas are never in one theme. Undo that first, or choose another theme.");
  if (error.code === "name_taken") return t("Another theme has this name. Choose another one.");
  if (error.code === "name_bad") return t("A name must have 1 to {limit} characters", { limit: 80 });
  if (error.code === "split_bad") return t("The theme changed while you looked, so this split does not fit any more. Look again.");
  if (error.code === "no_themes_yet") return t("There are no themes yet. They come with the 12th idea.");
  return refusal(error, now);
}

/** What a colleague did to the very thing that one wanted to correct. @param {string} did */
function didSay(did) {
  /** @type {Record<string, string>} */
  const says = {
    merge: t("merged this theme with another one"),
    split: t("split this theme"),
    rename: t("gave this theme another name"),
    move: t("moved ideas of this theme"),
    pin: t("kept ideas of this theme where they are"),
    unpin: t("let ideas of this theme go again"),
    apart: t("kept ideas of this theme apart"),
    not_idea: t("said that texts of this theme are no ideas"),
    is_idea: t("put texts back into this theme"),
    accept: t("accepted this suggestion"),
    refuse: t("refused this suggestion"),
    undo: t("took a correction of this theme back"),
  };
  return says[did] ?? t("corrected this theme");
}

/** The name of a language, in the reader's own. @param {string} lang */
export function languageName(lang) {
  if (lang === "und") return t("a language that could not be told");
  return new Intl.DisplayNames(language(), { type: "language" }).of(lang) ?? lang;
}
