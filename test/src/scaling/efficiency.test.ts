import assert from "node:assert/strict";
import fc from "fast-check";
import type { CurvePoint } from "tumorlab/internal/scaling/curve";
import { parseCurveTable } from "tumorlab/internal/scaling/curve-table";
import { measureMultiplier, scansForError } from "tumorlab/internal/scaling/efficiency";
import { spellInterval, spellScans, spellScansSaved } from "tumorlab/internal/scaling/efficiency-text";
import { fitLaw } from "tumorlab/internal/scaling/fit";
import { findLaw } from "tumorlab/internal/scaling/laws/table";
import { makeFalling, scansOnCurve } from "tumorlab/internal/scaling/measured-curve";
import { reportEfficiency } from "tumorlab/internal/scaling/report";

const sizes = [60, 278, 500, 1500, 3159];
const toPoints = (dice: number[]): CurvePoint[] => sizes.map((n, i) => ({ n, error: 1 - dice[i] }));
const real = toPoints([0.402, 0.527, 0.54, 0.593, 0.597]);
const mixed = toPoints([0.482, 0.581, 0.59, 0.592, 0.593]);
const floorLaw = findLaw("power-floor");

describe("makeFalling", () => {
  it("pools neighbours that rise, by weight", () => {
    // sklearn.isotonic.IsotonicRegression(increasing=False).fit([1,2,3,4,5],[.5,.3,.4,.1,.2],[1,1,3,1,1])
    const weights = [1, 1, 3, 1, 1];
    const { n, error } = makeFalling(
      [0.5, 0.3, 0.4, 0.1, 0.2].map((value, i) => ({ n: i + 1, error: value, weight: weights[i] })),
    );
    assert.deepEqual(n, [1, 2, 3, 4, 5]);
    [0.5, 0.375, 0.375, 0.15, 0.15].forEach((value, i) => assert.ok(Math.abs(error[i] - value) < 1e-12));
  });

  it("falls, keeps the weighted mean, and leaves a falling curve alone", () => {
    const errors = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(errors, (values) => {
        const points = values.map((error, i) => ({ n: 2 ** (i >> 1), error, weight: 1 + (i % 3) }));
        const { n, error } = makeFalling(points);
        error.slice(1).forEach((value, i) => assert.ok(value <= error[i] + 1e-12));
        const weightAt = (size: number): number =>
          points.filter((point) => point.n === size).reduce((sum, { weight }) => sum + weight, 0);
        const total = points.reduce((sum, point) => sum + point.weight * point.error, 0);
        assert.ok(Math.abs(n.reduce((sum, size, i) => sum + weightAt(size) * error[i], 0) - total) < 1e-9);
        const again = makeFalling(n.map((size, i) => ({ n: size, error: error[i] })));
        again.error.forEach((value, i) => assert.ok(Math.abs(value - error[i]) < 1e-12));
      }),
    );
  });
});

describe("scansOnCurve", () => {
  it("inverts the line between two sizes on the log axis, and knows bounds outside", () => {
    const curve = { n: [10, 40, 160, 640], error: [0.8, 0.6, 0.6, 0.2] };
    assert.deepEqual(scansOnCurve(curve, 0.8), { n: 10 });
    assert.ok(Math.abs((scansOnCurve(curve, 0.7) as { n: number }).n - 20) < 1e-9);
    assert.deepEqual(scansOnCurve(curve, 0.6), { n: 40 }, "the first of two that are as good");
    assert.ok(Math.abs((scansOnCurve(curve, 0.4) as { n: number }).n - 320) < 1e-9);
    assert.deepEqual(scansOnCurve(curve, 0.2), { n: 640 });
    assert.deepEqual(scansOnCurve(curve, 0.19), { moreThan: 640 });
    assert.deepEqual(scansOnCurve(curve, 0.81), { fewerThan: 10 });
  });
});

