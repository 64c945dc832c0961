/**
 * The ideas under one question, newest first. What is on the screen never moves by itself: new
 * ideas wait behind a button, and live updates can be paused.
 */

import { takes, writes } from "../state/select.js";
import { draft } from "../state/drafts.js";
import { windowOf } from "../state/reading.js";
import { t, tn } from "../words/words.js";
import { useCountSpoken } from "./announce.js";
import { Byline, Edits, Tags, Unseen, Words, excerpt } from "./idea.js";
import { OwnActions } from "./own.js";
import { Report } from "./report-button.js";
import { Thread, replyPlace } from "./thread.js";
import { classes, html, memo, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */
/** @typedef {import("../wire/frames.js").IdeaView} IdeaView */

const NONE = /** @type {IdeaView[]} */ ([]);

/** @param {{store: Store, forum: string, minute: number}} props */
export function Feed({ store, forum, minute }) {
  const { state, lists } = store.screen.value;
  const reading = store.reading.value;
  const { ideas, waiting, below } = windowOf(lists.feed[forum], reading, forum, store.me.value.id);
  const shown = reading.paused ? 0 : waiting;
  useCountSpoken(shown > 0 ? tn("{n} new idea", "{n} new ideas", shown) : "");
  return html`<section class="feed" aria-labelledby="feed-title">
    <h2 id="feed-title" tabindex="-1">${title(state, lists.feed[forum] ?? NONE)}</h2>
    <${Controls} store=${store} forum=${forum} waiting=${shown} />
    <ol class="ideas">${ideas.map((idea) => html`<${IdeaCard} key=${idea.id} store=${store} idea=${idea} minute=${minute}
        replies=${lists.replies[idea.id] ?? NONE} mine=${idea.author === store.me.value.id} open=${takes(state, "reply") && writes(store.me.value.role)} />`)}</ol>
    ${(below > 0 || state.older) && html`<div class="actions"><button type="button" onClick=${() => store.showOlder(forum)}>${t("Show older ideas")}</button></div>`}
  </section>`;
}

/** Counts what can be read, one's own new ones too, as the totals do. @param {import("../state/reduce.js").State} state @param {IdeaView[]} feed */
function title(state, feed) {
  if (feed.length === 0) return takes(state, "idea") ? t("No ideas yet. Yours can be the first.") : t("No ideas yet");
  const readable = feed.filter((idea) => idea.status === "published").length;
  return state.older ? t("The newest ideas") : tn("{n} idea so far", "{n} ideas so far", readable);
}

/** @param {{store: Store, forum: string, waiting: number}} props */
function Controls({ store, forum, waiting }) {
  const show = () => {
    store.showNew(forum);
    document.getElementById("feed-title")?.focus();
  };
  return html`<${NewOnes} store=${store} label=${waiting > 0 ? tn("Show {n} new idea", "Show {n} new ideas", waiting) : ""} onShow=${show} />`;
}

/**
 * The button for what waits above, in a line that is always there, so that nothing below it moves.
 * @param {{store: Store, label: string, onShow: () => void}} props `label` is empty while nothing waits
 */
export function NewOnes({ store, label, onShow }) {
  const { paused } = store.reading.value;
  const nothing = paused ? t("Live updates are paused") : t("Nothing new");
  return html`<div class="feed-controls">
    ${label ? html`<button type="button" class="show-new" onClick=${onShow}>${label}</button>` : html`<span class="muted">${nothing}</span>`}
    <button type="button" class="quiet" onClick=${() => store.pause(!paused)}>${paused ? t("Resume live updates") : t("Pause live updates")}</button>
  </div>`;
}

const IdeaCard = memo(
  /** @param {{store: Store, idea: IdeaView, replies: IdeaView[], mine: boolean, open: boolean, minute: number}} props */
  function IdeaCard({ store, idea, replies, mine, open, minute }) {
    const [reading, read] = useState(false);
    const [asked, write] = useState(false);
    const shown = idea.status === "published";
    const writing = asked || (!open && shown && draft(store.keep, replyPlace(idea)) !== "");
    const reply = () => {
      read(true);
      write(true);
    };
    return html`<li class=${classes("card", mine && "is-own", !shown && "is-over")}>
      <${Words} idea=${idea} />
      <${Tags} idea=${idea} />
      <${Byline} idea=${idea} mine=${mine} now=${store.now()}>${!mine && html`<${Unseen} idea=${idea} />`}</${Byline}>
      <${Edits} idea=${idea} jam=${store.boot.jam} />
      <div class="actions">
        ${replies.length > 0 && html`<button type="button" class="quiet" aria-expanded=${reading} onClick=${() => read(!reading)}
          aria-label=${`${counted(replies)}: ${excerpt(idea)}`}>${counted(replies)}</button>`}
        ${open && shown && html`<button type="button" class="quiet" aria-label=${`${t("Reply")}: ${excerpt(idea)}`} onClick=${reply}>${t("Reply")}</button>`}
        ${!mine && shown && html`<${Report} store=${store} idea=${idea} />`}
      </div>
      ${mine && html`<${OwnActions} store=${store} idea=${idea} />`}
      ${(reading || writing) && html`<${Thread} store=${store} idea=${idea} replies=${replies} minute=${minute} writing=${writing} onWriting=${write} />`}
    </li>`;
  },
);

/** Counts what can be read, as the totals do. @param {IdeaView[]} replies */
function counted(replies) {
  const readable = replies.filter((one) => one.status === "published").length;
  return readable > 0 ? tn("{n} reply", "{n} replies", readable) : t("Replies");
}
