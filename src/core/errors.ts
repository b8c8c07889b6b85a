/**
 * What an error is about, for code that has another way to go on. Nothing branches on the words of a message.
 *
 * - `bad-value`: an argument, option or setting that cannot be, or values that contradict each other
 * - `missing-file`: nothing of that name is there
 * - `file-access`: it is there, or could be, but cannot be read or written
 * - `bad-file`: it was read, and is damaged or something else
 * - `does-not-fit`: sound inputs that hold no place for what was asked, such as an organ too small for a lesion
 * - `no-answer`: a program or server that may answer when it is asked again
 * - `no-room`: a queue that takes no more for now
 */
export type ErrorKind =
  | "bad-value"
  | "missing-file"
  | "file-access"
  | "bad-file"
  | "does-not-fit"
  | "no-answer"
  | "no-room";

/** What else an error knows. */
export interface LabErrorOptions extends ErrorOptions {
  /** Default `"bad-value"`. */
  kind?: ErrorKind;
}

/**
 * An error a person can act on: it names the input, the value found, what was expected and what to do.
 *
 * Thrown by every public function of this package on bad input; anything else that escapes is a defect.
 */
export class LabError extends Error {
  /** The argument, file or field that was refused, such as `spacingMm` or a path. */
  readonly input: string;
  /** The value found there, printed. */
  readonly found: string;
  /** What was expected instead. */
  readonly expected: string;
  /** What the reader can do about it; empty when the rest says it all. */
  readonly advice: string;
  readonly kind: ErrorKind;

  constructor(input: string, found: unknown, expected: string, advice = "", options: LabErrorOptions = {}) {
    const value = found instanceof Printed ? found.text : describeValue(found);
    super(`${input}: found ${value}, expected ${expected}${advice ? `. ${advice}` : ""}`, options);
    this.name = "LabError";
    this.input = input;
    this.found = value;
    this.expected = expected;
    this.advice = advice;
    this.kind = options.kind ?? "bad-value";
  }
}

/** A value that was printed already. */
class Printed {
  constructor(readonly text: string) {}
}

/**
 * Runs a check on a part of an input; a LabError that it throws names the input as `place` says, such as the field of a
 * file that the part came from.
 */
export function locateErrors<T>(place: (input: string) => string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw locateError(place, error);
  }
}

/** As {@link locateErrors}, of a check that takes a while. */
export async function locateErrorsOf<T>(
  place: (input: string) => string,
  check: () => Promise<T>,
): Promise<T> {
  try {
    return await check();
  } catch (error) {
    throw locateError(place, error);
  }
}

function locateError(place: (input: string) => string, error: unknown): unknown {
  if (!(error instanceof LabError)) return error;
  const { expected, advice, kind } = error;
  return new LabError(place(error.input), new Printed(error.found), expected, advice, { cause: error, kind });
}

/** What an error says as plain data, such as a thread can send. */
export type ErrorParts = Pick<LabError, "input" | "found" | "expected" | "advice" | "kind">;

/** Takes an error apart for {@link joinError}; `undefined` for one that is no LabError. */
export function splitError(error: unknown): ErrorParts | undefined {
  if (!(error instanceof LabError)) return undefined;
  const { input, found, expected, advice, kind } = error;
  return { input, found, expected, advice, kind };
}

/** The error that {@link splitError} took apart. */
export function joinError({ input, found, expected, advice, kind }: ErrorParts): LabError {
  return new LabError(input, new Printed(found), expected, advice, { kind });
}

/** The same error, with one more sentence on what to do. */
export function addAdvice(error: LabError, advice: string): LabError {
  const { input, found, expected, kind } = error;
  const all = error.advice ? `${error.advice}. ${advice}` : advice;
  return new LabError(input, new Printed(found), expected, all, { cause: error, kind });
}

/** What an error says, on one line. */
export function describeError(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, " ");
}

/** Prints a value for an error message on one line of at most 200 characters. */
export function describeValue(value: unknown): string {
  return describeTo(value, 0);
}

/** Lists in lists beyond this depth are not looked into: hostile ones nest deeper than the stack. */
const deepestPrinted = 20;

function describeTo(value: unknown, depth: number): string {
  if (typeof value === "string") return shorten(JSON.stringify(value));
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  if (Array.isArray(value)) {
    if (depth >= deepestPrinted) return "[...]";
    return shorten(
      `[${value
        .slice(0, 100)
        .map((each) => describeTo(each, depth + 1))
        .join(", ")}]`,
    );
  }
  if (typeof value === "bigint") return `${value}n`;
  if (value !== null && typeof value === "object") {
    try {
      return shorten(JSON.stringify(value));
    } catch {
      return Object.prototype.toString.call(value);
    }
  }
  return shorten(String(value));
}

/** Throws a {@link LabError} unless `condition` holds. */
export function requireThat(
  condition: boolean,
  input: string,
  found: unknown,
  expected: string,
  advice = "",
  kind: ErrorKind = "bad-value",
): asserts condition {
  if (!condition) throw new LabError(input, found, expected, advice, { kind });
}

/** Whether an error is a {@link LabError} of that kind. */
export function isKind(error: unknown, kind: ErrorKind): error is LabError {
  return error instanceof LabError && error.kind === kind;
}

/** The kind of an error of the file system that kept a file from being read. */
export function kindOfFault(error: unknown): ErrorKind {
  const { code } = error as { code?: string };
  return code === "ENOENT" || code === "ENOTDIR" ? "missing-file" : "file-access";
}

/** Why the system would not give a file, as an error that names it: nothing there, a folder, no right to read it. */
export function fileError(path: string, error: unknown, expected: string, advice = ""): LabError {
  const { code, message } = error as { code?: string; message: string };
  const found = code === "ENOENT" ? "no such file" : code === "EISDIR" ? "a folder" : (code ?? message);
  return new LabError(path, found, expected, advice, { cause: error, kind: kindOfFault(error) });
}

/** That nothing of that name is there. */
export function missingError(path: string, expected: string, advice = ""): LabError {
  return new LabError(path, "nothing there", expected, advice, { kind: "missing-file" });
}

/** Reads a part of a file; a value in it that cannot be is the file's fault, not the caller's. */
export async function readAsFile<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof LabError) || error.kind !== "bad-value") throw error;
    const { input, found, expected, advice } = error;
    throw new LabError(input, new Printed(found), expected, advice, { cause: error, kind: "bad-file" });
  }
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
