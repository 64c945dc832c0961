/**
 * The places of a room and the way between them: plain links, so that Back works and a place can
 * be shared.
 */

import { html, useEffect, useState } from "./view.js";

/** @typedef {{id: string, label: string}} Place */

/** The place that the address names; an address that names none (the skip link's) changes nothing. @param {Place[]} places @returns {string} */
export function usePlace(places) {
  const named = () => places.find((one) => "#" + one.id === location.hash)?.id;
  const [place, set] = useState(named() ?? places[0].id);
  useEffect(() => {
    const moved = () => {
      const next = location.hash === "" ? places[0].id : named();
      if (!next) return;
      set(next);
      scrollTo(0, 0);
    };
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return place;
}

/** Focus goes to the new place's heading, but not on the first load. @param {string} place @param {string} heading */
export function useFocusOn(place, heading) {
  const [first] = useState(place);
  const [moved, setMoved] = useState(false);
  useEffect(() => {
    if (place !== first || moved) {
      setMoved(true);
      document.getElementById(heading)?.focus();
    }
  }, [place]);
}

/** @param {{places: Place[], place: string, label: string}} props */
export function Places({ places, place, label }) {
  return html`<nav class="places" aria-label=${label}><ul>
    ${places.map((one) => html`<li key=${one.id}><a href=${"#" + one.id} aria-current=${one.id === place ? "page" : undefined}>${one.label}</a></li>`)}
  </ul></nav>`;
}
