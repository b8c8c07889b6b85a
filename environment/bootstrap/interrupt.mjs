/** Exit status after Ctrl-C. */
export const interruptedStatus = 130;

/**
 * Turns the signals that ask this process to end into an AbortSignal, so that what it does ends in good order:
 * children first, then locks. The reason of the abort is the exit status to end with. A second signal ends it at once.
 *
 * @returns {{ signal: AbortSignal, exitCode: () => number }} `exitCode` is 128 + n after signal n, else 0
 */
export function catchInterrupts() {
  const controller = new AbortController();
  let code = 0;
  /** @param {number} status */
  const stop = (status) => {
    if (code) process.exit(status);
    code = status;
    controller.abort(status);
  };
  process.on("SIGHUP", () => stop(129));
  process.on("SIGINT", () => stop(interruptedStatus));
  process.on("SIGTERM", () => stop(143));
  return { signal: controller.signal, exitCode: () => code };
}
