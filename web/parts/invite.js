/**
 * How people come in: the join code for everyone, links for those who help to run the jam.
 */

import { roleLink } from "../wire/api.js";
import { roleName } from "../words/lists.js";
import { clockTime } from "../words/times.js";
import { t } from "../words/words.js";
import { Copy } from "./copy.js";
import { html, useOnce, useState } from "./view.js";

/** @typedef {import("../state/store.js").Store} Store */

const ROLES = ["moderator", "facilitator", "observer"];

/** @param {{store: Store, links: boolean}} props */
export function Invite({ store, links }) {
  const code = store.screen.value.state.jam?.code;
  return html`<section aria-labelledby="invite-title">
    <h2 id="invite-title">${t("Invite people")}</h2>
    ${store.phase.value !== "closed" && code && html`<p>${t("Code to join:")} <strong class="code">${code.slice(0, 4)} ${code.slice(4)}</strong></p>
      <div class="actions"><${Copy} text=${new URL("/j/" + code, location.href).href} label=${t("Copy the link to join")} />
        ${links && html`<a href=${`/jams/${store.boot.jam}/ready`}>${t("QR code and link to show")}</a>`}</div>`}
    ${links && html`<${RoleLinks} store=${store} />`}
  </section>`;
}

/** @param {{store: Store}} props */
function RoleLinks({ store }) {
  const [role, setRole] = useState(ROLES[0]);
  const [made, setMade] = useState(/** @type {{url: string, role: string, until?: number}|null} */ (null));
  const [problem, setProblem] = useState("");
  const [busy, make] = useOnce(async () => {
    try {
      const link = await roleLink(store.boot.jam, role, false);
      setMade({ url: new URL(link.url, location.href).href, role, until: link.expires_at });
      setProblem("");
    } catch (error) {
      setProblem(t("No link was made: {why}", { why: String(error instanceof Error ? error.message : error) }));
    }
  });
  return html`<form onSubmit=${make}>
    <label class="field"><span>${t("Role")}</span><select onChange=${(/** @type {any} */ e) => setRole(e.target.value)}>
      ${ROLES.map((one) => html`<option key=${one} value=${one} selected=${one === role}>${roleName(one)}</option>`)}</select></label>
    <div class="actions"><button type="submit" aria-disabled=${busy}>${t("Make a link for one person")}</button></div>
    <div role="status">${problem && html`<p class="error">${problem}</p>`}
      ${made && html`<p>${t("{role}: send this link to one person. It works once.", { role: roleName(made.role) })}
        ${made.until ? " " + t("Until {time}.", { time: clockTime(made.until, store.now()) }) : ""}</p>
      <p class="link-made" dir="ltr">${made.url}</p><${Copy} key=${made.url} text=${made.url} label=${t("Copy the link")} />`}</div>
  </form>`;
}
