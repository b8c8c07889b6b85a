import { rescaleValue } from "../../grid.js";
import type { Volume } from "../../types.js";
import { isWhole } from "../../volume/arrays.js";
import { createFinding } from "./finding.js";
import type { Finding } from "./finding.js";

/** Looks at the numbers of an image: finite, more than one of them, and dark enough somewhere to be HU. */
export function checkImage(name: string, file: string, image: Volume): Finding[] {
  const { low, high, notFinite, firstNotFinite } = rangeOf(image);
  const base = { case: name, file, against: "rule for images" } as const;
  if (notFinite > 0) {
    const found = `${notFinite} voxels that are NaN or infinite, the first at ${placeOf(firstNotFinite, image)}`;
    return [createFinding({ ...base, check: "not-finite", found, expected: "finite numbers only" })];
  }
  if (low === high)
    return [
      createFinding({ ...base, check: "constant", found: `${low} in every voxel`, expected: "a picture" }),
    ];
  if (low < 0) return [];
  const advice = "Were the numbers stored without their intercept of -1024, or windowed?";
  const values = { found: `${low} to ${high}`, expected: "HU, of which air and fat lie below 0" };
  return [createFinding({ ...base, check: "not-hu", ...values }, advice)];
}

interface Range {
  /** Least and greatest finite number, rescaled. */
  low: number;
  high: number;
  notFinite: number;
  firstNotFinite: number;
}

function rangeOf({ data, rescale }: Volume): Range {
  let [low, high] = [Infinity, -Infinity];
  let notFinite = 0;
  let firstNotFinite = -1;
  const mayBeOdd = !isWhole(data);
  // In pieces of one kind of array: a loop that meets every kind of image runs ten times slower.
  const chunk = new Float64Array(65536);
  for (let from = 0; from < data.length; from += chunk.length) {
    const part = data.subarray(from, from + chunk.length);
    chunk.set(part);
    for (let i = 0; i < part.length; i++) {
      const value = chunk[i];
      if (mayBeOdd && !Number.isFinite(value)) {
        if (notFinite++ === 0) firstNotFinite = from + i;
        continue;
      }
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  const ends = [rescaleValue(low, rescale), rescaleValue(high, rescale)];
  return { low: Math.min(...ends), high: Math.max(...ends), notFinite, firstNotFinite };
}

/** `voxel [x, y, z]` of a place in memory. */
export function placeOf(index: number, { shape: [nx, ny] }: Volume): string {
  return `voxel [${index % nx}, ${Math.floor(index / nx) % ny}, ${Math.floor(index / (nx * ny))}]`;
}
