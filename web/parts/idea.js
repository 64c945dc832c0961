/**
 * An idea or a reply as everyone reads it: the words first, then who and when.
 *
 * Text is always a text node, with its own language and direction. Where it cannot be read a mark
 * says why.
 */

import { ideaHistory } from "../wire/api.js";
import { decided, statusName, tombstone } from "../words/lists.js";
import { ago, fullTime } from "../words/times.js";
import { t, tn } from "../words/words.js";
import { html, useState } from "./view.js";

/** @typedef {import("../wire/frames.js").IdeaView} IdeaView */
/** @typedef {import("../wire/api.js").Version} Version */

/** @param {{idea: IdeaView, small?: boolean}} props */
export function Words({ idea, small }) {
  if (idea.text === undefined) return html`<p class="tombstone">${tombstone(idea)}</p>`;
  return html`<p class=${small ? "words is-small" : "words"} lang=${idea.lang ?? "en"} dir="auto">${idea.text}</p>`;
}

/** Beside a text that its author or the staff can read and others cannot: why not. @param {{idea: IdeaView, mine?: boolean}} props */
export function Unseen({ idea, mine }) {
  if (idea.status === "published" || idea.text === undefined) return null;
  const waits = idea.status === "pending";
  return html`<span class=${waits ? "standing is-hold" : "standing is-stop"}>${waits || mine ? statusName(idea.status) : decided(idea.status)}</span>`;
}

/** Who wrote it, when, and whether it was changed. @param {{idea: IdeaView, now: number, mine?: boolean, children?: any}} props */
export function Byline({ idea, now, mine, children }) {
  return html`<p class="byline">
    <bdi class="handle">${mine ? t("You") : idea.handle ?? t("Somebody")}</bdi>
    ${idea.official ? html`<span class="badge is-official">${t("Official answer")}</span>` : null}
    ${idea.role && idea.role !== "participant" && !idea.official ? html`<span class="badge is-team">${t("Runs the jam")}</span>` : null}
    ${idea.audience === "staff" ? html`<span class="badge is-staff">${t("Staff")}</span>` : null}
    <time datetime=${new Date(idea.at).toISOString()} title=${fullTime(idea.at)}>${ago(now - idea.at)}</time>
    ${children}
  </p>`;
}

/** @param {{idea: IdeaView}} props */
export function Tags({ idea }) {
  if (!idea.tags?.length) return null;
  return html`<ul class="tags" aria-label=${t("Tags")}>${idea.tags.map((tag) => html`<li key=${tag}><bdi>${tag}</bdi></li>`)}</ul>`;
}

/** How often it was changed, and every earlier text on demand. @param {{idea: IdeaView, jam: string}} props */
export function Edits({ idea, jam }) {
  const [versions, setVersions] = useState(/** @type {Version[]|null} */ (null));
  const [problem, setProblem] = useState("");
  if (!idea.edits || idea.text === undefined) return null;
  const open = async (/** @type {any} */ event) => {
    if (!event.currentTarget.open) return;
    try {
      setVersions((await ideaHistory(jam, idea.id)).versions);
      setProblem("");
    } catch (error) {
      setProblem(t("The earlier texts could not be fetched. Close this and open it again."));
    }
  };
  return html`<details class="edits" onToggle=${open}>
    <summary>${tn("Edited {n} time", "Edited {n} times", idea.edits)}</summary>
    ${problem && html`<p class="error">${problem}</p>`}
    ${versions && html`<ol>${versions.map((one) => html`<${Earlier} key=${one.version} one=${one} lang=${idea.lang} />`)}</ol>`}
  </details>`;
}

/** @param {{one: Version, lang?: string}} props */
function Earlier({ one, lang }) {
  return html`<li>
    <p class="muted"><time datetime=${new Date(one.at).toISOString()}>${fullTime(one.at)}</time></p>
    <p class="words is-small" lang=${lang} dir="auto">${one.text ?? t("This version cannot be shown.")}</p>
    ${one.tags?.length ? html`<p class="muted">${t("Tags")}: <bdi>${one.tags.join(", ")}</bdi></p>` : null}
  </li>`;
}

/** The first words of a text, to name it in a sentence. @param {{text?: string}|undefined} idea */
export function excerpt(idea) {
  const text = (idea?.text ?? "").replace(/\s+/g, " ");
  return text.length <= 60 ? text : [...text].slice(0, 57).join("").trimEnd() + "…";
}
