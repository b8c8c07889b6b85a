/**
 * Tells a person what is being done while it is done: on a terminal one line that counts seconds, elsewhere a
 * line at the start, a sign of life every ten seconds, and a line at the end.
 *
 * @typedef {object} Teller
 * @property {(text: string) => void} say prints one line
 * @property {(doing: string) => Task} begin starts a task; at most one is shown as running at a time
 *
 * @typedef {object} Task
 * @property {(detail: string) => void} update what it is at just now
 * @property {(result: string) => void} end closes it with a line such as "Installed 700 packages"; seconds are added
 */

const heartbeatMs = 10_000;

/**
 * @param {NodeJS.WriteStream} [stream] default: standard error, so that standard output stays free for results
 * @returns {Teller}
 */
export function createTeller(stream = process.stderr) {
  /** @type {Set<() => void>} */
  const running = new Set();
  const clearLine = stream.isTTY ? "\r\u001b[2K" : "";

  /** @param {string} text */
  function say(text) {
    stream.write(`${running.size > 0 ? clearLine : ""}${text}\n`);
    for (const redraw of running) redraw();
  }

  /** @param {string} doing @returns {Task} */
  function begin(doing) {
    const startedMs = performance.now();
    const seconds = () => Math.round((performance.now() - startedMs) / 1000);
    let detail = "";
    const describe = () => `${doing} ... ${seconds()} s${detail ? ` (${detail})` : ""}`;
    const redraw = () => {
      if (stream.isTTY) stream.write(clearLine + describe().slice(0, (stream.columns ?? 80) - 1));
    };
    if (stream.isTTY) redraw();
    else stream.write(`${doing} ...\n`);
    running.add(redraw);
    const timer = setInterval(
      () => (stream.isTTY ? redraw() : stream.write(`${describe()}\n`)),
      stream.isTTY ? 1000 : heartbeatMs,
    );
    timer.unref();
    return {
      update: (text) => void (detail = text),
      end: (result) => {
        clearInterval(timer);
        running.delete(redraw);
        stream.write(`${clearLine}${result} (${formatSeconds(performance.now() - startedMs)})\n`);
      },
    };
  }

  return { say, begin };
}

/** Seconds with one decimal below ten, else whole: "0.4 s", "41 s". @param {number} ms */
export function formatSeconds(ms) {
  const seconds = ms / 1000;
  return `${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}
