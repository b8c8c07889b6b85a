import { LabError, requireThat } from "../core/errors.js";
import { createVolume } from "../core/grid.js";
import type { Rescale, Vec3, Volume, VoxelArray } from "../core/types.js";
import type { DicomSeries } from "./collect.js";
import { arrayKindOf, doScalesDiffer, fillSlices } from "./fill-slices.js";
import type { FrameHeader } from "./frame-header.js";
import { decodeApart } from "./frame-worker.js";
import { type Irregularity, judgeGeometry, type SeriesGeometry } from "./geometry.js";
import type { DicomSource } from "./sources.js";
import { straightenSlices } from "./straighten.js";

/** How a series is read. */
export interface ReadSeriesOptions {
  /**
   * What becomes of tilted or uneven slices: `"resample"` (default) brings them onto a regular grid, and says so; `"refuse"`
   * is an error. Slices that seem to be missing are filled only where `"resample"` is given in so many words.
   */
  irregular?: "resample" | "refuse";
  signal?: AbortSignal;
}

/** A series as a volume, and what there is to say of it. */
export interface ReadSeries {
  volume: Volume;
  notes: string[];
}

/**
 * Reads the slices of a series into a volume: stored numbers with slope and intercept as `rescale` (real numbers where slices
 * differ in them), `[column, row, slice]`, slices from the lowest along row x column on.
 *
 * @throws LabError naming the file or series: slices that do not decode, lie in one place, are missing, or differ in kind.
 */
export async function readSeries(
  series: DicomSeries,
  sources: ReadonlyMap<string, DicomSource>,
  input: string,
  options: ReadSeriesOptions = {},
): Promise<ReadSeries> {
  const geometry = judgeGeometry(series.slices, `${input}, series ${JSON.stringify(series.name)}`);
  const { slices, irregular } = geometry;
  if (irregular)
    requireWanted(irregular, options.irregular, `${input}, series ${JSON.stringify(series.name)}`);
  const [{ rows, columns }] = slices;
  const shape: Vec3 = [columns, rows, slices.length];
  const { data, rescale, padding } = await readSlices(slices, sources, options.signal);
  const notes = describeNotes(geometry, data, rescale, padding);
  if (!irregular) {
    const { spacingMm, affine } = geometry;
    return {
      volume: createVolume(data, shape, { spacingMm, affine, ...(rescale ? { rescale } : {}) }),
      notes,
    };
  }
  const fill = padding ?? leastOf(data);
  const straight = straightenSlices(data, shape, { ...geometry, irregular }, fill);
  const { affine } = straight;
  return {
    volume: createVolume(straight.data, straight.shape, { affine, ...(rescale ? { rescale } : {}) }),
    notes,
  };
}

/** `"1 slice is"`, `"3 slices are"`. */
export function countSlices(count: number): string {
  return count === 1 ? "1 slice is" : `${count} slices are`;
}

/** Refuses irregular slices where they are not to be resampled; see {@link ReadSeriesOptions}. */
export function requireWanted(
  found: Irregularity,
  asked: ReadSeriesOptions["irregular"],
  input: string,
): void {
  const { seemsToLack, tiltDegrees, gapsMm } = found;
  if (asked === "resample") return;
  requireThat(
    seemsToLack === 0,
    input,
    `gaps of ${gapsMm.map((mm) => mm.toFixed(2)).join(" to ")} mm, as if ${countSlices(seemsToLack)} missing`,
    "slices at even distances",
    'Find the missing files, or have the gaps filled: { irregular: "resample" }, or --irregular resample',
    "bad-file",
  );
  requireThat(
    asked !== "refuse",
    input,
    tiltDegrees > 0
      ? `slices tilted by ${tiltDegrees.toFixed(1)} degrees`
      : `gaps of ${gapsMm.join(" to ")} mm`,
    "slices on a regular grid",
    'Have them resampled: { irregular: "resample" }, or --irregular resample',
    "bad-file",
  );
}

async function readSlices(
  slices: readonly FrameHeader[],
  sources: ReadonlyMap<string, DicomSource>,
  signal: AbortSignal | undefined,
): Promise<{ data: VoxelArray; rescale?: Rescale; padding?: number }> {
  const [{ file, rows, columns, slope, intercept, padding: stored }] = slices;
  const scalesDiffer = doScalesDiffer(slices);
  const Kind = arrayKindOf(slices[0], scalesDiffer);
  const apart = await decodeApart(slices, sources, scalesDiffer, signal);
  const data = apart ?? makeRoom(() => new Kind(rows * columns * slices.length), file);
  if (!apart) await fillSlices(slices, data, scalesDiffer, (name) => sources.get(name)!.read(), signal);
  const isPlain = scalesDiffer || (slope === 1 && intercept === 0);
  // Slices of their own scale have no common number for pixels outside of the picture.
  const padding = scalesDiffer ? undefined : stored;
  return {
    data,
    ...(isPlain ? {} : { rescale: { slope, intercept } }),
    ...(padding === undefined ? {} : { padding }),
  };
}

function leastOf(data: VoxelArray): number {
  let least = Infinity;
  for (let i = 0; i < data.length; i++) if (data[i] < least) least = data[i];
  return least;
}

function makeRoom<T>(make: () => T, file: string): T {
  try {
    return make();
  } catch (error) {
    throw new LabError(file, (error as Error).message, "a series that fits into memory", "", {
      kind: "file-access",
    });
  }
}

function describeNotes(
  geometry: SeriesGeometry,
  data: VoxelArray,
  rescale: Rescale | undefined,
  padding: number | undefined,
): string[] {
  const { irregular, slices, roundingMm } = geometry;
  const notes: string[] = [];
  if (irregular) {
    const { tiltDegrees, gapsMm, largestMm } = irregular;
    const what = [
      ...(tiltDegrees > 0 ? [`tilted by ${tiltDegrees.toFixed(1)} degrees`] : []),
      ...(gapsMm[1] - gapsMm[0] > 0.01 ? [`${gapsMm.map((mm) => mm.toFixed(2)).join(" to ")} mm apart`] : []),
    ];
    notes.push(
      `slices are ${what.join(" and ")}: resampled onto a regular grid, the largest displacement is ${largestMm.toFixed(1)} mm`,
    );
  } else if (roundingMm > 0.01)
    notes.push(
      `slices lie up to ${roundingMm.toFixed(3)} mm beside a regular grid, which is taken for rounding`,
    );
  const [{ betweenMm, thicknessMm }] = slices;
  if (slices.length === 1) {
    const from = (betweenMm ?? 0) > 0 ? "spacing between slices" : (thicknessMm ?? 0) > 0 ? "thickness" : "";
    notes.push(`one slice: its depth is ${from === "" ? "taken to be 1 mm" : `the ${from} of the header`}`);
  }
  if (padding !== undefined && data.includes(padding)) {
    const real = padding * (rescale?.slope ?? 1) + (rescale?.intercept ?? 0);
    notes.push(`pixels outside of the picture hold ${real}, as stored`);
  }
  if (slices.some(({ syntax }) => /\.(81|91)$/.test(syntax)))
    notes.push("the compression may have lost detail");
  return notes;
}
