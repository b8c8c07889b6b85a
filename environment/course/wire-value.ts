/**
 * Values as lines of JSON between the program that grades and the one that runs a student's code. Nothing but JSON is read
 * of what that one says, so that it can't break the other; numbers and typed arrays that JSON lacks are spelled.
 */

const arrays = {
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint16Array,
  Uint32Array,
} as const;

/** Deepest nesting that is sent. */
const deepest = 50;

/** A value as JSON can hold it. Throws an Error in words for one that can't be sent, such as a function in an object. */
export function toWire(value: unknown, depth = 0): unknown {
  if (depth > deepest) throw new Error("it nests too deeply to be looked at");
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (value === undefined) return { $: "undefined" };
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $: "number", text: Object.is(value, -0) ? "-0" : String(value) };
  if (typeof value === "bigint") return { $: "bigint", text: String(value) };
  if (Array.isArray(value)) return Array.from(value, (each) => toWire(each, depth + 1));
  for (const [name, type] of Object.entries(arrays))
    if (value instanceof type) return { $: name, list: Array.from(value, (each) => toWire(each)) };
  if (typeof value === "object") {
    const entries = Object.entries(value).map(([name, each]) => [name, toWire(each, depth + 1)]);
    return { $: "object", fields: Object.fromEntries(entries) as Record<string, unknown> };
  }
  throw new Error(`it holds a ${typeof value}, which is no plain value`);
}

/** The value that {@link toWire} spelled. Throws an Error for anything else. */
export function fromWire(wire: unknown): unknown {
  if (wire === null || typeof wire !== "object") return wire;
  if (Array.isArray(wire)) return wire.map(fromWire);
  const { $, text, list, fields } = wire as { $?: unknown; text?: unknown; list?: unknown; fields?: unknown };
  if ($ === "undefined") return undefined;
  if ($ === "number") return Number(text);
  if ($ === "bigint") return BigInt(String(text));
  if ($ === "object" && fields !== null && typeof fields === "object")
    return Object.fromEntries(Object.entries(fields).map(([name, each]) => [name, fromWire(each)]));
  if (typeof $ === "string" && Object.hasOwn(arrays, $) && Array.isArray(list))
    return arrays[$ as keyof typeof arrays].from(list.map((each) => Number(fromWire(each))));
  throw new Error("a value that nobody spelled");
}
