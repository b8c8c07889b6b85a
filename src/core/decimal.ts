/**
 * A number as people write it: decimal digits with at most a sign, a point and an exponent, and blanks around. `NaN` for
 * anything else, such as an empty text, `0x14` or `Infinity`, which JavaScript's own `Number` reads as numbers.
 */
export function parseDecimal(text: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : NaN;
  // Digits enough for an infinity are no number that anyone means.
  return Number.isFinite(value) ? value : NaN;
}
