/**
 * The label value that a text names: 0 to 65535 in plain decimal digits. `NaN` for anything else, such as `0x1`, `1e0`,
 * `" 1 "`, `01` or an empty text: JavaScript's own `Number` reads these as numbers, and other programs read them otherwise
 * or as names.
 */
export function parseLabelValue(text: string): number {
  return isLabelValue(Number(text)) && /^(0|[1-9]\d*)$/.test(text) ? Number(text) : NaN;
}

/** Whether a number can be a label value: whole, from 0 to 65535. */
export function isLabelValue(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 65535;
}