describe("measureMultiplier", () => {
  const near = (found: (number | undefined)[], wanted: number[], tolerance: number): void =>
    wanted.forEach((value, i) => assert.ok(Math.abs(found[i]! - value) < tolerance, String(found)));
  const multipliers = (rows: { multiplier: number | undefined }[]): (number | undefined)[] =>
    rows.map(({ multiplier }) => multiplier);

  it("reads off the published points what synthetic tumors were worth, without a law", () => {
    const rows = measureMultiplier(real, mixed);
    // n1 (n2 / n1)^share by hand
    near(multipliers(rows), [2.67, 4.21, 2.82, 0.98, 0.47], 0.006);
    assert.ok(rows.every(({ basis }) => basis === "measured"));
    assert.equal(rows[0].scansSaved, rows[0].equivalentScans! - 60);
  });

  it("reads the law alone where that is asked for", () => {
    const rows = measureMultiplier(real, mixed, { reading: "law", fit: fitLaw(floorLaw, real) });
    // n = (a / (e - c))^(1/b) with scipy's parameters; the reference note has 2.4, 4.6, 3.7, 1.4, 0.68
    const byHand = mixed.map(({ n, error }) => (1.55003091 / (error - 0.36109796)) ** (1 / 0.45903149) / n);
    rows.forEach(({ multiplier }, i) => assert.ok(Math.abs(multiplier! / byHand[i] - 1) < 1e-5));
    near(multipliers(rows), [2.448, 4.635, 3.724, 1.359, 0.677], 0.0006);
    const never = measureMultiplier(real, [{ n: 60, error: 0.3 }], {
      reading: "law",
      fit: fitLaw(floorLaw, real),
    });
    assert.deepEqual(
      [never[0].basis, never[0].equivalentScans, spellScans(never[0], String)],
      ["never", undefined, "never"],
    );
    assert.equal(scansForError(fitLaw(floorLaw, real), 0.3), undefined, "below the floor");
  });

  it("says more or fewer than was measured, or asks the law there", () => {
    const asked = [
      { n: 100, error: 0.39 },
      { n: 100, error: 0.3 },
      { n: 10, error: 0.7 },
    ];
    const bounds = measureMultiplier(real, asked);
    assert.deepEqual(
      bounds.map(({ basis, bound }) => [basis, bound]),
      [
        ["more-than", 3159],
        ["more-than", 3159],
        ["fewer-than", 60],
      ],
    );
    assert.deepEqual(
      bounds.map((row) => [spellScans(row, String), spellScansSaved(row, String)]),
      [
        ["more than 3159", "> 3059"],
        ["more than 3159", "> 3059"],
        ["fewer than 60", "< 50"],
      ],
    );
    const fit = fitLaw(floorLaw, real);
    const [reached, beyond, below] = measureMultiplier(real, asked, { reading: "extrapolated", fit });
    assert.equal(reached.basis, "extrapolated");
    assert.ok(Math.abs(reached.equivalentScans! - scansForError(fit, 0.39)!) < 1e-9);
    assert.deepEqual(
      [beyond.basis, beyond.equivalentScans],
      ["more-than", undefined],
      "below the law's floor",
    );
    assert.ok(below.basis === "extrapolated" && below.equivalentScans! < 60);
    // The law takes the curve's end for fewer scans than were measured there: it has no say beyond.
    const bent = [0.5, 0.3, 0.35, 0.34].map((error, i) => ({ n: 10 * 2 ** i, error }));
    const low = fitLaw(findLaw("power"), bent);
    const [row] = measureMultiplier(bent, [{ n: 80, error: 0.315 }], { reading: "extrapolated", fit: low });
    assert.ok(scansForError(low, 0.315)! < 80 && row.basis === "more-than");
  });

  it("gives n itself for the real curve's own points, whatever the curve", () => {
    const steps = fc.array(fc.double({ min: 0.001, max: 0.1, noNaN: true }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(steps, (falls) => {
        let error = 0.95;
        const points = falls.map((fall, i) => ({ n: 5 * 3 ** i, error: (error -= fall) }));
        for (const { multiplier } of measureMultiplier(points, points))
          assert.ok(Math.abs(multiplier! - 1) < 1e-6);
      }),
    );
  });

  it("needs the law that it is to read", () => {
    assert.throws(() => measureMultiplier(real, mixed, { reading: "law" }), /the law through the real curve/);
    assert.throws(() => measureMultiplier(real, mixed, { reading: "guess" as "law" }), /one of measured/);
  });
});

describe("reportEfficiency", () => {
  const table = parseCurveTable(
    "n,real,mix\n60,0.402,0.482\n278,0.527,0.581\n500,0.54,0.59\n1500,0.593,0.592\n3159,0.597,0.593",
  );

  it("gives the multipliers with intervals, of the measured curve and of a law", () => {
    const rounded = (reading: "measured" | "law"): number[] =>
      reportEfficiency(table, "real", "mix", floorLaw, { resamples: 300, reading }).rows.map((row) => {
        const { low, high } = row.multiplierInterval;
        assert.ok(low < row.multiplier! && row.multiplier! < high, `${row.n}: ${low} to ${high}`);
        assert.ok(Math.abs(low * row.n - row.equivalentScansInterval.low) < 1e-9);
        assert.ok(Math.abs(row.scansSavedInterval.low - (low - 1) * row.n) < 1e-9);
        return Number(row.multiplier!.toFixed(2));
      });
    assert.deepEqual(rounded("measured"), [2.67, 4.21, 2.82, 0.98, 0.47]);
    assert.deepEqual(rounded("law"), [2.45, 4.64, 3.72, 1.36, 0.68]);
    const { area, unit, measuredRange } = reportEfficiency(table, "real", "mix", floorLaw, {
      resamples: 300,
    });
    assert.ok(area.low > 0 && area.estimate! < area.high);
    assert.equal(unit, "residuals");
    assert.deepEqual(measuredRange, [60, 3159]);
  });

  it("ends an interval at a bound where draws lie beyond the sizes", () => {
    const rows = ["n,score,arm,patient"];
    for (let p = 0; p < 20; p++) {
      const luck = 0.05 * Math.sin(5 * p);
      [0.3, 0.45, 0.6].forEach((score, i) => rows.push(`${[10, 20, 40][i]},${score + luck},real,p${p}`));
      // At 10 as good as 40 scans, but for luck; at 20 beyond them in every draw; at 40 worse than 10.
      const other = 0.02 * Math.sin(11 * p + 1);
      [0.6, 0.75, 0.2].forEach((score, i) =>
        rows.push(`${[10, 20, 40][i]},${score + luck + other},syn,p${p}`),
      );
    }
    const { rows: found } = reportEfficiency(parseCurveTable(rows.join("\n")), "real", "syn", floorLaw, {
      resamples: 400,
    });
    const ends = found.map(({ equivalentScansInterval: { low, high } }) => [low, high]);
    assert.ok(ends[0][0] > 20 && ends[0][0] < 40, String(ends[0]));
    assert.deepEqual([ends[0][1], ...ends[1], ...ends[2]], [Infinity, 40, Infinity, 0, 10]);
    assert.deepEqual([found[1].basis, found[1].equivalentScansInterval.undefinedShare], ["more-than", 1]);
    assert.ok(
      found[0].multiplierInterval.undefinedShare > 0.2 && found[0].multiplierInterval.undefinedShare < 0.8,
    );
    const { multiplierInterval: interval } = found[1];
    assert.equal(spellInterval(interval, String, [0.5, 2]), "[2, > 2]");
    assert.equal(spellInterval({ low: 0, high: 0.25 }, String, [0.25, 1]), "[< 0.25, 0.25]");
    assert.equal(spellInterval({ low: 0, high: Infinity }, String), "[0, Infinity]");
  });

  it("values an arm with one size by the first arm's curve or law; an area there is none", () => {
    // 1 - score = 0.25 + 0.9 n^-0.5: the law reaches 0.5 at (0.9 / 0.25)^2 = 12.96 scans, the line in log n from
    // 10 (0.4654) to 20 (0.5487) at 10 * 2^0.4154.
    const dice = (n: number): number => 0.75 - 0.9 * n ** -0.5;
    const curve = [10, 20, 40, 80, 160, 320].map((n) => `${n},${dice(n)},real`);
    const seeds = [1, 2].flatMap((seed) => [...curve, "15,0.5,syn"].map((row) => `${row},${seed}`));
    const line = 10 * 2 ** ((0.5 - dice(10)) / (dice(20) - dice(10)));
    for (const text of [
      ["n,score,arm", ...curve, "15,0.5,syn"],
      ["n,score,arm,seed", ...seeds],
    ]) {
      const one = parseCurveTable(text.join("\n"));
      for (const [reading, scans] of [
        ["measured", line],
        ["law", 12.96],
      ] as const) {
        const report = reportEfficiency(one, "real", "syn", floorLaw, { resamples: 5, reading });
        assert.equal(report.rows.length, 1);
        assert.ok(Math.abs(report.rows[0].equivalentScans! - scans) < 1e-4);
        assert.equal(report.area.estimate, undefined);
      }
      assert.throws(
        () => reportEfficiency(one, "syn", "real", floorLaw, { resamples: 5, reading: "law" }),
        /at least two different n/,
      );
    }
  });

  it("refuses to compare an arm with itself or one that is not there", () => {
    assert.throws(() => reportEfficiency(table, "real", "real", findLaw("power")), /two different arms/);
    assert.throws(() => reportEfficiency(table, "real", "synthetic", findLaw("power")), /one of real, mix/);
  });
});
