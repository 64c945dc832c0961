/**
 * The one place where a room's state lives: what the server said, what is unsent, what is on the screen.
 *
 * Frames go in at the connection and through the reducer at once; the signals that the screen reads
 * are renewed at most 4 times a second. State flows one way: parts read signals and call `act`.
 */

import { batch, computed, signal } from "../vendor/signals.js";
import { olderIdeas } from "../wire/api.js";
import { serverClock } from "../wire/clock.js";
import { Outbox, clientId, waits } from "../wire/outbox.js";
import { Connection } from "../wire/socket.js";
import { keepFor } from "../wire/storage.js";
import { refusal } from "../words/refusals.js";
import { t } from "../words/words.js";
import * as reading from "./reading.js";
import { emptyState, reduce } from "./reduce.js";
import { gathered } from "./scheduler.js";
import { lists, slot } from "./select.js";

/** @typedef {import("../wire/frames.js").Frame} Frame */
/** @typedef {import("../wire/frames.js").Wish} Wish */
/** @typedef {import("../wire/frames.js").Me} Me */
/** @typedef {import("../wire/frames.js").Progress} Progress */
/** @typedef {import("../wire/outbox.js").Entry} Entry */

/**
 * @typedef {object} Boot what the page brings
 * @property {string} jam
 * @property {string} socket path of the socket
 * @property {Me} me
 * @property {string} organisation
 * @property {string} title
 * @property {import("../words/words.js").Catalogue} catalogue
 * @property {number} now the server's clock, ms
 * @property {string|null} [forum] the question that the address names
 * @property {boolean} [writing] whether somebody was writing an idea when the room took over
 */

export class Store {
  /** @param {Boot} boot */
  constructor(boot) {
    this.boot = boot;
    this.clock = serverClock(boot.now);
    this.keep = keepFor(boot.jam, boot.me.id);
    this.state = emptyState();
    /** @type {number|null} people who have the jam open now; null until the server says */
    this.online = null;
    /** End of the log when this page got its first snapshot: what is younger was written in this visit. */
    this.arrived = 0;
    /** @type {Record<string, Progress>} by what is being made */
    this.making = {};
    this.outbox = new Outbox({ keep: this.keep, send: (frame) => this.connection.send(frame), changed: () => this.poke() });
    this.connection = new Connection({
      url: socketUrl(boot.socket),
      cursor: () => this.state.cursor,
      onFrame: (frame) => this.take(frame),
      onState: (state) => this.linked(state.link),
    });
    this.poke = gathered(() => this.publish());
    this.me = signal(boot.me);
    this.screen = signal(this.seen());
    this.phase = computed(() => slot(this.screen.value.state)?.phase ?? null);
    this.reading = signal(reading.fresh());
    this.link = signal(this.connection.state);
    this.entries = signal(this.outbox.entries);
    /** What was last said to the person, good or bad; `stop` ones stay until replaced. */
    this.notice = signal(/** @type {{kind: "ok"|"stop", text: string, undo?: () => void}|null} */ (null));
  }

  /** The server's time, ms. */
  now() {
    return this.clock.now();
  }

  start() {
    this.connection.open();
    addEventListener("online", () => this.connection.wake());
    addEventListener("offline", () => this.connection.sleep());
    addEventListener("pageshow", () => this.connection.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.connection.wake());
  }

  /**
   * Give a command and hear how it went. A refusal is put into words for the person. A pause or a
   * decision that goes out minutes later would surprise everyone: without a connection it is not taken.
   * @param {Wish} wish @returns {Promise<Pick<Entry, "stage"|"error"|"ack">>}
   */
  async act(wish) {
    const { problem, ...entry } = await this.ask(wish);
    if (problem) this.say("stop", problem);
    return entry;
  }

  /**
   * As `act`, for a part that says itself why it was refused (`problem`).
   * @param {Wish} wish @returns {Promise<Pick<Entry, "stage"|"error"|"ack"> & {problem: string}>}
   */
  async ask(wish) {
    if (!waits(wish.t) && !this.outbox.connected) {
      return { stage: "refused", problem: t("You are offline. Nothing was changed. Try again when you are connected.") };
    }
    const entry = await this.outbox.add(wish);
    const refused = entry.error && entry.stage === "refused" ? refusal(entry.error, this.now()) : "";
    return { ...entry, problem: refused };
  }

