/**
 * What a moderator decides on this screen, and how it is taken back.
 *
 * A decision names the version that was on the screen; if somebody else was faster the server says
 * who and what. Only one's own last decisions are listed for undo; the log keeps them all.
 */

import { signal } from "../vendor/signals.js";
import { announce } from "./spoken.js";
import { decided } from "../words/lists.js";
import { t, tn } from "../words/words.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("../wire/frames.js").IdeaView} IdeaView */
/** @typedef {"approve"|"return"|"hide"} Verdict */
/** @typedef {{idea: string, status: string}} Made */

const LISTED = 5;
const LEADS_TO = { approve: "published", return: "returned", hide: "hidden" };

export class Deciding {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    /** Ideas whose decision is on its way. */
    this.busy = signal(/** @type {string[]} */ ([]));
    /** Whether the list of keys is open. */
    this.sheet = signal(false);
    /** Newest last. */
    this.made = signal(/** @type {Made[]} */ ([]));
  }

  /** @param {IdeaView} idea @param {Verdict} verdict @param {string} [rule] @param {string} [note] */
  async decide(idea, verdict, rule, note) {
    if (this.busy.value.includes(idea.id)) return;
    this.busy.value = [...this.busy.value, idea.id];
    const reason = { ...(rule ? { rule } : {}), ...(note ? { note } : {}) };
    const entry = await this.store.act({ t: "moderate", idea: idea.id, version: idea.version, verdict, ...reason });
    this.busy.value = this.busy.value.filter((id) => id !== idea.id);
    if (entry.stage !== "done") return;
    this.made.value = [...this.made.value.slice(1 - LISTED), { idea: idea.id, status: LEADS_TO[verdict] }];
    this.tell(decided(LEADS_TO[verdict]), idea.id);
  }

  /** Take back a decision, the last one unless named. @param {Made} [made] */
  async undo(made = this.made.value.at(-1)) {
    const idea = made && this.store.state.ideas[made.idea];
    if (!made || !idea) return announce(t("There is no decision of yours to undo"));
    this.made.value = this.made.value.filter((one) => one !== made);
    const entry = await this.store.act({ t: "undo_decision", idea: idea.id, version: idea.version });
    if (entry.stage === "done") announce(t("Undone. The idea stands as before."));
  }

  /** @param {string} what @param {string} except an idea that may not have left the queue yet */
  tell(what, except) {
    const waiting = Object.values(this.store.state.ideas).filter((one) => one.status === "pending" && one.id !== except);
    announce(`${what}. ${tn("{n} more is waiting", "{n} more are waiting", waiting.length)}`);
  }
}
