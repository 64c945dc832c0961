/**
 * The words for the closed lists of the product: phases, rules, statuses, roles, link states.
 */

import { t } from "./words.js";

/** @typedef {import("../wire/frames.js").Phase} Phase */

/** The phase as a name. @param {string} phase */
export function phaseName(phase) {
  /** @type {Record<string, string>} */
  const names = {
    lobby: t("Lobby"),
    ideate: t("Ideas"),
    build: t("Building on ideas"),
    prioritise: t("Choosing"),
    wrap_up: t("Wrap-up"),
    closed: t("Closed"),
  };
  return names[phase] ?? phase;
}

/** What can be done in a phase, in one sentence. @param {string} phase */
export function phaseSays(phase) {
  /** @type {Record<string, string>} */
  const says = {
    lobby: t("The jam has not started. You can read the questions."),
    ideate: t("Ideas and replies are open."),
    build: t("Build on the ideas that are there."),
    prioritise: t("Choose between the ideas."),
    wrap_up: t("Writing is over. You can read everything."),
    closed: t("The jam is closed. You can read everything."),
  };
  return says[phase] ?? "";
}

/** The house rules that a decision or a report may name, in the order in which they are offered. */
export const RULES = ["personal_data", "abuse", "threat", "unlawful", "advertising", "repeated", "unreadable"];

/** @param {string} rule */
export function ruleName(rule) {
  /** @type {Record<string, string>} */
  const names = {
    personal_data: t("Personal details of somebody"),
    abuse: t("Abuse or insult"),
    threat: t("Threat"),
    unlawful: t("Against the law"),
    advertising: t("Advertising"),
    repeated: t("Repeated many times"),
    unreadable: t("Cannot be read"),
  };
  return names[rule] ?? rule;
}

/** Why a text waits for a check. @param {string|undefined} reason a screen's name or nothing */
export function heldFor(reason) {
  /** @type {Record<string, string>} */
  const names = {
    policy: t("Every idea is checked"),
    spot_check: t("Spot check"),
    edited: t("Changed by its author"),
    link: t("Held: it has a link"),
    repeated: t("Held: the same text again"),
    flood: t("Held: very many texts of one person"),
    email: t("Held: it looks like an e-mail address"),
    phone: t("Held: it looks like a telephone number"),
    national_id: t("Held: it looks like the number of a person or an account"),
  };
  if (!reason) return t("Waiting for a check");
  return names[reason] ?? t("Held by a screen");
}

/** What stands in the place of a text that cannot be read. @param {import("../wire/frames.js").IdeaView} idea */
export function tombstone(idea) {
  if (idea.status === "hidden" && idea.rule) {
    return t("Hidden by a moderator under the rule “{rule}”.", { rule: ruleName(idea.rule) });
  }
  /** @type {Record<string, string>} */
  const says = {
    pending: t("This text waits for a check."),
    hidden: t("Hidden by a moderator."),
    returned: t("Given back to its author by a moderator."),
    withdrawn: t("Withdrawn by its author."),
    merged: t("Merged with another idea."),
    erased: t("Erased."),
  };
  return says[idea.status] ?? t("This text cannot be shown.");
}

/** An idea's standing, as its author and the staff read it. @param {string} status */
export function statusName(status) {
  /** @type {Record<string, string>} */
  const names = {
    pending: t("Waiting for a check"),
    published: t("Saved"),
    returned: t("Returned to you"),
    hidden: t("Hidden"),
    merged: t("Merged"),
    withdrawn: t("Withdrawn"),
    erased: t("Erased"),
  };
  return names[status] ?? status;
}

/** A moderator's verdict as something done. @param {string} status the status that the verdict led to */
export function decided(status) {
  /** @type {Record<string, string>} */
  const names = { published: t("Approved"), returned: t("Returned"), hidden: t("Hidden"), withdrawn: t("Withdrawn") };
  return names[status] ?? t("Decided");
}

/** @param {string} role */
export function roleName(role) {
  /** @type {Record<string, string>} */
  const names = {
    participant: t("Participant"),
    facilitator: t("Facilitator"),
    moderator: t("Moderator"),
    observer: t("Observer"),
    records_officer: t("Records officer"),
    administrator: t("Administrator"),
  };
  return names[role] ?? role;
}
