/**
 * The server's time in the browser. A phone's clock may be minutes off and may jump; the bell is
 * the server's. Corrected by every welcome and heartbeat.
 */

/**
 * @param {number} serverNow the server's clock (ms) when the page was made
 * @param {() => number} [local] the browser's clock
 * @returns {{now: () => number, set: (serverNow: number) => void}}
 */
export function serverClock(serverNow, local = Date.now) {
  let ahead = serverNow - local();
  return {
    now: () => local() + ahead,
    set: (moment) => {
      ahead = moment - local();
    },
  };
}
