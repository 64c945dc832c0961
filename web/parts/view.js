/**
 * What the parts are written with, in one place: templates, signals, and `memo`.
 *
 * No markup is ever made from text: htm builds elements, and text reaches the page as text nodes.
 */

import { Component, h } from "../vendor/preact.js";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "../vendor/preact-hooks.js";
import { html, render } from "../vendor/htm-preact.js";
import { signal, useSignal } from "../vendor/signals.js";

export { h, html, render, signal, useEffect, useLayoutEffect, useMemo, useRef, useSignal, useState };

/**
 * A part that is drawn again only when one of its properties is another one: a feed of 600 ideas
 * must not be redrawn because one of them changed. Lists count as equal when their members do.
 * @template P
 * @param {(props: P) => any} part
 * @returns {(props: P & {key?: string}) => any}
 */
export function memo(part) {
  class Memo extends Component {
    /** @param {any} next */
    shouldComponentUpdate(next) {
      return !alike(this.props, next);
    }

    render() {
      return h(/** @type {any} */ (part), /** @type {any} */ (this.props));
    }
  }
  return /** @type {any} */ (Memo);
}

/** @param {any} a @param {any} b */
function alike(a, b) {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => same(a[name], b[name]));
}

/** @param {any} a @param {any} b */
function same(a, b) {
  if (a === b) return true;
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, at) => one === b[at]);
}

/**
 * What a form does when it is sent, once at a time: sent again before the answer is there it does nothing,
 * so that a second press never makes a second thing.
 * @param {() => Promise<void>} go
 * @returns {[boolean, (event?: Event) => Promise<void>]} whether it is under way
 */
export function useOnce(go) {
  const [busy, setBusy] = useState(false);
  const going = useRef(false);
  const send = async (/** @type {Event|undefined} */ event) => {
    event?.preventDefault();
    if (going.current) return;
    going.current = true;
    setBusy(true);
    try {
      await go();
    } finally {
      going.current = false;
      setBusy(false);
    }
  };
  return [busy, send];
}

/** Joins the class names that are not empty. @param {...(string|false|null|undefined)} names */
export function classes(...names) {
  return names.filter(Boolean).join(" ");
}
