import assert from "node:assert/strict";
import { createVolume } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { Vec3, VoxelArray } from "tumorlab/internal/core/types";
import { judgeIntensities } from "tumorlab/internal/volume/judge-intensities";

const shape: Vec3 = [24, 20, 12];

/** A CT in HU: air around a body of soft tissue and fat with lungs and a little bone, all noisy; or the body alone. */
function makeCt({ air = true, seed = 1 } = {}): Float32Array {
  const stream = createKey(seed).split("ct").stream();
  return Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => {
    const [x, y] = [i % shape[0], Math.floor(i / shape[0]) % shape[1]];
    const outside = x < 4 || x >= 20 || y < 3 || y >= 17;
    const part =
      air && outside ? -1000 : air && x < 9 && y < 9 ? -850 : x < 7 ? -100 : x === 12 && y === 14 ? 800 : 45;
    return Math.round(part + 12 * stream.normal());
  });
}

const judge = (data: VoxelArray, options: Parameters<typeof createVolume>[2] = {}) =>
  judgeIntensities(createVolume(data, shape, options));

describe("judgeIntensities", () => {
  const ct = makeCt();

  it("says nothing of CTs, whole, cropped, clipped, stored with a scale or in other types", () => {
    for (const seed of [1, 2, 3]) assert.equal(judge(makeCt({ seed })).doubt, undefined);
    assert.equal(judge(makeCt({ air: false })).doubt, undefined, "a crop without air");
    const clipped = ct.map((hu) => Math.min(Math.max(hu, -1000), 1000));
    assert.equal(judge(clipped).doubt, undefined);
    const stored = Uint16Array.from(ct, (hu) => hu + 1100);
    assert.equal(judge(stored, { rescale: { slope: 1, intercept: -1100 } }).doubt, undefined);
    assert.equal(judge(ct.map((hu, i) => (i % 3000 === 0 ? 20000 : hu))).doubt, undefined, "a clip of metal");
    assert.equal(judge(ct.map((hu, i) => (i === 77 ? -1290 : hu))).doubt, undefined, "a dark voxel");
    assert.equal(judge(ct.map((hu) => hu + 24)).doubt, undefined, "cannot be known");
  });

  const mean = ct.reduce((sum, hu) => sum + hu, 0) / ct.length;
  const sd = Math.sqrt(ct.reduce((sum, hu) => sum + (hu - mean) ** 2, 0) / ct.length);
  const unit = (low: number, high: number) => ct.map((hu) => low + ((hu + 1100) / 2100) * (high - low));
  const wrong: [string, Float32Array, RegExp][] = [
    ["z-scores", ct.map((hu) => (hu - mean) / sd), /normalised/],
    ["-1 to 1", unit(-1, 1), /normalised/],
    ["0 to 1", unit(0, 1), /normalised/],
    ["0 to 255", unit(0, 255), /no value below 0 HU.*windowed/],
    ["SUV of a PET", ct.map((hu) => Math.max(0, hu + 1000) / 120), /PET/],
    ["no intercept", ct.map((hu) => hu + 1100), /no value below 0 HU.*intercept/],
    ["no intercept, noise below 0", ct.map((hu) => hu + 1000), /brighter than 500.*intercept/],
    ["the sign turned round", ct.map((hu) => -hu), /brighter than 500.*sign/],
    ["the intercept twice", ct.map((hu) => hu - 1024), /above -200.*twice/],
    [
      "an abdominal window",
      ct.map((hu) => Math.min(Math.max(hu, -160), 240)),
      /% of the voxels at -160.*windowed/,
    ],
    ["an overflow", ct.map((hu, i) => (i % 20 === 0 ? 32767 : hu)), /above 5000.*overflown/],
    ["an MRI with a little ringing", ct.map((hu) => (hu + 1000) * 1.5 - 20), /MRI/],
  ];
  for (const [name, data, pattern] of wrong)
    it(`warns of ${name}`, () => {
      const { doubt } = judge(data);
      assert.equal(doubt?.severity, "warning");
      assert.match(`${doubt.found}; expected ${doubt.expected}. ${doubt.advice}`, pattern);
      assert.match(doubt.advice, /is that a CT\?$/);
    });

  it("takes padding for a note, and still judges what it surrounds", () => {
    for (const padding of [-1500, -2000, -3024, -8192]) {
      const pad = (data: Float32Array) => data.map((hu, i) => (i % shape[0] < 3 ? padding : hu));
      const { doubt } = judge(pad(ct));
      assert.equal(doubt?.severity, "note", String(padding));
      assert.match(doubt.found, new RegExp(`^13 % of the voxels at ${padding}$`));
      assert.equal(judge(pad(ct.map((hu) => -hu))).doubt?.severity, "warning");
    }
  });

  it("asks about a wide picture without anything dark, not about a narrow one", () => {
    const soft = makeCt({ air: false });
    assert.equal(judge(soft, { spacingMm: [5, 5, 5] }).doubt, undefined);
    assert.match(judge(soft, { spacingMm: [15, 15, 5] }).doubt?.found ?? "", /no value below -200/);
  });

  it("finds the same in whole numbers of any kind as in floats", () => {
    const rescale = { slope: 1, intercept: -1024 };
    const stored = ct.map((hu) => hu + 1024);
    const windowed = ct.map((hu) => Math.max(0, Math.min(255, hu + 100)));
    for (const [values, options] of [
      [stored, { rescale }],
      [stored, {}],
      [windowed, {}],
    ] as const)
      for (const Kind of [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array])
        if (Kind.BYTES_PER_ELEMENT > 1 || values === windowed) {
          const data = Kind.from(values);
          assert.deepEqual(judge(data, options), judge(Float64Array.from(data), options));
        }
    assert.deepEqual(judge(Int16Array.from(ct)), judge(ct));
  });

  it("measures past what is not finite, and doubts no image of one number or none", () => {
    const odd = ct.map((hu, i) => (i === 30 ? NaN : i === 31 ? -Infinity : hu));
    const { notFinite, firstNotFinite, low, doubt } = judge(odd);
    assert.deepEqual([notFinite, firstNotFinite, doubt], [2, 30, undefined]);
    assert.equal(low, Math.min(...odd.filter(Number.isFinite)));
    assert.equal(judge(new Int16Array(ct.length)).doubt, undefined);
    assert.deepEqual(judge(new Float32Array(ct.length).fill(NaN)), {
      low: NaN,
      high: NaN,
      notFinite: ct.length,
      firstNotFinite: 0,
    });
  });
});
