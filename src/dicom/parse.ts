import { LabError } from "../core/errors.js";
import { encodeLatin1 } from "../platform/bytes.js";
import { inflateRaw } from "../platform/compress.js";
import { loadPackage } from "../platform/packages.js";
import { hasPreamble } from "./part10.js";

/** An element of a DICOM file, as dicom-parser gives it: where its value lies, or what it is made of. */
export interface DicomElement {
  tag: string;
  vr?: string;
  length: number;
  dataOffset: number;
  items?: { dataSet?: DicomDataSet; dataOffset: number; length: number }[];
  fragments?: { position: number; length: number }[];
  basicOffsetTable?: number[];
}

/** Elements by tag, such as `x00280010`. */
export interface DicomDataSet {
  byteArray: Uint8Array;
  elements: Record<string, DicomElement | undefined>;
  string(tag: string): string | undefined;
  uint16(tag: string, index?: number): number | undefined;
  int16(tag: string, index?: number): number | undefined;
  numStringValues(tag: string): number | undefined;
}

interface Parser {
  parseDicom(bytes: Uint8Array, options: object): DicomDataSet;
}

/** The tag at which the pixels are. */
export const pixelTag = "x7fe00010";

/**
 * The elements of a DICOM file. Nothing is judged here.
 *
 * @param untilPixels ends before the pixels, so that the start of a file is enough.
 * @throws LabError naming `file` for bytes that are no DICOM or are cut short.
 */
export function parseDicom(bytes: Uint8Array, file: string, untilPixels = false): DicomDataSet {
  const parser = loadPackage("dicom-parser") as Parser;
  const explicit = bytes[4] >= 65 && bytes[4] <= 90;
  const syntax = explicit ? "1.2.840.10008.1.2.1" : "1.2.840.10008.1.2";
  try {
    const data = parser.parseDicom(bytes, {
      ...(untilPixels ? { untilTag: pixelTag } : {}),
      ...(hasPreamble(bytes) ? {} : { TransferSyntaxUID: syntax }),
      inflater: (all: Uint8Array, position: number): Uint8Array => {
        const data = inflateRaw(all.subarray(position), { maxOutputLength: 2 ** 30 });
        const whole = new Uint8Array(position + data.length);
        whole.set(all.subarray(0, position));
        whole.set(data, position);
        return whole;
      },
    });
    requireWhole(data);
    return data;
  } catch (error) {
    // The parser throws words, and errors that hold all elements.
    const { exception } = error as { exception?: unknown };
    const words = String(exception ?? error).replace(/^.*?dicomParser\.\w+: /, "");
    const advice = "The file is damaged or cut short; copy it again";
    throw new LabError(file, words, "a readable DICOM file", advice, { kind: "bad-file" });
  }
}

/** Throws where an element runs beyond the end, which the parser finds out only when it is asked for. Pixels are judged by themselves. */
function requireWhole(data: DicomDataSet): void {
  for (const element of Object.values(data.elements)) {
    if (!element || element.tag === pixelTag) continue;
    if (element.dataOffset + element.length > data.byteArray.length)
      throw new Error(`element ${nameOfTag(element.tag)} runs beyond the end`);
    for (const { dataSet } of element.items ?? []) if (dataSet) requireWhole(dataSet);
  }
}

/** Text of an element; `undefined` where it is not there or empty. */
export function textOf(data: DicomDataSet, tag: string): string | undefined {
  const text = data.string(tag)?.replace(/\0+$/, "").trim();
  return text === "" ? undefined : text;
}

/** Words of people in an element, such as the name of a structure: UTF-8 where bytes can be that, else Latin-1. */
export function wordsOf(data: DicomDataSet, tag: string): string | undefined {
  const text = textOf(data, tag);
  if (text === undefined) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(encodeLatin1(text));
  } catch {
    return text;
  }
}

/** Numbers in an element of text (DS, IS); `undefined` where it is not there or empty. Throws a LabError for other text. */
export function numbersOf(
  data: DicomDataSet,
  tag: string,
  count: number,
  file: string,
): number[] | undefined {
  const text = textOf(data, tag);
  if (text === undefined) return undefined;
  const numbers = text
    .split("\\")
    .map((part) => (/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(part) ? Number(part) : NaN));
  if (numbers.length === count && numbers.every((value) => Number.isFinite(value))) return numbers;
  throw new LabError(`${file} ${nameOfTag(tag)}`, text, `${count} finite numbers`, "The header is damaged", {
    kind: "bad-file",
  });
}

/** Items of a sequence; none where it is not there. */
export function itemsOf(data: DicomDataSet | undefined, tag: string): DicomDataSet[] {
  return (data?.elements[tag]?.items ?? []).flatMap(({ dataSet }) => (dataSet ? [dataSet] : []));
}

/** `x00280010` as people write it: (0028,0010). */
export function nameOfTag(tag: string): string {
  return `(${tag.slice(1, 5)},${tag.slice(5, 9)})`;
}
