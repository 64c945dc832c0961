/**
 * What a person has sent and the server has not yet answered: kept, sent again, never doubled.
 *
 * Between a room and the socket. Each command gets one client id for life; after a lost connection
 * it goes out again under the same id, and the server gives the same answer (it has one effect).
 * Texts are kept in the browser's storage until they are on record, so a reload loses none.
 */

/** @typedef {import("./frames.js").Command} Command */
/** @typedef {import("./frames.js").Wish} Wish */
/** @typedef {import("./frames.js").Ack} Ack */
/** @typedef {import("./frames.js").ErrorFrame} ErrorFrame */
/** @typedef {"queued"|"sent"|"waiting"|"refused"|"done"} Stage */

/**
 * @typedef {object} Entry
 * @property {Command} command
 * @property {number} at when the person sent it (browser's clock, ms)
 * @property {Stage} stage `waiting`: the server asked for a pause, see `retryAt`
 * @property {number} tries
 * @property {number} [retryAt]
 * @property {ErrorFrame} [error] why it was refused or must wait
 * @property {Ack} [ack]
 */

const MAX_IN_FLIGHT = 16;
const FIRST_RETRY_S = 2;
const MOST_RETRY_S = 30;
const TEXTS = new Set(["submit_idea", "submit_reply", "edit_idea", "propose_question"]);
const KEPT = new Set([...TEXTS, "tag_idea", "withdraw_idea", "restore_idea", "flag_idea"]);

export class Outbox {
  /**
   * @param {object} ports
   * @param {import("./storage.js").Keep} ports.keep
   * @param {(frame: Command) => void} ports.send called only while connected
   * @param {() => void} ports.changed after every change of an entry
   * @param {() => number} [ports.now]
   * @param {(run: () => void, ms: number) => unknown} [ports.later]
   */
  constructor({ keep, send, changed, now = Date.now, later = (run, ms) => setTimeout(run, ms) }) {
    this.connected = false;
    this.keep = keep;
    this.sendFrame = send;
    this.changed = changed;
    this.now = now;
    this.later = later;
    /** @type {Entry[]} oldest first; entries are replaced, never changed in place */
    this.entries = keep.names("out/").flatMap((name) => restored(keep.get(name))).sort((a, b) => a.at - b.at);
    /** @type {Map<string, (entry: Entry) => void>} who waits for an answer, by client id */
    this.waiting = new Map();
  }

  /**
   * Take a command and send it as soon as may be, under its own client id where it brings one.
   * @param {Wish} wish @returns {Promise<Entry>} its entry once it is `done` or `refused`
   */
  add(wish) {
    const command = { client_id: clientId(), ...wish };
    this.put({ command, at: this.now(), stage: "queued", tries: 0 });
    const answer = new Promise((/** @type {(entry: Entry) => void} */ resolve) => this.waiting.set(command.client_id, resolve));
    this.pump();
    return answer;
  }

  /** The connection is ready: everything unanswered goes out (again), oldest first. */
  open() {
    this.connected = true;
    for (const entry of this.entries) if (entry.stage === "sent") this.put({ ...entry, stage: "queued" });
    this.pump();
  }

  /** The connection is gone; what was sent may or may not have arrived. */
  shut() {
    this.connected = false;
  }

  /** @param {Ack} ack */
  acked(ack) {
    const entry = this.find(ack.ref);
    if (entry) this.settle({ ...entry, stage: "done", ack, error: undefined });
  }

  /** @param {ErrorFrame} error with a `ref` of ours; others are not for us */
  failed(error) {
    const entry = this.find(error.ref ?? "");
    if (!entry) return;
    if (!error.retry) this.settle({ ...entry, stage: "refused", error });
    else this.wait(entry, error);
  }

  /** A definite refusal had no effect, so the same text may go out as a new command. @param {string} id */
  retry(id) {
    const entry = this.find(id);
    if (!entry) return null;
    this.drop(id);
    const { client_id: _old, ...wish } = entry.command;
    return this.add(wish);
  }

  /** Forget an entry that is done or refused. @param {string} id */
  drop(id) {
    this.entries = this.entries.filter((entry) => entry.command.client_id !== id);
    this.keep.remove("out/" + id);
    this.changed();
  }

  /** How many are not yet on record. */
  get unsent() {
    return this.entries.filter((entry) => entry.stage !== "done" && entry.stage !== "refused").length;
  }

  /** @param {Entry} entry @param {ErrorFrame} error */
  wait(entry, error) {
    const seconds = error.retry_after ?? Math.min(MOST_RETRY_S, FIRST_RETRY_S * 2 ** Math.min(entry.tries, 5));
    const ms = Math.ceil(seconds * 1000);
    this.put({ ...entry, stage: "waiting", retryAt: this.now() + ms, error });
    this.later(() => this.pump(), ms + 10);
    this.pump();
  }

  /** The answer is there. Only texts stay listed: until they are seen in the feed, or dealt with. @param {Entry} entry */
  settle(entry) {
    const id = entry.command.client_id;
    const text = TEXTS.has(entry.command.t) && (entry.stage === "refused" || entry.command.t !== "edit_idea");
    if (text) this.put(entry);
    if (text && entry.stage === "done") this.keep.remove("out/" + id);
    if (!text) this.drop(id);
    this.waiting.get(id)?.(entry);
    this.waiting.delete(id);
    this.pump();
  }

  /** Send what may be sent: 16 unanswered ones at most, in the order in which they were written. */
  pump() {
    if (!this.connected) return;
    let free = MAX_IN_FLIGHT - this.entries.filter((entry) => entry.stage === "sent").length;
    for (const entry of this.entries) {
      if (free <= 0) return;
      if (!this.due(entry)) continue;
      free -= 1;
      this.put({ ...entry, stage: "sent", tries: entry.tries + 1, retryAt: undefined });
      this.sendFrame(entry.command);
    }
  }

  /** @param {Entry} entry */
  due(entry) {
    return entry.stage === "queued" || (entry.stage === "waiting" && (entry.retryAt ?? 0) <= this.now());
  }

  /** @param {string} id */
  find(id) {
    return this.entries.find((entry) => entry.command.client_id === id);
  }

  /** Replace or append, keep texts, tell. @param {Entry} entry */
  put(entry) {
    const id = entry.command.client_id;
    const at = this.entries.findIndex((one) => one.command.client_id === id);
    this.entries = at < 0 ? [...this.entries, entry] : this.entries.with(at, entry);
    if (KEPT.has(entry.command.t) && entry.stage !== "done") this.keep.set("out/" + id, JSON.stringify(entry));
    this.changed();
  }
}

/** Whether a command waits for the network; the others are given now or not at all. @param {string} t */
export function waits(t) {
  return KEPT.has(t);
}

/** 22 letters and digits from the browser's strong source (`randomUUID` needs https). */
export function clientId() {
  const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  return [...crypto.getRandomValues(new Uint8Array(22))].map((byte) => alphabet[byte % 32]).join("");
}

/** A kept entry, ready to be sent again; none where storage held something else. @param {string|null} json @returns {Entry[]} */
function restored(json) {
  try {
    const entry = JSON.parse(json ?? "");
    if (typeof entry?.command?.client_id !== "string") return [];
    return [{ ...entry, stage: entry.stage === "refused" ? "refused" : "queued" }];
  } catch {
    return [];
  }
}
