import assert from "node:assert/strict";
import fc from "fast-check";
import { createKey } from "tumorlab/internal/core/random";
import type { Vec3 } from "tumorlab/internal/core/types";
import { visitPart, wholeBlock, writeInput } from "tumorlab/internal/tumor/learned/denoiser-input";
import { buildBlock, findRegion, toHu } from "tumorlab/internal/tumor/learned/lesion-block";
import {
  listNoiseLevels,
  matchShares,
  preconditionAt,
  sampleNoise,
} from "tumorlab/internal/tumor/learned/noise-levels";

const scale = {
  windowHu: [-175, 250],
  lesion: { meanHu: -20, scaleHu: 10 },
  rim: { meanHu: -2, scaleHu: 5 },
  shares: { whole: 0.5, coarse: 0.3, fine: 0.2 },
} as const;

/** A row of an organ of 100 HU, two voxels of lesion at 70 HU in it, and fat at its end. */
const row = {
  shape: [9, 1, 1] as Vec3,
  hu: Float32Array.of(100, 104, 100, 70, 74, 96, 100, -300, NaN),
  lesion: Uint8Array.of(0, 0, 0, 1, 1, 0, 0, 0, 0),
  organ: Uint8Array.of(1, 1, 1, 0, 0, 1, 1, 0, 0),
};

describe("a lesion's block", () => {
  it("has the numbers of its HU, by hand", () => {
    const block = buildBlock(row, scale);
    assert.deepEqual([...block.region], [0, 0, 1, 1, 1, 1, 0, 0, 0]);
    // The organ out of the region: 100, 104 and 100 HU.
    assert.equal(block.referenceHu, 100);
    assert.deepEqual([...block.mask], [0, 0, 0.5, 1, 1, 0.5, 0, 0, 0]);
    // (HU - 100 + 20) / 10 in the lesion, (HU - 100 + 2) / 5 in the rim.
    assert.deepEqual(
      [...block.clean].map((value) => Number(value.toFixed(4))),
      [0, 0, 0.4, -1, -0.6, -0.4, 0, 0, 0],
    );
    assert.deepEqual(
      [2, 3, 4, 5].map((i) => Math.round(toHu(block, scale, i, block.clean[i]))),
      [100, 70, 74, 96],
    );
    assert.equal(toHu(block, scale, 3, 900), 250, "clipped to the window");
    // (HU - 100) / 20 round it, clipped at 40 HU; nothing is known at the end.
    assert.deepEqual(
      [...block.context].map((value) => Number(value.toFixed(4))),
      [0, 0.2, 0, 0, 0, 0, 0, -2, 0],
    );
  });

  it("has a rim where HU may change alone, and tells nothing far off", () => {
    const shape: Vec3 = [24, 1, 1];
    const lesion = new Uint8Array(24);
    lesion[10] = 1;
    const organ = new Uint8Array(24).fill(1);
    organ[11] = 0;
    assert.deepEqual(
      [...findRegion(lesion, organ, shape).keys()].filter((i) => findRegion(lesion, organ, shape)[i]),
      [9, 10],
    );
    const hu = new Float32Array(24).map((_, i) => (i % 2 ? 130 : 100));
    const { context } = buildBlock({ shape, hu, lesion, organ }, scale);
    const seen = [...context.keys()].filter((i) => context[i] !== 0);
    assert.ok(
      seen.every((i) => i >= 5 && i <= 14),
      seen.join(),
    );
  });

  it("is written in the network's order, mirrored and cut as asked", () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
        fc.tuple(
          fc.integer({ min: -2, max: 3 }),
          fc.integer({ min: -2, max: 3 }),
          fc.integer({ min: -2, max: 3 }),
        ),
        (flips, start) => {
          const [shape, patch]: [Vec3, Vec3] = [
            [5, 4, 3],
            [4, 4, 2],
          ];
          const seen = new Set<number>();
          visitPart(shape, { patch, start, flips }, (place, i) => {
            const [a, b, c] = [Math.floor(place / 8), Math.floor(place / 2) % 4, place % 2];
            const want = [a, b, c].map((at, k) => start[k] + (flips[k] ? patch[k] - 1 - at : at));
            assert.equal(i, want[0] + 5 * (want[1] + 4 * want[2]));
            assert.ok(!seen.has(place));
            seen.add(place);
          });
          const overlap = shape.map((n, k) =>
            Math.max(0, Math.min(n, start[k] + patch[k]) - Math.max(0, start[k])),
          );
          assert.equal(seen.size, overlap[0] * overlap[1] * overlap[2]);
        },
      ),
    );
    const block = buildBlock(row, scale);
    const into = new Float32Array(4 * 9);
    writeInput(block, block.clean, 1, wholeBlock(block), into);
    const { in: inward, level } = preconditionAt(1);
    assert.deepEqual(
      [...into.subarray(4, 8)].map((value) => Number(value.toFixed(4))),
      [0.2, 0.2, 0, 0],
    );
    assert.deepEqual([...into.subarray(12, 16)], [Math.fround(inward * -1), 0, 1, Math.fround(level)]);
  });
});

describe("the noise of a denoiser", () => {
  it("falls from the highest level to the lowest, and preconditions to variance 1", () => {
    const levels = listNoiseLevels(8);
    assert.ok(levels.every((level, i) => i === 0 || level < levels[i - 1]));
    assert.ok(Math.abs(levels[0] - 8) < 1e-9 && Math.abs(levels[7] - 0.05) < 1e-9);
    for (const level of levels) {
      const { skip, out, in: inward } = preconditionAt(level);
      // Variance of what goes in, and of what is to be said: clean of variance 1, noise of the level.
      assert.ok(Math.abs(inward ** 2 * (1 + level ** 2) - 1) < 1e-12);
      assert.ok(Math.abs(((1 - skip) ** 2 + (skip * level) ** 2) / out ** 2 - 1) < 1e-12);
    }
  });

  it("has standard deviation 1 and the shares it is asked for", () => {
    const shares = { whole: 0.5, coarse: 0.3, fine: 0.2 };
    let [square, step, count, pairs, between] = [0, 0, 0, 0, 0];
    const draws = 80;
    for (let seed = 0; seed < draws; seed++) {
      const noise = sampleNoise([20, 20, 20], shares, createKey(seed));
      let sum = 0;
      // In the middle, where a lesion is: at the edges the blur meets its own mirror image.
      for (let i = 0; i < noise.length; i++) {
        const at = [i % 20, Math.floor(i / 20) % 20, Math.floor(i / 400)];
        if (at.some((each) => each < 5 || each > 14)) continue;
        sum += noise[i];
        square += noise[i] ** 2;
        count++;
        step += (noise[i + 1] - noise[i]) ** 2 / 2;
        pairs++;
      }
      between += (sum / 1000) ** 2 / draws;
    }
    assert.ok(Math.abs(square / count - 1) < 0.2, String(square / count));
    assert.ok(Math.abs(between - 0.5) < 0.2, String(between));
    // What is measured on it gives the shares back.
    const found = matchShares(0.5, step / pairs);
    assert.ok(Math.abs(found.fine - 0.2) < 0.05, JSON.stringify(found));
    assert.ok(Math.abs(found.whole + found.coarse + found.fine - 1) < 1e-12);
  });

  it("keeps a part of each kind whatever is measured", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (a, b) => {
          const { whole, coarse, fine } = matchShares(a, b);
          assert.ok(whole >= 0.1 && coarse > 0 && fine > 0 && Math.abs(whole + coarse + fine - 1) < 1e-9);
        },
      ),
    );
  });
});
