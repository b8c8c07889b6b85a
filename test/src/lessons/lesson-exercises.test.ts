import assert from "node:assert/strict";
import { LabError } from "tumorlab/internal/core/errors";
import type { Vec3 } from "tumorlab/internal/core/types";
import { exerciseNames } from "tumorlab/internal/lessons/exercises/list";
import { checkExercise } from "tumorlab/internal/lessons/lesson-exercises";
import { quantile } from "tumorlab/internal/stats/describe";
import { type FakeKernel, startFakeKernel } from "../notebook/fake-kernel.js";
import { useReaders } from "./use-readers.js";

interface Counts {
  tp: number;
  fp: number;
  fn: number;
}

const dice = ({ tp, fp, fn }: Counts): number => (2 * tp) / (2 * tp + fp + fn);
const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const present = (cases: readonly Counts[]): Counts[] => cases.filter(({ tp, fp, fn }) => tp + fp + fn > 0);
const pool = (cases: readonly Counts[]): Counts =>
  cases.reduce((a, b) => ({ tp: a.tp + b.tp, fp: a.fp + b.fp, fn: a.fn + b.fn }), { tp: 0, fp: 0, fn: 0 });

const ballRadius = (mm3: number): number => Math.cbrt((3 * mm3) / (4 * Math.PI));
const radiusMm = (voxels: number, [x, y, z]: Vec3): number => ballRadius(voxels * x * y * z);

