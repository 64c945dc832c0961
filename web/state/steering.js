/**
 * What a facilitator does to the themes: each a command that names the version that was on the screen.
 *
 * A background regrouping keeps ids, so it is no conflict; what a colleague did to the same theme is, and
 * is told in words. Nothing is changed on the screen before the server has it on record.
 */

import { signal } from "../vendor/signals.js";
import { themeRefusal } from "../words/themes.js";
import { t } from "../words/words.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("../wire/frames.js").Wish} Wish */
/** @typedef {{done: boolean, problem: string, code: string}} Answer `problem`: why not, in words */

export class Steering {
  /** @param {Store} store @param {(id: string|undefined) => string} name what a theme is called now */
  constructor(store, name) {
    this.store = store;
    this.name = name;
    /** How many commands are on their way. */
    this.busy = signal(0);
  }

  /**
   * Give a correction; when it is done, say `said`, with a way to take it back.
   * @param {Wish} wish @param {string} said @returns {Promise<Answer>}
   */
  async give(wish, said) {
    const answer = await this.ask(wish);
    if (answer.done) this.store.say("ok", said, this.undoing(answer.correction));
    return answer;
  }

  /** As `give`, where no dialog is open to show the refusal. @param {Wish} wish @param {string} said */
  async do(wish, said) {
    const answer = await this.give(wish, said);
    if (answer.problem) this.store.say("stop", answer.problem);
    return answer;
  }

  /** @param {Wish} wish @returns {Promise<Answer & {correction?: string}>} */
  async ask(wish) {
    this.busy.value += 1;
    const { stage, error, ack, problem } = await this.store.ask(wish);
    this.busy.value -= 1;
    if (stage === "done") return { done: true, problem: "", code: "", correction: ack?.correction };
    const why = error ? themeRefusal(error, this.store.now()) : problem;
    return { done: false, problem: why, code: error?.code ?? "" };
  }

  /** @param {string} correction */
  async undo(correction) {
    const answer = await this.ask({ t: "undo_correction", correction });
    this.store.say(answer.done ? "ok" : "stop", answer.done ? t("Undone. The themes follow in a moment.") : answer.problem);
  }

  /** @param {string|undefined} correction */
  undoing(correction) {
    return correction ? () => void this.undo(correction) : undefined;
  }

  /**
   * Answer suggestions one after the other; the first refusal ends it.
   * @param {number} seen @param {string[]} suggestions @param {boolean} accept @returns {Promise<string[]>} those that were answered
   */
  async answer(seen, suggestions, accept) {
    let last = "";
    for (const [at, suggestion] of suggestions.entries()) {
      const answer = await this.ask({ t: "answer_suggestion", seen, suggestion, accept });
      if (!answer.done) this.store.say("stop", answer.problem);
      if (!answer.done) return suggestions.slice(0, at);
      last = answer.correction ?? "";
    }
    if (suggestions.length > 1) this.store.say("ok", accept ? t("All accepted.") : t("All refused. They are not suggested again."));
    else this.store.say("ok", accept ? t("Accepted.") : t("Refused. It is not suggested again."), this.undoing(last));
    return suggestions;
  }
}
