import { lpsToRas } from "../core/affine.js";
import { LabError } from "../core/errors.js";
import type { Affine, Vec3 } from "../core/types.js";
import type { FrameHeader } from "./frame-header.js";

/** How the slices of a series lie to one another. */
export interface SeriesGeometry {
  /** Slices from the lowest along row x column on. */
  slices: FrameHeader[];
  /** Voxel index to RAS mm of the grid that they make where they are regular, sheared where they are tilted. */
  affine: Affine;
  spacingMm: Vec3;
  /** Absent where slices lie on a regular grid with right angles. */
  irregular?: Irregularity;
  /** mm that a slice lies beside its place on the grid at most, where that is taken for rounding. */
  roundingMm: number;
}

/** What has to be made good before slices are a grid. */
export interface Irregularity {
  /** Degrees between the way from slice to slice and the line at right angles to them. */
  tiltDegrees: number;
  /** Smallest and largest distance of neighbours in mm. */
  gapsMm: readonly [number, number];
  /** How far in mm a slice lies at most from where a reader puts it that takes the series for a regular grid. */
  largestMm: number;
  /** Where each slice lies: mm along the row, along the column, and at right angles to both, from the first. */
  offsetsMm: readonly Vec3[];
  /** Whether gaps are multiples of one distance, so that slices seem to be missing. */
  seemsToLack: number;
}

/** Slices this far from their place on a regular grid are taken to be on it: headers round to a tenth. */
const roundingLimitMm = 0.1;

/**
 * Judges where slices lie. Throws a LabError where two lie in one place.
 *
 * @param slices of one series, of the same size, spacing and orientation.
 */
export function judgeGeometry(slices: readonly FrameHeader[], input: string): SeriesGeometry {
  const [{ alongRow, alongColumn, rowMm, columnMm }] = slices;
  const normal = cross(alongRow, alongColumn);
  const sorted = [...slices].sort((a, b) => dot(a.position!, normal) - dot(b.position!, normal));
  const first = sorted[0].position!;
  const offsetsMm = sorted.map(({ position }): Vec3 => {
    const way = minus(position!, first);
    return [dot(way, alongRow), dot(way, alongColumn), dot(way, normal)];
  });
  const gaps = offsetsMm.slice(1).map((offset, k) => offset[2] - offsetsMm[k][2]);
  const double = gaps.findIndex((gap) => !(gap > 1e-3));
  if (double >= 0) refuseDouble(sorted[double], sorted[double + 1], input);
  const steps = Math.max(1, sorted.length - 1);
  const last = offsetsMm[offsetsMm.length - 1];
  const step: Vec3 =
    sorted.length > 1 ? [last[0] / steps, last[1] / steps, last[2] / steps] : lonelyStep(sorted[0]);
  const apart = offsetsMm.map((offset, k) =>
    Math.hypot(...[0, 1, 2].map((axis) => offset[axis] - k * step[axis])),
  );
  const roundingMm = Math.max(...apart);
  const stepMm = Math.hypot(...step);
  const slant = Math.hypot(step[0], step[1]);
  const isEven = roundingMm <= Math.min(roundingLimitMm, 0.1 * stepMm);
  const isUpright = slant <= 1e-3 * stepMm;
  // Voxel columns are steps along a row, and so across columns.
  const stepLps = [0, 1, 2].map(
    (k) => step[0] * alongRow[k] + step[1] * alongColumn[k] + step[2] * normal[k],
  );
  const rows = [0, 1, 2].map((k) => [alongRow[k] * columnMm, alongColumn[k] * rowMm, stepLps[k], first[k]]);
  const affine = lpsToRas([...rows.flat(), 0, 0, 0, 1]);
  const geometry = { slices: sorted, affine, spacingMm: [columnMm, rowMm, stepMm] as const, roundingMm };
  if (isEven && isUpright) return geometry;
  const gapsMm = [Math.min(...gaps), Math.max(...gaps)] as const;
  const upright = offsetsMm.map((offset, k) => Math.hypot(offset[0], offset[1], offset[2] - k * step[2]));
  return {
    ...geometry,
    irregular: {
      tiltDegrees: isUpright ? 0 : (Math.atan2(slant, step[2]) * 180) / Math.PI,
      gapsMm,
      largestMm: Math.max(...upright),
      offsetsMm,
      seemsToLack: isEven ? 0 : countMissing(gaps),
    },
  };
}

/** How many slices are missing where all gaps are one distance or multiples of it; 0 where gaps differ otherwise. */
function countMissing(gaps: readonly number[]): number {
  const median = medianOf(gaps);
  const multiples = gaps.map((gap) => Math.round(gap / median));
  const areMultiples = gaps.every(
    (gap, k) => multiples[k] >= 1 && Math.abs(gap - multiples[k] * median) <= 0.1 * median,
  );
  return areMultiples ? multiples.reduce((sum, each) => sum + each - 1, 0) : 0;
}

/** The middle of some numbers; of an even count the lower of the two. */
export function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1];
}

/** The way to a next slice that is not there: as far as the header says that slices lie apart or are thick, else 1 mm. */
function lonelyStep({ betweenMm, thicknessMm }: FrameHeader): Vec3 {
  const mm = [betweenMm, thicknessMm].find((each) => each !== undefined && each > 0) ?? 1;
  return [0, 0, mm];
}

function refuseDouble(one: FrameHeader, other: FrameHeader, input: string): never {
  throw new LabError(
    input,
    `two slices in one place, ${one.file} and ${other.file}`,
    "one slice in each place",
    "Remove one of the two, or put the passes of the scan into folders of their own",
    { kind: "bad-file" },
  );
}

function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function minus(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}
