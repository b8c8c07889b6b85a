import { inspect, types } from "node:util";
import { toBase64 } from "tumorlab/internal/platform/bytes";
import { tryFrameBundle } from "./frame.js";

/** Objects with this method say themselves how they are shown: it returns a MIME bundle, or a promise of one. */
export const displaySymbol = Symbol.for("Jupyter.display");

/** A MIME bundle: a value, mostly text, for each MIME type. */
export type Bundle = Record<string, unknown>;

/** How the value of a cell's last expression is shown. Rejects where its own display method fails. */
export async function toBundle(value: unknown): Promise<Bundle> {
  const show = readDisplayMethod(value);
  if (!show) {
    const frame = await tryFrameBundle(value);
    return frame ?? { "text/plain": inspectValue(value) + describeForgottenAwait(value) };
  }
  return checkBundle(await show.call(value), '[Symbol.for("Jupyter.display")]()');
}

/** What a reader who forgot an `await` has to do; empty for every other value. */
function describeForgottenAwait(value: unknown): string {
  if (types.isPromise(value)) return "  (a promise: is await missing in front of it?)";
  const isList = Array.isArray(value) && value.length > 0 && value.every(types.isPromise);
  return isList ? "  (promises: is await Promise.all(...) missing around them?)" : "";
}

/** A value as plain text. */
export function inspectValue(value: unknown): string {
  return inspect(value, { depth: 4, breakLength: 100, maxStringLength: 10_000 });
}

/**
 * Returns the bundle, with bytes turned into base64 text as the protocol has them.
 *
 * Throws a TypeError that names `origin` unless it is an object whose keys are MIME types.
 */
export function checkBundle(bundle: unknown, origin: string): Bundle {
  const isObject = typeof bundle === "object" && bundle !== null && !Array.isArray(bundle);
  const expected = 'expected a MIME bundle such as { "text/plain": "three" }';
  if (!isObject) throw new TypeError(`${origin}: found ${inspect(bundle, { depth: 0 })}, ${expected}`);
  const checked: Bundle = {};
  for (const [type, data] of Object.entries(bundle)) {
    if (!type.includes("/"))
      throw new TypeError(`${origin}: found the key ${JSON.stringify(type)}, ${expected}`);
    if (data === undefined) continue;
    checked[type] = data instanceof Uint8Array ? toBase64(data) : data;
  }
  return checked;
}

function readDisplayMethod(value: unknown): (() => unknown) | undefined {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return undefined;
  const method = (value as Record<symbol, unknown>)[displaySymbol];
  return typeof method === "function" ? (method as () => unknown) : undefined;
}
