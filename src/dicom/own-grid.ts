import { LabError, requireThat } from "../core/errors.js";
import type { Vec3 } from "../core/types.js";
import type { FrameHeader } from "./frame-header.js";
import { judgeGeometry, type SeriesGeometry } from "./geometry.js";

/** Frames this near to one another, or to a slice, lie in one place. */
export const samePlaceMm = 0.05;

/** A frame for each place between the first and the last, those that a sparse file leaves out too. */
export function completeFrames(frames: readonly FrameHeader[], input: string): SeriesGeometry {
  const [first] = frames;
  for (const each of frames) requireSamePlane(each, first, input);
  const normal = normalOf(first);
  const along = (frame: FrameHeader): number => dot(frame.position!, normal);
  const places: FrameHeader[] = [];
  for (const frame of [...frames].sort((a, b) => along(a) - along(b)))
    if (places.length === 0 || distance(frame.position!, places[places.length - 1].position!) > samePlaceMm)
      places.push(frame);
  const gaps = places.slice(1).map((frame, k) => along(frame) - along(places[k]));
  const least = Math.min(...gaps);
  const isStep = (step: number | undefined): step is number =>
    step !== undefined &&
    step > 0 &&
    gaps.every((gap) => gap > 0.5 * step && Math.abs(gap - Math.round(gap / step) * step) <= 0.1 * step);
  const step = [first.betweenMm, first.thicknessMm, least].find(isStep);
  if (gaps.length > 0 && step === undefined)
    throw new LabError(
      input,
      `frames ${least.toFixed(2)} to ${Math.max(...gaps).toFixed(2)} mm apart`,
      "frames at multiples of one distance",
      "Put the series that it was made on beside it, or name that: { ct: folder }, or --ct DIR",
      { kind: "bad-file" },
    );
  const whole = places.flatMap((frame, k) => {
    if (k === 0) return [frame];
    const before = places[k - 1].position!;
    const steps = Math.round(gaps[k - 1] / step!);
    return Array.from({ length: steps }, (_, n): FrameHeader => {
      const share = (n + 1) / steps;
      const [x, y, z] = [0, 1, 2].map(
        (axis) => before[axis] + share * (frame.position![axis] - before[axis]),
      );
      return { ...frame, position: [x, y, z] };
    });
  });
  return judgeGeometry(whole, input);
}

/**
 * Which slice each frame lies in, for frames with the pixels of the slices.
 *
 * @returns `undefined` where a frame lies in none, or has other pixels.
 */
export function findSlices(
  frames: readonly FrameHeader[],
  slices: readonly FrameHeader[],
): number[] | undefined {
  const found: number[] = [];
  for (const frame of frames) {
    const k = slices.findIndex((slice) => distance(slice.position!, frame.position!) <= samePlaceMm);
    if (k < 0 || !areSamePlane(frame, slices[k])) return undefined;
    found.push(k);
  }
  return found;
}

function areSamePlane(one: FrameHeader, other: FrameHeader): boolean {
  const areClose = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-3 * b;
  return (
    one.rows === other.rows &&
    one.columns === other.columns &&
    areClose(one.rowMm, other.rowMm) &&
    areClose(one.columnMm, other.columnMm) &&
    distance(one.alongRow, other.alongRow) <= 1e-3 &&
    distance(one.alongColumn, other.alongColumn) <= 1e-3
  );
}

function requireSamePlane(frame: FrameHeader, first: FrameHeader, input: string): void {
  requireThat(
    areSamePlane(frame, first),
    `${input}, frame ${frame.frame + 1}`,
    "another size, spacing or orientation",
    "all frames alike",
    "",
    "bad-file",
  );
}

/** The unit vector at right angles to rows and columns, in LPS. */
export function normalOf({ alongRow: a, alongColumn: b }: FrameHeader): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** The sum of the products of the components. */
export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function distance(a: Vec3, b: Vec3): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
