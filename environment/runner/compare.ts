import { gunzipSync } from "node:zlib";
import { loadImage, createCanvas } from "@napi-rs/canvas";
import { tagsOf, type CodeCell, type Notebook, type Output } from "./notebook.js";

/** Share of pixels that may differ between two pictures that count as the same. */
const pixelShare = 0.001;
/** How far a channel of a pixel may be off, of 255: rounding of the last bit moves an edge by this much. */
const pixelLevels = 16;

/**
 * How two outputs differ in meaning, in a few words; `undefined` when they do not.
 *
 * Bytes that may differ without a difference in meaning are compared by what they hold: pictures by their
 * pixels, packed arrays by their unpacked bytes, numbers by five significant digits.
 */
export async function describeDifference(before: Output, after: Output): Promise<string | undefined> {
  if (before.output_type !== after.output_type) {
    return `${before.output_type} became ${after.output_type}`;
  }
  if (before.output_type === "stream") {
    const next = after as typeof before;
    if (before.name !== next.name) return `${before.name} became ${next.name}`;
    return describeTextDifference(before.text, next.text);
  }
  if (before.output_type === "error") {
    const next = after as typeof before;
    return describeTextDifference(tellError(before), tellError(next));
  }
  const next = after as typeof before;
  const types = [...new Set([...Object.keys(before.data), ...Object.keys(next.data)])].sort();
  for (const type of types) {
    if (!(type in before.data)) return `${type} is new`;
    if (!(type in next.data)) return `${type} is gone`;
    const difference = await describeContentDifference(type, before.data[type], next.data[type]);
    if (difference !== undefined) return `${type}: ${difference}`;
  }
  return undefined;
}

/** An error with the lines of the cell that it quotes; where in the library it was thrown changes with every edit there. */
function tellError({ ename, evalue, traceback }: Extract<Output, { output_type: "error" }>): string {
  const lines = traceback.flatMap((part) => part.split("\n")).filter((line) => !/^\s*at /.test(line));
  return [`${ename}: ${evalue}`, ...lines].join("\n");
}

/**
 * The executed notebook with every output that means the same as the committed one in the committed bytes, so
 * that running again changes no file. In cells tagged `volatile`, whose numbers differ from run to run, only
 * a change of anything but digits counts.
 */
export async function keepEqualOutputs(committed: Notebook, executed: Notebook): Promise<Notebook> {
  const known = new Map(committed.cells.map((cell) => [cell.id, cell]));
  const cells = await Promise.all(
    executed.cells.map(async (cell) => {
      const old = known.get(cell.id);
      if (cell.cell_type !== "code" || old?.cell_type !== "code") return cell;
      return { ...cell, outputs: await keepOutputs(old, cell) };
    }),
  );
  return { ...executed, cells };
}

async function keepOutputs(old: CodeCell, next: CodeCell): Promise<Output[]> {
  if (tagsOf(next).includes("volatile") && old.source === next.source) {
    return JSON.stringify(maskDigits(old)) === JSON.stringify(maskDigits(next)) ? old.outputs : next.outputs;
  }
  return Promise.all(
    next.outputs.map(async (output, index) => {
      const before = old.outputs[index];
      return before && (await describeDifference(before, output)) === undefined ? before : output;
    }),
  );
}

/** The readable part of a volatile cell's outputs with every number made the same. */
function maskDigits(cell: CodeCell): unknown[] {
  const mask = (text: string): string => text.replace(/\d+([.,:]\d+)*/g, "#").replace(/[ \t]+/g, " ");
  return cell.outputs.map((output) => {
    if (output.output_type === "stream") return [output.name, mask(output.text)];
    if (output.output_type === "error") return [output.ename, mask(output.evalue)];
    const text = output.data["text/plain"];
    return [Object.keys(output.data).sort(), mask(typeof text === "string" ? text : "")];
  });
}

async function describeContentDifference(
  type: string,
  before: unknown,
  after: unknown,
): Promise<string | undefined> {
  if (typeof before === "string" && typeof after === "string") {
    if (before === after) return undefined;
    return type === "image/png" || type === "image/jpeg"
      ? describePictureDifference(before, after)
      : describeTextDifference(before, after);
  }
  return describeJsonDifference(before, after, "");
}

function describeTextDifference(before: string, after: string): string | undefined {
  if (before === after) return undefined;
  const old = before.split("\n");
  const next = after.split("\n");
  const line = old.findIndex((text, index) => text !== next[index]);
  if (line < 0) return `${next.length - old.length} lines more`;
  return `line ${line + 1} was ${quote(old[line])}, is ${quote(next[line])}`;
}

async function describePictureDifference(before: string, after: string): Promise<string | undefined> {
  const [old, next] = await Promise.all([readPixels(before), readPixels(after)]);
  if (!old || !next) return "one of the pictures cannot be read";
  if (old.width !== next.width || old.height !== next.height) {
    return `was ${old.width} x ${old.height} pixels, is ${next.width} x ${next.height}`;
  }
  let different = 0;
  for (let i = 0; i < old.data.length; i += 4) {
    let gap = 0;
    for (let channel = 0; channel < 4; channel++) {
      gap = Math.max(gap, Math.abs(old.data[i + channel] - next.data[i + channel]));
    }
    if (gap > pixelLevels) different++;
  }
  const share = different / (old.width * old.height);
  return share <= pixelShare ? undefined : `${(100 * share).toFixed(1)} % of the pixels differ`;
}

async function readPixels(
  base64: string,
): Promise<{ width: number; height: number; data: Uint8ClampedArray } | undefined> {
  try {
    const image = await loadImage(Buffer.from(base64, "base64"));
    const context = createCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    return { width: image.width, height: image.height, data };
  } catch {
    return undefined;
  }
}

function describeJsonDifference(before: unknown, after: unknown, at: string): string | undefined {
  if (before === after) return undefined;
  const place = at === "" ? "the value" : at;
  if (typeof before === "number" && typeof after === "number") {
    return Math.abs(before - after) <= 1e-5 * Math.max(Math.abs(before), Math.abs(after))
      ? undefined
      : `${place} was ${before}, is ${after}`;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.length !== after.length) return `${place} had ${before.length} entries, has ${after.length}`;
    return firstDifference(before.keys(), (i) => describeJsonDifference(before[i], after[i], `${at}[${i}]`));
  }
  if (isRecord(before) && isRecord(after)) {
    if (before.encoding === "gzip+base64" && after.encoding === "gzip+base64") {
      if (!unpack(before.data)?.equals(unpack(after.data) ?? Buffer.alloc(0))) return `${place} differs`;
      return describeJsonDifference(
        { ...before, encoding: "", data: "" },
        { ...after, encoding: "", data: "" },
        at,
      );
    }
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return firstDifference(keys.values(), (key) =>
      describeJsonDifference(before[key], after[key], at === "" ? key : `${at}.${key}`),
    );
  }
  return `${place} was ${quote(JSON.stringify(before))}, is ${quote(JSON.stringify(after))}`;
}

function firstDifference<K>(keys: Iterable<K>, describe: (key: K) => string | undefined): string | undefined {
  for (const key of keys) {
    const difference = describe(key);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function unpack(data: unknown): Buffer | undefined {
  try {
    return gunzipSync(Buffer.from(String(data), "base64"));
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function quote(text: string | undefined): string {
  if (text === undefined) return "missing";
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
