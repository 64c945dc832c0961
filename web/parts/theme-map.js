/**
 * The themes as a picture: a disc for each, its name in place. The list beside it is its equal.
 */

import { t } from "../words/words.js";
import { html } from "./view.js";

/**
 * @param {{view: import("../wire/theme-view.js").ThemeMapView, themes: import("../state/themes.js").Shown[], open: string, mine?: Set<string>, onOpen: (theme: string) => void}} props
 */
export function ThemeMap({ view, themes, open, onOpen }) {
  if (!view.width || !view.height) return null;
  return html`<svg class="theme-map" viewBox=${`0 0 ${view.width} ${view.height}`} role="img" aria-label=${t("Map of the themes; the list below has the same")}>
    ${themes.map((one) => one.spot && html`<g key=${one.id} class=${one.id === open ? "is-open" : undefined} onClick=${() => onOpen(one.id)}>
      <circle cx=${one.spot.x} cy=${one.spot.y} r=${one.spot.radius} /><text x=${one.spot.label.x} y=${one.spot.label.y} text-anchor="middle">${one.name}</text></g>`)}
  </svg>`;
}
