/**
 * Lets the screen change at most 4 times a second, however fast ideas arrive.
 *
 * The first change after a quiet moment shows at once; what follows is gathered.
 */

const SCREEN_MS = 250;

/**
 * @param {() => void} run
 * @param {number} [ms]
 * @returns {() => void} call it whenever something changed
 */
export function gathered(run, ms = SCREEN_MS) {
  let last = -Infinity;
  let planned = false;
  const fire = () => {
    planned = false;
    last = performance.now();
    run();
  };
  return () => {
    if (planned) return;
    planned = true;
    const wait = last + ms - performance.now();
    if (wait <= 0) queueMicrotask(fire);
    else setTimeout(fire, wait);
  };
}
