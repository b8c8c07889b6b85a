/** A failure that a person can act on: its message is the whole story, so it is printed without a stack. */
export class SetupError extends Error {
  /** @param {string} message @param {ErrorOptions} [options] */
  constructor(message, options) {
    super(message, options);
    this.name = "SetupError";
  }
}

/**
 * Explains a failure to write in words where the reason is a common one; other errors come back as they are.
 *
 * @param {unknown} error
 * @param {string} path what was being written
 * @returns {unknown}
 */
export function explainWriteError(error, path) {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code === "ENOSPC" || code === "EDQUOT")
    return new SetupError(`The disk is full: ${path} could not be written. Free some space and try again.`, {
      cause: error,
    });
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new SetupError(
      `${path} cannot be written (${code}). Tumorlab keeps its packages and builds inside its own folder: ` +
        "give yourself the right to write there, or clone it somewhere you may.",
      { cause: error },
    );
  return error;
}
