/**
 * The health strip: who is here, what came in, what waits and for how long.
 */

import { waitsSince } from "../state/select.js";
import { age } from "../words/times.js";
import { t } from "../words/words.js";
import { useTick } from "./clock.js";
import { Figure } from "./head.js";
import { html } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */

/** @param {{store: Store}} props */
export function Health({ store }) {
  const { state, lists, online } = store.screen.value;
  useTick(10_000);
  const oldest = lists.queue[0];
  return html`<dl class="health" aria-label=${t("How the jam is doing")}>
    <${Figure} label=${t("People")} value=${state.totals?.people ?? 0} />
    <${Figure} label=${t("Here now")} value=${online ?? "–"} />
    <${Figure} label=${t("Ideas")} value=${state.totals?.ideas ?? 0} />
    <${Figure} label=${t("Replies")} value=${state.totals?.replies ?? 0} />
    <${Figure} label=${t("Waiting for a check")} value=${lists.queue.length} />
    <${Figure} label=${t("Longest wait")} value=${oldest ? age(store.now() - waitsSince(oldest)) : t("none")} />
  </dl>`;
}
