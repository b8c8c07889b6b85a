import type { Vec3 } from "../core/types.js";
import { type FrameHeader, type NoImage, readFrameHeaders } from "./frame-header.js";
import { countIdentifying } from "./identifying.js";
import { type DicomDataSet, parseDicom, pixelTag, textOf, wordsOf } from "./parse.js";
import { isDicom } from "./part10.js";
import { type DicomSource, listSources } from "./sources.js";

/** Slices that make one volume. */
export interface DicomSeries {
  /** What it is chosen by: its description, or `series 3`, with a part where a series holds several volumes. */
  name: string;
  number?: number;
  uid: string;
  slices: FrameHeader[];
}

/** A DICOM object with structures rather than a picture. */
export interface DicomObject {
  source: DicomSource;
  kind: "segmentation" | "structure set";
  /** Its description, or the name of its file. */
  name: string;
  uid: string;
}

/** What the files under a path are. */
export interface DicomContent {
  series: DicomSeries[];
  objects: DicomObject[];
  /** Files that are neither, and why. */
  skipped: NoImage[];
  sources: ReadonlyMap<string, DicomSource>;
  /** Names of elements that identify a patient, with the number of files that have a value there. */
  identifying: Readonly<Record<string, number>>;
}

const objectClasses: Readonly<Record<string, DicomObject["kind"] | undefined>> = {
  "1.2.840.10008.5.1.4.1.1.66.4": "segmentation",
  "1.2.840.10008.5.1.4.1.1.66.7": "segmentation",
  "1.2.840.10008.5.1.4.1.1.481.3": "structure set",
};

/** Bytes in which a header mostly ends. */
const startBytes = 1 << 16;

/**
 * Looks at every file under a path and puts slices together that make a volume: those of one series with the same size,
 * spacing and orientation, and one pass over the patient. What is no DICOM, or no picture, is listed with the reason; a
 * file whose header is damaged is an error, for without it a scan would silently lack a slice.
 *
 * @param depth how many folders deep to go into one; 0 stays in it.
 * @throws LabError naming the file.
 */
export async function collectDicom(path: string, depth?: number): Promise<DicomContent> {
  const sources = new Map((await listSources(path, depth)).map((source) => [source.name, source]));
  const [frames, objects, skipped]: [FrameHeader[], DicomObject[], NoImage[]] = [[], [], []];
  const identifying: Record<string, number> = {};
  for (const source of sources.values()) {
    const start = await source.read(startBytes);
    if (!isDicom(start)) {
      skipped.push({ file: source.name, reason: start.length === 0 ? "an empty file" : "no DICOM" });
      continue;
    }
    const data = await parseHeader(source, start);
    countIdentifying(data, identifying);
    const kind = objectClasses[textOf(data, "x00080016") ?? ""];
    if (kind) {
      const told = wordsOf(data, "x0008103e") ?? wordsOf(data, "x30060002");
      const name = told ?? source.name.replace(/^.*[\\/]/, "");
      objects.push({ source, kind, name, uid: textOf(data, "x0020000e") ?? "" });
      continue;
    }
    const found = readFrameHeaders(data, source.name);
    if (Array.isArray(found)) frames.push(...found);
    else skipped.push(found);
  }
  return { series: groupSeries(frames, skipped), objects, skipped, sources, identifying };
}

/** The header from the start of a file where that holds it, else from the whole. */
async function parseHeader(source: DicomSource, start: Uint8Array): Promise<DicomDataSet> {
  try {
    const data = parseDicom(start, source.name, true);
    // A start that was cut in a value gives elements beyond it.
    if (start.length < startBytes || data.elements[pixelTag]) return data;
  } catch (error) {
    if (start.length < startBytes) throw error;
  }
  return parseDicom(await source.read(), source.name, true);
}

/** Puts slices together; images of the same instance twice count once, and that is noted. */
export function groupSeries(frames: readonly FrameHeader[], skipped: NoImage[]): DicomSeries[] {
  const seen = new Set<string>();
  const groups = new Map<string, FrameHeader[]>();
  const rounded = (vector: Vec3): string =>
    vector.map((value) => (Math.round(value * 1000) / 1000 + 0).toFixed(3)).join();
  for (const header of frames) {
    const own = `${header.instanceUid} ${header.frame}`;
    if (header.instanceUid !== "" && seen.has(own)) {
      skipped.push({ file: header.file, reason: "a copy of another file" });
      continue;
    }
    seen.add(own);
    const { seriesUid, rows, columns, alongRow, alongColumn, rowMm, columnMm, bitsAllocated, isSigned } =
      header;
    const grid = [rows, columns, rowMm.toFixed(4), columnMm.toFixed(4), bitsAllocated, isSigned].join();
    const key = [seriesUid, rounded(alongRow), rounded(alongColumn), grid].join("|");
    groups.set(key, [...(groups.get(key) ?? []), header]);
  }
  const parts = [...groups.values()].flatMap(splitPasses);
  const named = parts.map((slices) => {
    const [{ seriesName, seriesNumber, seriesUid }] = slices;
    const name = seriesName || (seriesNumber === undefined ? "series" : `series ${seriesNumber}`);
    return { name, ...(seriesNumber === undefined ? {} : { number: seriesNumber }), uid: seriesUid, slices };
  });
  // Several volumes by one name are told apart by their place in the list.
  return named.map((each) => {
    const same = named.filter(({ name }) => name === each.name);
    return same.length === 1 ? each : { ...each, name: `${each.name} part ${same.indexOf(each) + 1}` };
  });
}

/** One volume for each pass, where several lie over one another and the headers tell them apart. */
function splitPasses(slices: FrameHeader[]): FrameHeader[][] {
  if (!hasDoubles(slices)) return [slices];
  const passes = new Map<string, FrameHeader[]>();
  for (const slice of slices) passes.set(slice.pass, [...(passes.get(slice.pass) ?? []), slice]);
  const parts = [...passes.values()];
  return parts.length > 1 && !parts.some(hasDoubles) ? parts : [slices];
}

function hasDoubles(slices: readonly FrameHeader[]): boolean {
  return (
    new Set(slices.map(({ position }) => position!.map((mm) => mm.toFixed(3)).join())).size < slices.length
  );
}
