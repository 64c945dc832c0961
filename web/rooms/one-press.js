/**
 * A form is sent once, however often its button is pressed: the second press of "Join" would be somebody
 * else, whose name is taken. On every page; forms that a room sends by itself never come this far.
 */

const SECONDS = 10;
/** @type {WeakMap<EventTarget, number>} */
let sent = new WeakMap();

addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target) return;
  const since = event.timeStamp - (sent.get(event.target) ?? -Infinity);
  if (since < SECONDS * 1000) event.preventDefault();
  else sent.set(event.target, event.timeStamp);
});

// A page that the browser took out of its memory again (Back) was not sent yet.
addEventListener("pageshow", () => {
  sent = new WeakMap();
});
