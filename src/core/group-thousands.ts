/**
 * A number with its thousands told apart by commas, from 1,000 on: everywhere a person reads one, never in JSON or CSV.
 *
 * @param value a number, or one that was written already, such as `(1234.5).toFixed(1)`; a text that holds no number of this
 *   form (`1e6`, `Infinity`) stays as it is.
 */
export function groupThousands(value: number | string): string {
  const text = String(value);
  return /^[-\u2212]?\d+(\.\d+)?$/.test(text) ? text.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",") : text;
}
