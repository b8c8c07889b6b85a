/** An answer, or in words why there is none. */
export type Told<T> = { value: T; why?: undefined } | { value?: undefined; why: string };

/** The answer of a function, or the reason that was found beforehand. */
export function tellUnless<T>(why: string | undefined, answer: () => T): Told<T> {
  return why === undefined ? { value: answer() } : { why };
}
