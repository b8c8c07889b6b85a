/** An answer, or in words why there is none. */
export type Result<T> = { value: T; why?: undefined } | { value?: undefined; why: string };

/** The answer of a function, or the reason that was found beforehand. */
export function resultOr<T>(why: string | undefined, answer: () => T): Result<T> {
  return why === undefined ? { value: answer() } : { why };
}
