import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3, Volume } from "tumorlab/internal/core/types";
import { evaluateCase } from "tumorlab/internal/metrics/evaluate";
import { surfaceDistances } from "tumorlab/internal/metrics/surface-distances";
import { unpack } from "./masks.js";

/** Values computed with google-deepmind/surface-distance; the file says by which calls. */
interface Golden {
  cases: {
    name: string;
    shape: Vec3;
    spacingMm: Vec3;
    toleranceMm: number;
    reference: string;
    prediction: string;
    expected: Record<"surfels" | "areasMm2" | "overlap" | "averages", Number[]> &
      Record<"nsd" | "hd95" | "hd" | "dice", Number>;
  }[];
}
/** As JSON can hold it: `null` is NaN. */
type Number = number | "Infinity" | null;

const file = path.join(__dirname, "../../../golden/metrics/surface-distance.json");
const golden = JSON.parse(readFileSync(file, "utf8")) as Golden;

function close(actual: number, expected: Number, what: string): void {
  const value = expected === null ? NaN : expected === "Infinity" ? Infinity : expected;
  const same = Object.is(actual, value) || Math.abs(actual - value) <= 1e-9 * Math.max(1, Math.abs(value));
  assert.ok(same, `${what}: found ${actual}, expected ${value}`);
}

/** With an empty layer beside the only one of an axis: the peer's code for volumes takes that for a slab, ours for a plane. */
function asSlab({ data, shape, spacingMm }: Volume): Volume {
  const [nx, ny, nz] = shape;
  const wide: Vec3 = [Math.max(2, nx), Math.max(2, ny), Math.max(2, nz)];
  const slab = new Uint8Array(wide[0] * wide[1] * wide[2]);
  for (let i = 0; i < data.length; i++)
    slab[(i % nx) + wide[0] * ((Math.floor(i / nx) % ny) + wide[1] * Math.floor(i / (nx * ny)))] = data[i];
  return createVolume(slab, wide, { spacingMm });
}

describe("surface metrics against google-deepmind/surface-distance", () => {
  for (const { name, shape, spacingMm, toleranceMm, reference, prediction, expected } of golden.cases)
    it(`agrees on: ${name}`, () => {
      const pair = [
        asSlab(unpack(reference, shape, spacingMm)),
        asSlab(unpack(prediction, shape, spacingMm)),
      ] as const;
      const distances = surfaceDistances(...pair, 1);
      const [there, back] = [distances.referenceToPrediction, distances.predictionToReference];
      assert.deepEqual([there.distancesMm.length, back.distancesMm.length], expected.surfels);
      [there, back].forEach(({ areasMm2 }, k) =>
        close(
          areasMm2.reduce((sum, area) => sum + area, 0),
          expected.areasMm2[k],
          `area ${k}`,
        ),
      );
      const [row] = evaluateCase(...pair, { labels: [1], toleranceMm });
      if (row.empty !== "none") {
        // The policy decides the scores; what is left to agree on are infinite distances and the missing ones.
        close(Math.max(0, ...there.distancesMm), there.distancesMm.length > 0 ? "Infinity" : 0, "farthest");
        return;
      }
      close(row.dice, expected.dice, "dice");
      close(row.nsd, expected.nsd, "nsd");
      close(row.hd95, expected.hd95, "hd95");
      close(row.hd, expected.hd, "hd");
      const { referenceToPrediction: a, predictionToReference: b } = row.surface!;
      [a, b].forEach((direction, k) => {
        close(direction.meanMm, expected.averages[k], `average ${k}`);
        close(direction.areaWithinMm2 / direction.areaMm2, expected.overlap[k], `overlap ${k}`);
        close(direction.areaMm2, expected.areasMm2[k], `area ${k}`);
      });
      close(row.assd, (a.meanMm * a.areaMm2 + b.meanMm * b.areaMm2) / (a.areaMm2 + b.areaMm2), "assd");
    });
});
