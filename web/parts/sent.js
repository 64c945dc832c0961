/**
 * What one has sent and what is not yet on record, with its standing in words.
 *
 * "Saved" is said only after the server's answer. A text that was refused stays here, whole, until
 * its author tries again, copies it or puts it away.
 */

import { refusal, waitingFor } from "../words/refusals.js";
import { statusName } from "../words/lists.js";
import { t } from "../words/words.js";
import { useTick } from "./clock.js";
import { Copy } from "./copy.js";
import { html } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../wire/outbox.js").Entry} Entry */

/** The texts on their way, oldest first. @param {{store: Store, of: (entry: Entry) => boolean, label: string}} props */
export function Sent({ store, of, label }) {
  const texts = store.entries.value.filter((entry) => typeof entry.command.text === "string" && of(entry));
  if (texts.length === 0) return null;
  return html`<ul class="sent" aria-label=${label}>${texts.map((entry) => html`<${SentText} key=${entry.command.client_id} store=${store} entry=${entry} />`)}</ul>`;
}

/** @param {{store: Store, entry: Entry}} props */
function SentText({ store, entry }) {
  const text = String(entry.command.text);
  return html`<li class=${"card is-own is-" + entry.stage}>
    <p class="words" dir="auto">${text}</p>
    <p class="byline"><${Standing} store=${store} entry=${entry} /></p>
    ${entry.stage === "refused" && html`<${Refused} store=${store} entry=${entry} text=${text} />`}
  </li>`;
}

/** @param {{store: Store, entry: Entry}} props */
function Standing({ store, entry }) {
  if (entry.stage === "refused") return html`<span class="standing is-stop">${t("Not sent")}</span>`;
  if (entry.stage === "done") return html`<${Done} status=${entry.ack?.status ?? "published"} />`;
  if (entry.stage === "waiting") return html`<${Later} entry=${entry} />`;
  const offline = store.link.value.link !== "live" && store.link.value.link !== "catching_up";
  return html`<span class="standing is-hold">${offline ? t("Kept here until you are online") : t("Sending")}</span>`;
}

/** @param {{status: string}} props */
export function Done({ status }) {
  const kind = status === "published" ? "ok" : status === "pending" ? "hold" : "stop";
  return html`<span class=${"standing is-" + kind}>${statusName(status)}</span>`;
}

/** @param {{entry: Entry}} props */
function Later({ entry }) {
  useTick(1000);
  return html`<span class="standing is-hold">${waitingFor(entry.error, (entry.retryAt ?? 0) - Date.now())}</span>`;
}

/** @param {{store: Store, entry: Entry, text: string}} props */
function Refused({ store, entry, text }) {
  const id = entry.command.client_id;
  return html`
    <p class="error">${entry.error ? refusal(entry.error, store.now()) : ""}</p>
    <div class="actions">
      <button type="button" onClick=${() => store.outbox.retry(id)}>${t("Try again")}</button>
      <${Copy} text=${text} />
      <button type="button" class="quiet" onClick=${() => store.outbox.drop(id)}>${t("Put away")}</button>
    </div>`;
}
