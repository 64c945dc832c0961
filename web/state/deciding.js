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
/** @typedef {{idea: string, status: string, version: number, order: number}} Made `version`: of the idea after this very decision */

const LISTED = 5;
const LEADS_TO = { approve: "published", return: "returned", hide: "hidden" };

export class Deciding {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    /** Ideas whose decision is on its way. */
    this.busy = signal(/** @type {string[]} */ ([]));
    /** @type {Map<string, number>} the version at which an idea was decided here: it leaves the queue at once */
    this.mine = new Map();
    /** Whether the list of keys is open. */
    this.sheet = signal(false);
    this.count = 0;
    /** Newest last. */
    this.made = signal(/** @type {Made[]} */ ([]));
  }

  /** @param {IdeaView} idea @param {Verdict} verdict @param {string} [rule] @param {string} [note] */
  async decide(idea, verdict, rule, note) {
    if (this.busy.value.includes(idea.id)) return;
    this.busy.value = [...this.busy.value, idea.id];
    this.mine.set(idea.id, idea.version);
    const reason = { ...(rule ? { rule } : {}), ...(note ? { note } : {}) };
    const entry = await this.store.act({ t: "moderate", idea: idea.id, version: idea.version, verdict, ...reason });
    this.busy.value = this.busy.value.filter((id) => id !== idea.id);
    if (entry.stage !== "done") {
      this.mine.delete(idea.id);
      return;
    }
    const order = (this.count += 1);
    const made = { idea: idea.id, status: LEADS_TO[verdict], version: entry.ack?.version ?? idea.version + 1, order };
    this.made.value = [...this.made.value.slice(1 - LISTED), made];
    this.tell(decided(made.status), idea.id);
  }

  /** Whether the idea was changed or decided by somebody else since. @param {Made} made */
  overruled(made) {
    const idea = this.store.state.ideas[made.idea];
    return !idea || idea.version > made.version;
  }

  /**
   * Take back a decision of one's own, the last one unless named; never what came after it: the
   * command names the version that this very decision made.
   * @param {Made} [made]
   */
  async undo(made = this.made.value.at(-1)) {
    if (!made) return announce(t("There is no decision of yours to undo"));
    if (this.overruled(made)) return this.store.say("stop", t("Your last decision was followed by another one, so there is nothing of yours to undo."));
    // It leaves the list at once, so that the next "undo the last one" means the one before.
    this.made.value = this.made.value.filter((one) => one !== made);
    const entry = await this.store.act({ t: "undo_decision", idea: made.idea, version: made.version });
    if (entry.stage !== "done") return this.putBack(made);
    announce(t("Undone. The idea stands as before."));
  }

  /** A decision that could not be taken back stands, in its place in the list. @param {Made} made */
  putBack(made) {
    this.made.value = [...this.made.value, made].sort((a, b) => a.order - b.order);
  }

  /** @param {string} what @param {string} except an idea that may not have left the queue yet */
  tell(what, except) {
    const waiting = Object.values(this.store.state.ideas).filter((one) => one.status === "pending" && one.id !== except);
    announce(`${what}. ${tn("{n} more is waiting", "{n} more are waiting", waiting.length)}`);
  }
}