  /**
   * As `act`, under one client id for the very same words until the server answers: what is given again
   * after a reload, because no answer came, has one effect.
   * @param {Wish} wish
   */
  async actOnce(wish) {
    const name = "once/" + wish.t;
    const said = JSON.stringify(wish);
    const kept = JSON.parse(this.keep.get(name) ?? "{}");
    const id = kept.said === said ? kept.id : clientId();
    this.keep.set(name, JSON.stringify({ said, id }));
    const entry = await this.act({ ...wish, client_id: id });
    if (entry.ack || entry.error) this.keep.remove(name);
    return entry;
  }

  /** @param {"ok"|"stop"} kind @param {string} text @param {() => void} [undo] takes back what is told */
  say(kind, text, undo) {
    this.notice.value = { kind, text, undo };
  }

  /** @param {Frame} frame */
  take(frame) {
    if (frame.t === "ack") this.outbox.acked(frame);
    else if (frame.t === "error") this.failed(frame);
    else if (frame.t === "presence") this.online = frame.online;
    else if (frame.t === "progress") this.making = { ...this.making, [frame.what]: frame };
    else if (frame.t === "heartbeat") this.clock.set(frame.now);
    else if (frame.t === "welcome") this.welcome(frame);
    else this.reduced(frame);
    this.poke();
  }

  /** @param {import("../wire/frames.js").ErrorFrame} frame */
  failed(frame) {
    if (frame.ref) this.outbox.failed(frame);
    else this.say("stop", refusal(frame, this.now()));
  }

  /** @param {import("../wire/frames.js").Welcome} frame */
  welcome(frame) {
    this.clock.set(frame.now);
    this.me.value = frame.me;
    this.outbox.open();
  }

  /** @param {Frame} frame a snapshot or a batch */
  reduced(frame) {
    this.state = reduce(this.state, frame);
    if (this.state.gap) this.connection.resync();
    if (frame.t !== "snapshot") return;
    const floor = reading.snapshotFloor(frame.ideas ?? [], this.state.older);
    this.reading.value = { ...this.reading.value, floor };
  }

  /** @param {string} link */
  linked(link) {
    if (link === "offline" || link === "ended") this.outbox.shut();
    this.poke();
  }

  /**
   * Renew what the screen reads. Done texts leave the outbox once the log has brought them; a proposed
   * question comes back to the staff alone, so its author's browser remembers it.
   */
  publish() {
    if (this.arrived === 0) this.arrived = this.state.cursor;
    for (const { command, stage, ack } of this.outbox.entries) {
      if (stage !== "done") continue;
      if (ack?.proposal) this.keep.set("proposed/" + ack.proposal, String(command.text));
      if (ack?.proposal || this.state.ideas[ack?.idea ?? ""]) this.outbox.drop(command.client_id);
    }
    batch(() => {
      const seen = this.seen();
      this.screen.value = seen;
      this.reading.value = reading.followed(this.reading.value, seen.lists.feed);
      this.link.value = this.connection.state;
      this.entries.value = this.outbox.entries;
    });
  }

  /** What a screen is drawn from. */
  seen() {
    const { state, online, making } = this;
    return { state, lists: lists(state, this.me.value.id), online, making };
  }

  /** A page of older ideas, from this browser if they are here, else from the server. @param {string} forum */
  async showOlder(forum) {
    const { below } = reading.windowOf(this.screen.value.lists.feed[forum], this.reading.value, forum);
    if (below < reading.PAGE && this.state.older) await this.fetchOlder();
    this.reading.value = reading.longer(this.reading.value, forum);
    this.poke();
  }

  async fetchOlder() {
    try {
      const page = await olderIdeas(this.boot.jam, this.reading.value.floor);
      this.state = reduce(this.state, { t: "page", ideas: page.ideas, older: page.older });
      const floor = reading.pageFloor(page.ideas, page.older, this.reading.value.floor);
      this.reading.value = { ...this.reading.value, floor };
    } catch (error) {
      this.say("stop", t("Older ideas could not be fetched: {why}", { why: String(error instanceof Error ? error.message : error) }));
    }
  }

  /** Texts that came out of their turn. @param {import("../wire/frames.js").IdeaView[]} ideas */
  learn(ideas) {
    this.state = reduce(this.state, { t: "page", ideas, older: this.state.older });
    this.poke();
  }

  /** @param {string} forum */
  showNew(forum) {
    this.reading.value = reading.caughtUp(this.reading.value, forum, this.screen.value.lists.feed[forum] ?? []);
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.reading.value = { ...this.reading.value, paused };
  }
}

/** What the template put into the page. @returns {Boot} */
export function readBoot() {
  return JSON.parse(document.getElementById("boot")?.textContent ?? "null");
}

/** @param {string} path */
function socketUrl(path) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