describe("checkExercise", () => {
  const readers = useReaders();
  let kernel: FakeKernel;
  beforeEach(() => (kernel = startFakeKernel()));
  afterEach(() => kernel.stop());
  afterEach(() => readers.forget());

  const verdict = async (name: string, answer: unknown): Promise<string> => {
    await checkExercise(name, answer);
    return String(kernel.shown.at(-1)?.bundle["text/plain"]);
  };

  it("accepts what the solutions give", async () => {
    assert.match(await verdict("scan-size", 157.2864), /Right/);
    const volumeMl = (voxels: number, [x, y, z]: Vec3): number => (voxels * x * y * z) / 1000;
    assert.match(await verdict("voxel-volume", volumeMl), /Right/);
    assert.match(await verdict("lesion-radius", radiusMm), /Right/);
    assert.match(await verdict("mean-dice", (cases: Counts[]) => meanOf(present(cases).map(dice))), /Right/);
  });

  it("names the slip in an interval of a difference", async () => {
    const ends = (values: readonly number[]): [number, number] => [
      quantile(values, 0.025),
      quantile(values, 0.975),
    ];
    const gains = (real: number[], mixed: number[]): number[] => mixed.map((dice, i) => dice - real[i]);
    const sorted = (values: number[]): number[] => [...values].sort((a, b) => a - b);
    const right = (real: number[], mixed: number[]): number[] => ends(gains(real, mixed));
    const byPlace = (real: number[], mixed: number[]): number[] => {
      const all = sorted(gains(real, mixed));
      return [all[Math.floor(0.025 * all.length)], all[Math.ceil(0.975 * all.length) - 1]];
    };
    assert.match(await verdict("paired-interval", right), /Right/);
    assert.match(await verdict("paired-interval", byPlace), /Right/);
    for (const [answer, remark] of [
      [
        (real: number[], mixed: number[]) => [ends(mixed)[0] - ends(real)[1], ends(mixed)[1] - ends(real)[0]],
        /far too wide/,
      ],
      [(real: number[], mixed: number[]) => ends(gains(mixed, real)), /sign is wrong/],
      [(real: number[]) => ends(real), /interval of one arm/],
      [(_: number[], mixed: number[]) => ends(mixed), /interval of one arm/],
      [(real: number[], mixed: number[]) => ends(gains(sorted(real), sorted(mixed))), /sorted before/],
      [(real: number[], mixed: number[]) => right(real, mixed).reverse(), /lower end lies above/],
      [
        (real: number[], mixed: number[]) => [0.05, 0.95].map((p) => quantile(gains(real, mixed), p)),
        /Only 90 %/,
      ],
      [
        (real: number[], mixed: number[]) => [0, 1].map((p) => quantile(gains(real, mixed), p)),
        /100 % of the gains/,
      ],
      [() => [NaN, NaN], /NaN/],
      [() => 0.1, /two numbers are asked for/],
      [0.1, /A function is asked for/],
    ] as const) {
      const text = await verdict("paired-interval", answer);
      assert.match(text, /Not yet/);
      assert.match(text, remark);
      assert.match(text, /Hint: /);
    }
  });

  it("names the slip in the noise of two means", async () => {
    type Args = [a: number, b: number, n: number, sd: number];
    const closer =
      (halfWidth: (n: number, sd: number) => number) =>
      (...[a, b, n, sd]: Args): boolean =>
        Math.abs(a - b) < halfWidth(n, sd);
    const right = closer((n, sd) => 1.96 * Math.sqrt((2 * sd * sd) / n));
    assert.match(await verdict("within-noise", right), /Right/);
    assert.match(
      await verdict(
        "within-noise",
        closer((n, sd) => (1.959964 * sd * Math.SQRT2) / Math.sqrt(n)),
      ),
      /Right/,
    );
    for (const [answer, remark] of [
      [(a: number, b: number) => a === b, /hardly ever the same/],
      [closer((n, sd) => (1.96 * sd) / Math.sqrt(n)), /noise of one mean/],
      [closer((_, sd) => 1.96 * sd * Math.SQRT2), /between two patients/],
      [closer((n, sd) => (sd * Math.SQRT2) / Math.sqrt(n)), /two of three/],
      [closer((n, sd) => (2 * 1.96 * sd) / Math.sqrt(n)), /variances add up/],
      [(...args: Args) => !right(...args), /other way round/],
      [(...args: Args) => args[0] < args[1] || right(...args), /two signs/],
      [(...args: Args) => right(...args) && args[2] > 2500, /count as apart/],
      [(...args: Args) => right(...args) || args[2] > 2500, /count as close/],
      [() => 1, /true or false/],
      [true, /A function is asked for/],
    ] as const) {
      const text = await verdict("within-noise", answer);
      assert.match(text, /Not yet/);
      assert.match(text, remark);
    }
  });

  it("names the slip in minutes saved", async () => {
    type Counts = { found: number; falsePositives: number; lesions: number };
    type Prices = { judgeS: number; drawMin: number };
    const work = ({ found, falsePositives, lesions }: Counts, { judgeS, drawMin }: Prices): number =>
      ((found + falsePositives) * judgeS) / 60 + (lesions - found) * drawMin;
    const right = (counts: Counts, prices: Prices): number =>
      counts.lesions * prices.drawMin - work(counts, prices);
    assert.match(await verdict("saved-minutes", right), /Right/);
    for (const [answer, remark] of [
      [({ found }: Counts, { drawMin }: Prices) => found * drawMin, /costs nothing so far/],
      [
        (c: Counts, p: Prices) => c.found * p.drawMin - (c.falsePositives * p.judgeS) / 60,
        /Only false alarms/,
      ],
      [
        (c: Counts, p: Prices) => c.found * p.drawMin - (c.found + c.falsePositives) * p.judgeS,
        /Seconds and minutes/,
      ],
      [work, /How many would it be without/],
      [(c: Counts, p: Prices) => right(c, p) + (c.lesions - c.found) * p.drawMin, /still have to be drawn/],
      [(c: Counts, p: Prices) => -right(c, p), /sign is wrong/],
      [(c: Counts, p: Prices) => Math.max(0, right(c, p)), /below zero/],
      [(c: Counts, p: Prices) => right(c, p) + 1, /another number/],
      [() => NaN, /NaN/],
      [() => "many", /"many"; a number is asked for/],
      [3, /A function is asked for/],
    ] as const) {
      const text = await verdict("saved-minutes", answer);
      assert.match(text, /Not yet/);
      assert.match(text, remark);
    }
  });

  it("names the slip in a count of windows", async () => {
    const right = (n: number, size: number, step: number): number =>
      n <= size ? 1 : Math.ceil((n - size) / step) + 1;
    assert.match(await verdict("window-count", right), /Right/);
    for (const [answer, remark] of [
      [(n: number, size: number) => Math.ceil(n / size), /too few/],
      [(n: number, size: number, step: number) => right(n, size, step) + (n > size ? 1 : 0), /too many/],
      [(n: number, size: number, step: number) => Math.ceil((n - size) / step) + 1, /shorter than a window/],
      [(n: number, size: number, step: number) => (n <= size ? 1 : (n - size) / step + 1.5), /half a window/],
      [() => "many", /"many"; a number is asked for/],
      [3, /A function is asked for/],
    ] as const) {
      const text = await verdict("window-count", answer);
      assert.match(text, /Not yet/);
      assert.match(text, remark);
    }
  });

  it("names the slip in a law read backwards", async () => {
    type Law = { c: number; a: number; b: number };
    const right = (dice: number, { c, a, b }: Law): number => {
      const left = 1 - dice / 100 - c;
      return left > 0 ? (left / a) ** (-1 / b) : Infinity;
    };
    assert.match(await verdict("equivalent-scans", right), /Right/);
    for (const [answer, remark] of [
      [(dice: number, { c, a, b }: Law) => ((dice / 100 - c) / a) ** (1 / b), /Dice and error are mixed up/],
      [(dice: number, { c, a, b }: Law) => ((1 - dice / 100 - c) / a) ** (1 / b), /one over/],
      [(dice: number, { a, b }: Law) => ((1 - dice / 100) / a) ** (-1 / b), /floor c is left out/],
      [(dice: number, { c, a, b }: Law) => ((dice - c) / a) ** (-1 / b), /Percent and shares/],
      [(dice: number, { c, a, b }: Law) => ((1 - dice - c) / a) ** (-1 / b), /Percent and shares/],
      [(dice: number, { c, a, b }: Law) => ((1 - dice / 100 - c) / a) ** (-1 / b), /NaN: no number of scans/],
      [(dice: number, law: Law) => Math.min(right(dice, law), 1e9), /never reached/],
      [() => 1, /too few/],
      [() => 1e12, /too many/],
      [() => "many", /"many"; a number is asked for/],
      [147, /A function is asked for/],
    ] as const) {
      const text = await verdict("equivalent-scans", answer);
      assert.match(text, /Not yet/);
      assert.match(text, remark);
      assert.match(text, /Hint: /);
    }
  });

  it("names the rule that a wrong mean of Dice follows", async () => {
    for (const [answer, remark] of [
      [(cases: Counts[]) => meanOf(cases.map(dice)), /NaN/],
      [(cases: Counts[]) => meanOf(cases.map((each) => dice(each) || 0)), /counts as 0/],
      [
        (cases: Counts[]) => meanOf(cases.map((each) => (present([each]).length ? dice(each) : 1))),
        /counts as 1/,
      ],
      [(cases: Counts[]) => meanOf(cases.filter(({ tp }) => tp > 0).map(dice)), /predicting nothing/],
      [(cases: Counts[]) => dice(pool(cases)), /counted together/],
      [(cases: Counts[]) => meanOf(present(cases).map(({ tp, fp, fn }) => tp / (tp + fp + fn))), /IoU/],
      [() => 0, /too small/],
      [() => 2, /too large/],
      [() => undefined, /undefined; a number is asked for/],
      [0.5, /A function is asked for/],
    ] as const) {
      const text = await verdict("mean-dice", answer);
      assert.match(text, /Not yet/);
      assert.match(text, remark);
      assert.match(text, /Hint: /);
    }
  });

  it("names the slip in a wrong radius of a lesion", async () => {
    for (const [answer, remark] of [
      [(voxels: number, mm: Vec3) => 2 * radiusMm(voxels, mm), /diameter/],
      [(voxels: number) => ballRadius(voxels), /radius in voxels/],
      [(voxels: number, [x]: Vec3) => ballRadius(voxels * x ** 3), /only where voxels are cubes/],
      [(voxels: number, [x, y, z]: Vec3) => voxels * x * y * z, /That is the volume/],
      [(voxels: number, [x, y, z]: Vec3) => ballRadius((voxels * x * y * z) / 1000), /millilitres/],
      [
        (voxels: number, [x, y, z]: Vec3) => Math.sqrt((3 * voxels * x * y * z) / (4 * Math.PI)),
        /third power/,
      ],
      [(voxels: number, [x, y, z]: Vec3) => Math.cbrt(voxels * x * y * z), /for a cube/],
      [() => NaN, /NaN/],
      [() => 0, /too small/],
      [() => 1e9, /too large/],
      [() => "9 mm", /"9 mm"; a number is asked for/],
      [9, /A function is asked for/],
    ] as const) {
      const text = await verdict("lesion-radius", answer);
      assert.match(text, /Not yet/);
      assert.match(text, remark);
      assert.match(text, /Hint: /);
    }
  });

  it("tells usual slips apart and gives a hint", async () => {
    for (const [answer, remark] of [
      [(voxels: number) => voxels, /number of voxels/],
      [(voxels: number, [x, y, z]: Vec3) => voxels * x * y * z, /another unit/],
      [(voxels: number, [x]: Vec3) => (voxels * x ** 3) / 1000, /only where voxels are cubes/],
      [(voxels: number, [x, y, z]: Vec3) => (voxels * (x + y + z)) / 1000, /spacings are added/],
      [() => NaN, /NaN/],
      [() => 0, /too small/],
      [() => 1e12, /too large/],
      [() => "12 ml", /"12 ml"; a number is asked for/],
      [12, /A function is asked for/],
    ] as const) {
      const text = await verdict("voxel-volume", answer);
      assert.match(text, /Not yet/);
      assert.match(text, remark);
      assert.match(text, /Hint: /);
    }
    assert.match(await verdict("scan-size", 512 * 512 * 300), /Not yet[\s\S]*Hint: /);
  });

  it("never shows the answer, however often one asks", async () => {
    for (let attempt = 0; attempt < 5; attempt++) {
      const text = await verdict("scan-size", attempt);
      assert.doesNotMatch(text, /157|x \* y \* z/);
    }
  });

  it("lists the exercises there are when the name is none", async () => {
    assert.ok(exerciseNames.includes("scan-size") && exerciseNames.includes("best-threshold"));
    await assert.rejects(
      checkExercise("02", 1),
      (error) => error instanceof LabError && /scan-size/.test(error.expected),
    );
  });
});
