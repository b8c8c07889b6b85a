import { LabError, requireThat } from "../core/errors.js";
import { throwIfAborted } from "../core/progress.js";
import type { DicomObject, DicomSeries } from "./collect.js";
import { type DrawnLabels, type DrawnStructure, drawStructures } from "./draw-structures.js";
import { fillContours } from "./fill-contours.js";
import type { FrameHeader } from "./frame-header.js";
import { judgeGeometry, medianOf, type SeriesGeometry } from "./geometry.js";
import { completeFrames, dot, findSlices, normalOf } from "./own-grid.js";
import { openSegmentation } from "./read-segmentation.js";
import { type ReadSeriesOptions, requireWanted } from "./read-series.js";
import { openStructureSet, type StructureSet } from "./structure-set.js";

/**
 * Reads a DICOM SEG or RTSTRUCT as a label map, with the names of its structures.
 *
 * A SEG comes on the grid of the series that it refers to where that is among `beside` and each of its frames lies in a slice of
 * it, else on the grid of its own frames, which is noted; where there is no frame, all is background. An RTSTRUCT has no grid:
 * the series has to be there.
 *
 * @param beside series that it may have been made on.
 * @throws LabError naming the file or series.
 */
export async function readObject(
  { source, kind }: DicomObject,
  beside: readonly DicomSeries[],
  options: ReadSeriesOptions = {},
): Promise<DrawnLabels> {
  const file = source.name;
  const bytes = await source.read();
  throwIfAborted(options.signal);
  if (kind === "structure set") return drawContours(openStructureSet(bytes, file), beside, file, options);
  const segmentation = openSegmentation(bytes, file);
  const { frames } = segmentation;
  const notes = [...segmentation.notes];
  const named = beside.filter((series) => isReferenced(segmentation, series));
  let geometry: SeriesGeometry | undefined;
  let slices: number[] | undefined;
  for (const series of named) {
    geometry = judgeOrNote(series, file, notes);
    slices = geometry && findSlices(frames, geometry.slices);
    if (slices) break;
  }
  if (!slices || !geometry) {
    notes.push(
      named.length > 0
        ? "its frames do not lie in the slices of the series that it refers to: it is on the grid of its own frames"
        : "the series that it refers to is not beside it: it is on the grid of its own frames",
    );
    geometry = completeFrames(frames, file);
    slices = findSlices(frames, geometry.slices)!;
  }
  if (geometry.irregular) requireWanted(geometry.irregular, options.irregular, file);
  const drawn = new Map<number, DrawnStructure>(
    segmentation.structures.map((each) => [each.value, { ...each, runs: [] }]),
  );
  const pixels = frames[0].rows * frames[0].columns;
  for (let k = 0; k < frames.length; k++) {
    throwIfAborted(options.signal);
    for (const { value, runs } of await segmentation.read(k)) {
      const into = drawn.get(value)!.runs;
      for (const at of runs) into.push(at + slices[k] * pixels);
    }
  }
  const { map, notes: overlaps } = drawStructures([...drawn.values()], geometry, file);
  return { map, notes: [...notes, ...overlaps] };
}

/** The grid of a series that a SEG refers to; one that is none, such as of two scans under one UID, leaves the SEG to its own frames. */
function judgeOrNote(
  { name, slices }: DicomSeries,
  file: string,
  notes: string[],
): SeriesGeometry | undefined {
  try {
    return judgeGeometry(slices, `${file}, series ${JSON.stringify(name)}`);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    notes.push(`the series ${JSON.stringify(name)} that it refers to is not used: ${error.message}`);
    return undefined;
  }
}

/** What a DICOM SEG or RTSTRUCT says of itself. */
export interface ObjectContent {
  /** With the label values that {@link readObject} gives them. */
  structures: { value: number; name: string }[];
  /** Whether it was made on a series. */
  isOn: (series: DicomSeries) => boolean;
}

/** What a DICOM SEG or RTSTRUCT says of itself; no voxel is drawn. Throws a LabError naming the file for a damaged one. */
export async function describeObject({ source, kind }: DicomObject): Promise<ObjectContent> {
  const bytes = await source.read();
  const opened =
    kind === "segmentation" ? openSegmentation(bytes, source.name) : openStructureSet(bytes, source.name);
  const structures = opened.structures.map(({ value, name }) => ({ value, name }));
  return { structures, isOn: (series) => isReferenced(opened, series) };
}

/** By the UID of the series; contours that name none by their frame of reference. */
function isReferenced(
  { seriesUids, frameOfReferenceUids }: { seriesUids: string[]; frameOfReferenceUids?: string[] },
  { uid, slices }: DicomSeries,
): boolean {
  if (seriesUids.length > 0 || !frameOfReferenceUids) return seriesUids.includes(uid);
  return frameOfReferenceUids.includes(slices[0].frameOfReferenceUid || "none");
}

