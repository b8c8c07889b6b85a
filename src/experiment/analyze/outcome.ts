/** A value, or in words why there is none. */
export type Result<T> = { value: T; why?: undefined } | { value?: undefined; why: string };

/** The value of a function, or the reason that was found beforehand. */
export function resultOr<T>(why: string | undefined, compute: () => T): Result<T> {
  return why === undefined ? { value: compute() } : { why };
}
