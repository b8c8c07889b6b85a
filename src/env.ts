/**
 * The only file of this package that may look at the clock or the machine. Everything else is a pure
 * function of its arguments; lint keeps it so.
 */

/** Milliseconds from an arbitrary origin, monotonic. */
export function monotonicMs(): number {
  return performance.now();
}

/** The current moment as an ISO 8601 string in UTC, for run records. */
export function currentTime(): string {
  return new Date().toISOString();
}

/** An environment variable, or `undefined` when unset or empty. */
export function environmentVariable(name: string): string | undefined {
  return process.env[name] || undefined;
}