function drawContours(
  set: StructureSet,
  beside: readonly DicomSeries[],
  file: string,
  options: ReadSeriesOptions,
): DrawnLabels {
  const series = chooseReferenced(set, beside, file);
  const geometry = judgeGeometry(series.slices, `${file}, series ${JSON.stringify(series.name)}`);
  if (geometry.irregular) requireWanted(geometry.irregular, options.irregular, file);
  const { slices } = geometry;
  const [first] = slices;
  const normal = normalOf(first);
  const heights = slices.map(({ position }) => dot(position!, normal));
  const gaps = heights.slice(1).map((height, k) => height - heights[k]);
  const stepMm = gaps.length > 0 ? medianOf(gaps) : geometry.spacingMm[2];
  const seen = { between: 0, farthestMm: 0, outside: 0, all: 0, empty: 0 };
  const structures = set.structures.map(({ value, name, contours }): DrawnStructure => {
    // Contours of one plane are filled together, for some are holes.
    const planes = new Map<string, { slice: number; contours: number[][] }>();
    for (const { points } of contours) {
      seen.all++;
      const across = points.map((point) => dot(point, normal));
      const height = across.reduce((sum, each) => sum + each, 0) / across.length;
      const unevenMm = Math.max(...across.map((each) => Math.abs(each - height)));
      if (unevenMm > 0.1 * stepMm + 0.05)
        throw new LabError(
          `${file} ${JSON.stringify(name)}`,
          `a contour that lies across slices by ${unevenMm.toFixed(2)} mm`,
          `contours in the plane of the slices of series ${JSON.stringify(series.name)}`,
          "Read it with the series that it was drawn on",
          { kind: "bad-file" },
        );
      const slice = nearest(heights, height);
      const offMm = Math.abs(heights[slice] - height);
      if (offMm > 0.51 * Math.max(stepMm, gaps[slice] ?? 0, gaps[slice - 1] ?? 0)) {
        seen.outside++;
        continue;
      }
      if (offMm > 0.1 * stepMm) {
        seen.between++;
        seen.farthestMm = Math.max(seen.farthestMm, offMm);
      }
      const key = `${slice} ${Math.round(height * 100)}`;
      const plane = planes.get(key) ?? { slice, contours: [] };
      plane.contours.push(toPixels(points, slices[slice]));
      planes.set(key, plane);
    }
    const filled = [...new Set([...planes.values()].map(({ slice }) => slice))].sort((a, b) => a - b);
    for (let k = 1; k < filled.length; k++) seen.empty += filled[k] - filled[k - 1] - 1;
    const runs: number[] = [];
    for (const plane of planes.values())
      for (const at of fillContours(plane.contours, first.columns, first.rows))
        runs.push(at + plane.slice * first.columns * first.rows);
    return { value, name, runs };
  });
  requireThat(
    seen.all === 0 || seen.outside < seen.all,
    file,
    `${seen.all} contours outside of series ${JSON.stringify(series.name)}`,
    "contours in its slices",
    "Read it with the series that it was drawn on",
    "bad-file",
  );
  const { map, notes } = drawStructures(structures, geometry, file);
  return { map, notes: [...set.notes, ...describeContours(seen), ...notes] };
}

function describeContours(seen: {
  between: number;
  farthestMm: number;
  outside: number;
  empty: number;
}): string[] {
  const { between, farthestMm, outside, empty } = seen;
  return [
    ...(between > 0
      ? [
          `${between} contours lie between slices and fill the nearest, up to ${farthestMm.toFixed(2)} mm away`,
        ]
      : []),
    ...(outside > 0 ? [`${outside} contours outside of the series are left out`] : []),
    ...(empty > 0
      ? [`structures have no contour on ${empty} slices between others, which are left empty`]
      : []),
  ];
}

/** The series that contours were drawn on; where it is in parts, the part that holds most of the images they name. */
function chooseReferenced(set: StructureSet, beside: readonly DicomSeries[], file: string): DicomSeries {
  const named = set.seriesUids.length > 0;
  const matching = beside.filter((series) => isReferenced(set, series));
  const images = new Set(
    set.structures.flatMap(({ contours }) => contours.flatMap(({ imageUids }) => imageUids)),
  );
  const held = (series: DicomSeries): number =>
    series.slices.filter(({ instanceUid }) => images.has(instanceUid)).length;
  const best = [...matching].sort((a, b) => held(b) - held(a));
  const isClear = best.length === 1 || (best.length > 1 && held(best[0]) > held(best[1]));
  if (isClear) return best[0];
  const advice =
    best.length > 1
      ? "Put that series alone beside the file"
      : "Put its slices beside the file, or name their folder: readLabelMap(file, { ct: folder }), or --ct DIR";
  throw new LabError(
    file,
    best.length > 1 ? `${best.length} series that it may refer to` : "no such series beside it",
    named ? `the slices of series ${set.seriesUids.join(", ")}` : "the series that it was drawn on",
    advice,
    { kind: "bad-file" },
  );
}

/** Columns and rows of points in a slice. */
function toPixels(points: readonly (readonly number[])[], slice: FrameHeader): number[] {
  const { position, alongRow, alongColumn, columnMm, rowMm } = slice;
  return points.flatMap(([x, y, z]) => {
    const way = [x - position![0], y - position![1], z - position![2]] as const;
    return [dot(way, alongRow) / columnMm, dot(way, alongColumn) / rowMm];
  });
}

function nearest(sorted: readonly number[], value: number): number {
  let best = 0;
  sorted.forEach((each, k) => {
    if (Math.abs(each - value) < Math.abs(sorted[best] - value)) best = k;
  });
  return best;
}
