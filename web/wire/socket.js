/**
 * The connection: one WebSocket at a time, opened again for as long as it makes sense.
 *
 * Between the network and the store. Says hello with (epoch, cursor), hands on whole frames,
 * answers heartbeats, and turns what happens into one of five states, always shown in words:
 * offline, connecting, catching_up, live, ended. Knows nothing of ideas.
 */

import { assembler } from "./assemble.js";
import { backoff, stops } from "./backoff.js";

/** @typedef {import("./frames.js").Frame} Frame */
/** @typedef {"offline"|"connecting"|"catching_up"|"live"|"ended"} Link */
/** @typedef {{link: Link, code: number, retryAt: number|null}} LinkState `code`: of the last close; `retryAt`: browser's clock */

const VERSION = 1;
const SILENCE_MS = 45_000;
const HELLO_MS = 15_000;
const RESYNC = 4003;
const SILENT = 4002;

export class Connection {
  /**
   * @param {object} ports
   * @param {string} ports.url
   * @param {() => number} ports.cursor the end of what was applied
   * @param {(frame: Frame) => void} ports.onFrame whole frames, in order
   * @param {(state: LinkState) => void} ports.onState
   * @param {() => number} [ports.random]
   */
  constructor({ url, cursor, onFrame, onState, random = Math.random }) {
    this.url = url;
    this.cursor = cursor;
    this.onFrame = onFrame;
    this.onState = onState;
    this.random = random;
    /** @type {LinkState} */
    this.state = { link: "offline", code: 0, retryAt: null };
    /** @type {string|null} the log's epoch that our cursor belongs to; null asks for a snapshot */
    this.epoch = null;
    this.failures = 0;
    this.head = 0;
    this.heard = 0;
    /** @type {WebSocket|null} */
    this.socket = null;
    this.timer = 0;
    this.watchdog = 0;
    this.whole = assembler();
  }

  /** Connect now, whatever wait was under way. Nothing to do while connected or after the end. */
  open() {
    if (this.socket || this.state.link === "ended") return;
    clearTimeout(this.timer);
    this.whole = assembler();
    this.heard = Date.now();
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.tell("connecting");
    socket.addEventListener("open", () => this.hello(socket));
    socket.addEventListener("message", (event) => this.socket === socket && this.hear(event));
    socket.addEventListener("close", (event) => this.socket === socket && this.lost(event.code));
    this.watch(HELLO_MS);
  }

  /** @param {object} frame sent only on a socket that has said hello; else it is lost, and resent by the outbox */
  send(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  /** The cursor cannot be continued here: begin again from a snapshot. */
  resync() {
    this.epoch = null;
    this.drop(RESYNC);
  }

  /** The page is seen again, or the network is back: check now instead of waiting for a timer. */
  wake() {
    if (this.socket && Date.now() - this.heard > SILENCE_MS) this.drop(SILENT);
    this.open();
  }

  /** The browser says that there is no network. */
  sleep() {
    if (this.socket) this.drop(SILENT);
  }

  /** @param {WebSocket} socket */
  hello(socket) {
    const resume = this.epoch === null ? {} : { cursor: this.cursor(), epoch: this.epoch };
    socket.send(JSON.stringify({ t: "hello", version: VERSION, ...resume }));
  }

  /** @param {MessageEvent} event */
  hear(event) {
    this.heard = Date.now();
    /** @type {Frame} */
    const frame = JSON.parse(event.data);
    if (frame.t === "snapshot") {
      const snapshot = this.whole(frame);
      if (snapshot) this.onFrame(snapshot);
    } else {
      if (frame.t === "welcome") this.welcome(frame);
      if (frame.t === "heartbeat") this.send({ t: "beat" });
      this.onFrame(frame);
    }
    this.settle(frame);
  }

  /** @param {import("./frames.js").Welcome} frame */
  welcome(frame) {
    this.epoch = frame.epoch;
    this.head = frame.head;
    this.failures = 0;
    this.watch(SILENCE_MS);
    this.tell("catching_up");
  }

  /** Live from the frame on that brings us to the head that the welcome named. @param {Frame} frame */
  settle(frame) {
    if (this.state.link !== "catching_up") return;
    const moved = frame.t === "batch" || frame.t === "snapshot" || (frame.t === "welcome" && frame.resumed);
    if (moved && this.cursor() >= this.head) this.tell("live");
  }

  /** Half-open connections say nothing at all: after a silence the socket is given up. @param {number} ms */
  watch(ms) {
    clearTimeout(this.watchdog);
    const rest = Math.max(0, this.heard + ms - Date.now());
    this.watchdog = setTimeout(() => {
      if (Date.now() - this.heard >= ms) this.drop(SILENT);
      else this.watch(ms);
    }, rest);
  }

  /** Let go of the socket at once: its own close event may take minutes on a dead network. @param {number} code */
  drop(code) {
    this.socket?.close(code === RESYNC || code === SILENT ? code : 1000);
    this.lost(code);
  }

  /** @param {number} code */
  lost(code) {
    this.socket = null;
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    if (code === RESYNC) this.epoch = null;
    if (stops(code)) return this.tell("ended", code);
    const wait = backoff(this.failures, this.random);
    this.failures += 1;
    this.timer = setTimeout(() => this.open(), wait);
    this.tell("offline", code, Date.now() + wait);
  }

  /** @param {Link} link @param {number} [code] @param {number|null} [retryAt] */
  tell(link, code = this.state.code, retryAt = null) {
    this.state = { link, code, retryAt };
    this.onState(this.state);
  }
}
