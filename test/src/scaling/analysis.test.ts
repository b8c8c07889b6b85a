import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { bootstrapCurves, redrawAround, type CurveSet } from "tumorlab/internal/scaling/curve-bootstrap";
import { intervalOfCurves, intervalOverReplicates } from "tumorlab/internal/scaling/curve-interval";
import { parseCurveTable } from "tumorlab/internal/scaling/curve-table";
import { areaBetweenCurves } from "tumorlab/internal/scaling/efficiency";
import { fitLaw } from "tumorlab/internal/scaling/fit";
import { findLaw } from "tumorlab/internal/scaling/laws/table";
import { planForScore, rankPurchases } from "tumorlab/internal/scaling/planner";
import { casesForIntervalWidth, intervalWidthForCases } from "tumorlab/internal/scaling/sample-size";
import { findSaturation } from "tumorlab/internal/scaling/saturation";
import { predictSurface } from "tumorlab/internal/scaling/surface-fit";
import { syntheticSurface } from "tumorlab/internal/scaling/surfaces/synthetic-surface";
import { bootstrapInterval } from "tumorlab/internal/stats/bootstrap";

const sizes = [60, 278, 500, 1500, 3159];
const toPoints = (dice: number[]): { n: number; error: number }[] =>
  sizes.map((n, i) => ({ n, error: 1 - dice[i] }));
const real = toPoints([0.402, 0.527, 0.54, 0.593, 0.597]);

describe("findSaturation", () => {
  it("gives five answers that disagree on the published points", () => {
    const answers = findSaturation(real, fitLaw(findLaw("power-floor"), real));
    const byName = Object.fromEntries(answers.map((each) => [each.definition, each.n]));
    assert.equal(byName["non-inferiority"], 1500);
    // rise 12.5 of 19.5 after 218 of 3,099 scans: 0.571 above the diagonal; at 500 scans it is 0.566
    assert.equal(byName.kneedle, 278);
    assert.equal(byName.breakpoint, undefined);
    assert.match(answers[4].finding, /too few/);
    // a n^-b (1 - 2^-b) = 0.01 with scipy's a = 1.55003, b = 0.45903 by hand: n = (155.003 * 0.27256)^(1/0.45903)
    assert.ok(
      Math.abs(byName["marginal-gain"]! - (155.003091 * (1 - 2 ** -0.45903149)) ** (1 / 0.45903149)) < 0.1,
    );
    // the reducible error falls to 5 %: n = 60 * 20^(1/b)
    assert.ok(Math.abs(byName["asymptote-fraction"]! / (60 * 20 ** (1 / 0.45903149)) - 1) < 1e-4);
  });

  it("finds a breakpoint that is there and none in a power law", () => {
    const n = Array.from({ length: 10 }, (_, i) => 20 * 2 ** i);
    const wiggle = (i: number): number => 0.0005 * Math.cos(9 * i);
    const broken = n.map((size, i) => ({
      n: size,
      error: 0.9 - 0.1 * Math.log(Math.min(size, 640) / 20) + wiggle(i),
    }));
    const straight = n.map((size, i) => ({ n: size, error: size ** -0.3 + wiggle(i) }));
    const answer = (points: typeof broken): number | undefined =>
      findSaturation(points, fitLaw(findLaw("power"), points))[4].n;
    assert.ok(Math.abs(answer(broken)! / 640 - 1) < 0.05);
    assert.equal(answer(straight), undefined);
  });

  it("asks a two-sided interval whether a smaller size is as good, as every other question does", () => {
    const points = [10, 20, 40].map((n, i) => ({ n, error: [0.5, 0.4, 0.4][i] }));
    // The loss of 20 against 40 scans in 1,000 draws: 0, 0.00001 ... 0.00999; its 97.5th percentile is 0.00974.
    const replicates = Array.from({ length: 1000 }, (_, i) => [0.5, 0.4 + 1e-5 * i, 0.4]);
    const law = fitLaw(findLaw("power"), points);
    const answer = (margin: number, level?: number) =>
      findSaturation(points, law, { margin, replicates, level })[0];
    assert.equal(answer(0.0098).n, 20);
    assert.equal(answer(0.0096).n, undefined, "one-sided at 95 % it would be");
    assert.equal(answer(0.0096, 0.9).n, 20);
    assert.match(answer(0.0098).meaning, /upper end of the two-sided 95 % interval/);
    assert.match(answer(0.0098).finding, /at most 0.0097/);
  });

  it("reports no saturation where a law never reaches it", () => {
    const answers = findSaturation(real, fitLaw(findLaw("power"), real), {
      margin: 0.001,
      gainPerDoubling: 1e-9,
    });
    assert.equal(answers[0].n, undefined);
    assert.equal(answers[1].n, undefined);
    assert.match(answers[1].finding, /beyond/);
  });
});

describe("areaBetweenCurves", () => {
  it("is the height of a rectangle, and 0 against itself", () => {
    const lower = real.map(({ n, error }) => ({ n, error: error - 0.05 }));
    assert.ok(Math.abs(areaBetweenCurves(real, lower)! - 0.05) < 1e-12);
    assert.equal(areaBetweenCurves(real, real), 0);
    const far = real.map(({ n, error }) => ({ n: n * 1e6, error }));
    assert.equal(areaBetweenCurves(real, far), undefined);
  });

  it("weighs a triangle on the log axis as half", () => {
    const flat = [10, 1000].map((n) => ({ n, error: 0.5 }));
    assert.ok(
      Math.abs(
        areaBetweenCurves(
          [
            { n: 10, error: 0.7 },
            { n: 100, error: 0.5 },
          ],
          flat,
        )! - 0.1,
      ) < 1e-12,
    );
  });
});

describe("planning", () => {
  it("inverts the law for a target and refuses targets beyond its asymptote", () => {
    const law = findLaw("power-floor");
    const fit = fitLaw(
      law,
      [100, 200, 400, 800, 1600].map((n) => ({ n, error: 0.2 + 2 * n ** -0.5 })),
    );
    const plan = planForScore(fit, 0.75);
    assert.ok(Math.abs(plan.n! - 1600) < 1e-3);
    assert.ok(Math.abs(plan.gainOfLastDoubling! - (2 / Math.sqrt(800) - 0.05)) < 1e-9);
    assert.equal(planForScore(fit, 0.81).n, undefined);
    assert.throws(() => planForScore(fit, 81), /between 0 and 1/);
  });

  it("ranks purchases by gain per cost", () => {
    const parameters = [0.3, 2, 0.4, 0.5, 0.2];
    const surface = (n: number, s: number): number =>
      predictSurface({ law: syntheticSurface, parameters }, n, s);
    const [best, second] = rankPurchases(surface, { real: 500, synthetic: 0 }, [
      { name: "500 real", real: 500, synthetic: 0, costPerReal: 100, costPerSynthetic: 1 },
      { name: "5,000 synthetic", real: 0, synthetic: 5000, costPerReal: 100, costPerSynthetic: 1 },
    ]);
    assert.equal(best.name, "5,000 synthetic");
    assert.equal(best.cost, 5000);
    assert.ok(Math.abs(best.gain - (surface(500, 0) - surface(500, 5000))) < 1e-12);
    assert.ok(best.gainPerCost > second.gainPerCost);
  });

  it("asks for about 138 cases for a 1 % interval at 3 % spread, as the normal formula does", () => {
    // (2 * 1.96 * 3 / 1)^2 = 138.3; Student's t asks for a little more
    assert.equal(casesForIntervalWidth(0.03, 0.01), 141);
    assert.ok(intervalWidthForCases(0.03, 141) <= 0.01 && intervalWidthForCases(0.03, 140) > 0.01);
    assert.equal(casesForIntervalWidth(1e-9, 1), 2);
    assert.throws(() => casesForIntervalWidth(0, 1), /standardDeviation: found 0/);
  });
});

describe("bootstrapCurves", () => {
  const stream = createKey(11).stream();
  const lines = ["n,score,arm,seed,patient"];
  const skill = Array.from({ length: 40 }, () => 0.1 * stream.normal());
  for (const n of [60, 278, 500]) {
    for (const arm of ["real", "mix"]) {
      for (const seed of [1, 2, 3]) {
        skill.forEach((value, patient) => {
          const score = Math.min(
            1,
            Math.max(0, 0.8 - 2 / Math.sqrt(n) + (arm === "mix" ? 0.03 : 0) + value + 0.01 * stream.normal()),
          );
          lines.push(`${n},${score.toFixed(5)},${arm},${seed},p${patient}`);
        });
      }
    }
  }
  const table = parseCurveTable(lines.join("\n"));

  it("draws patients for all arms together, so the difference is far surer than either arm", () => {
    const { observed, replicates, unit, patientCount, jackknife } = bootstrapCurves(table, {
      resamples: 500,
    });
    assert.equal(unit, "patients and seeds");
    assert.equal(patientCount, 40);
    assert.equal(jackknife.length, 40);
    const spread = (values: number[]): number => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    };
    const single = spread(replicates.map((each) => each.real[1].error));
    const paired = spread(replicates.map((each) => each.real[1].error - each.mix[1].error));
    const expected = spread(skill) / Math.sqrt(40);
    assert.ok(Math.abs(single / expected - 1) < 0.25, `${single} ${expected}`);
    assert.ok(paired < single / 4);
    const mean = replicates.reduce((sum, each) => sum + each.real[0].error, 0) / replicates.length;
    assert.ok(Math.abs(mean - observed.real[0].error) < 4 * (single / Math.sqrt(500)));
  });

  it("draws seeds whole over the sizes: a lucky seed is lucky at each of them", () => {
    const lucky = parseCurveTable(
      [
        "n,score,seed",
        ...[10, 20, 40].flatMap((n) => [1, 2, 3].map((seed) => `${n},${seed / 10},${seed}`)),
      ].join("\n"),
    );
    const { replicates, leftOut } = bootstrapCurves(lucky, { resamples: 200 });
    for (const { real } of replicates) assert.ok(real.every(({ error }) => error === real[0].error));
    assert.ok(new Set(replicates.map(({ real }) => real[0].error.toFixed(6))).size > 4);
    assert.deepEqual(
      leftOut[0].curves.map(({ real }) => real[2].error.toFixed(2)),
      ["0.75", "0.80", "0.85"],
    );
    // A size with one seed keeps it; one that lacks a seed is drawn from those it has.
    const uneven = parseCurveTable(
      "n,score,seed\n10,0.1,1\n10,0.2,2\n10,0.3,3\n20,0.4,1\n20,0.6,2\n40,0.7,1",
    );
    for (const { real } of bootstrapCurves(uneven, { resamples: 100 }).replicates) {
      assert.ok(real.every(({ error }) => Number.isFinite(error)));
      assert.ok(Math.abs(real[2].error - 0.3) < 1e-12);
    }
  });

  it("is the same for the same key and different for another", () => {
    const draw = (seed: number): number =>
      bootstrapCurves(table, { resamples: 3, key: createKey(seed) }).replicates[2].mix[0].error;
    assert.equal(draw(5), draw(5));
    assert.notEqual(draw(5), draw(6));
  });

  it("draws seeds where there are no patients, and residuals where there is neither", () => {
    const seeds = parseCurveTable("n,score,seed\n60,0.4,1\n60,0.42,2\n278,0.5,1\n278,0.53,2");
    assert.equal(bootstrapCurves(seeds, { resamples: 10 }).unit, "seeds");
    const plain = parseCurveTable(
      "n,real,mix\n60,0.402,0.482\n278,0.527,0.581\n500,0.54,0.59\n1500,0.593,0.592\n3159,0.597,0.593",
    );
    const drawn = bootstrapCurves(plain, { resamples: 50, law: findLaw("power-floor") });
    assert.equal(drawn.unit, "residuals");
    assert.equal(drawn.jackknife.length, 0);
    assert.equal(drawn.replicates.length, 50);
    assert.ok(drawn.replicates.every((each) => each.real.length === 5 && each.mix.length === 5));
    assert.equal(bootstrapCurves(plain, { resamples: 50 }).replicates.length, 0, "around no law");
  });

  it("draws residuals around the law that is asked for, and patients whatever the law", () => {
    const [plateau, floor] = ["exponential-plateau", "power-floor"].map(findLaw);
    // 1 - score = 0.323 + 0.3 exp(-n / 300), with 0.3 points of noise: a power law with floor has another limit.
    const truth = [0.323, 0.3, 1 / 300];
    const noise = createKey(3).stream();
    const rows = [50, 100, 200, 400, 800, 1600, 3200].map(
      (n) => `${n},${1 - plateau.value(n, truth) + 0.003 * noise.normal()}`,
    );
    const bare = bootstrapCurves(parseCurveTable(["n,score", ...rows].join("\n")), { resamples: 300 });
    const limitOf = ({ real: points }: CurveSet): number =>
      plateau.asymptote(fitLaw(plateau, points).parameters);
    const own = intervalOfCurves(redrawAround(bare, plateau), limitOf);
    assert.ok(own.low < 0.323 && 0.323 < own.high && own.high - own.low < 0.02, `${own.low} to ${own.high}`);
    // About the other law, which misses these points, the same limit is drawn with the noise that its misfit leaves.
    const other = intervalOfCurves(redrawAround(bare, floor), limitOf);
    assert.ok(other.high - other.low > 3 * (own.high - own.low), `${other.low} to ${other.high}`);
    assert.equal(redrawAround(redrawAround(bare, floor), plateau).replicates.length, 300);
    assert.deepEqual(
      redrawAround(redrawAround(bare, floor), plateau).replicates[7],
      redrawAround(bare, plateau).replicates[7],
    );
    // A fit of the logarithm has noise of the logarithm: no draw of a small error is cut off at 0.
    const steep = parseCurveTable(
      ["n,score", ...[1, 2, 4, 8, 16].map((n, i) => `${n},${1 - 0.8 * n ** -1.5 * [1.2, 0.8][i % 2]}`)].join(
        "\n",
      ),
    );
    const power = findLaw("power");
    const { replicates } = redrawAround(bootstrapCurves(steep, { resamples: 300 }), power, "log");
    const { parameters, sumOfSquares } = fitLaw(power, bootstrapCurves(steep).observed.real, {
      residual: "log",
    });
    const logs = replicates.map(({ real: points }) =>
      Math.log(points[4].error / power.value(16, parameters)),
    );
    const spread = Math.sqrt(logs.reduce((sum, log) => sum + log * log, 0) / logs.length);
    assert.ok(Math.abs(spread / Math.sqrt(sumOfSquares / 3) - 1) < 0.15, String(spread));
    const ofPatients = bootstrapCurves(table, { resamples: 2 });
    assert.equal(redrawAround(ofPatients, plateau), ofPatients);
  });

  it("refuses a table in which only some rows name their patient", () => {
    const mixedRows = parseCurveTable("n,score,patient\n60,0.4,a\n278,0.5,");
    assert.throws(() => bootstrapCurves(mixedRows), /a patient in every row/);
  });
});

describe("intervalOfCurves", () => {
  const stream = createKey(4).stream();
  // Scores of patients are far from normal: a few patients fail at every size.
  const lines = ["n,score,seed,patient"];
  Array.from({ length: 25 }, () => stream.uniform() ** 4).forEach((failure, patient) => {
    for (const n of [60, 500, 3000])
      for (const seed of [1, 2])
        lines.push(`${n},${((1 - failure) * (1 - 3 / Math.sqrt(n))).toFixed(4)},${seed},p${patient}`);
  });
  const bootstrap = bootstrapCurves(parseCurveTable(lines.join("\n")), { resamples: 4000 });
  const errorAtLast = (curves: CurveSet): number => curves.real[2].error;

  it("shifts a lopsided statistic's ends by BCa as the same bootstrap over patients does", () => {
    const percentile = intervalOfCurves(bootstrap, errorAtLast);
    const bca = intervalOfCurves(bootstrap, errorAtLast, { method: "bca" });
    assert.deepEqual([percentile.method, bca.method], ["percentile", "bca"]);
    assert.equal(percentile.estimate, bca.estimate);
    assert.ok(
      percentile.low < bca.low && percentile.high < bca.high,
      "skewed to the right: both ends move up",
    );
    // Seeds do not differ here, so drawing patients alone must say the same.
    const failures = Array.from({ length: 25 }, (_, p) => {
      const line = lines.find((each) => each.startsWith("3000,") && each.endsWith(`,1,p${p}`))!;
      return 1 - Number(line.split(",")[1]);
    });
    const plain = bootstrapInterval(
      25,
      (weights) => failures.reduce((sum, failure, p) => sum + weights[p] * failure, 0) / 25,
      { method: "bca", resamples: 4000 },
    );
    const width = plain.high - plain.low;
    assert.ok(Math.abs(bca.low - plain.low) < 0.15 * width && Math.abs(bca.high - plain.high) < 0.15 * width);
  });

  it("falls back on percentile without patients or seeds to leave out, and says so", () => {
    const points = parseCurveTable("n,score\n60,0.4\n278,0.5\n500,0.54\n1500,0.59");
    const drawn = bootstrapCurves(points, { resamples: 50, law: findLaw("power") });
    assert.equal(
      intervalOfCurves(drawn, (curves) => curves.real[0].error, { method: "bca" }).method,
      "percentile",
    );
    assert.throws(() => intervalOfCurves(drawn, () => 1, { level: 95 }), /level: found 95/);
    const t = intervalOfCurves(drawn, (curves) => curves.real[0].error, { method: "t" });
    assert.equal(t.method, "percentile");
    assert.throws(
      () => intervalOfCurves(drawn, () => 1, { method: "z" as "bca" }),
      /"percentile", "bca" or "t"/,
    );
  });

  it("counts patients and seeds as what they are by Student's t, and says what its variance is made of", () => {
    // Rows are patients, columns seeds; the mean is 6.5, without patient a 8, without seed 1 7.5.
    const scores = { a: [3, 4], b: [4, 7], c: [9, 12] };
    const rows = Object.entries(scores).flatMap(([patient, [one, two]]) => [
      `10,${one / 20},1,${patient}`,
      `10,${two / 20},2,${patient}`,
      `20,${one / 20},1,${patient}`,
      `20,${two / 20},2,${patient}`,
    ]);
    const drawn = bootstrapCurves(parseCurveTable(["n,score,seed,patient", ...rows].join("\n")), {
      resamples: 10,
    });
    const found = intervalOfCurves(drawn, (curves) => 20 * (1 - curves.real[0].error), { method: "t" });
    // Patients: means 3.5, 5.5, 10.5, variance of their mean 13 / 3. Seeds: 16 / 3 and 23 / 3, variance of the mean 49 / 36.
    const [patients, seeds] = [13 / 3, 49 / 36];
    const degrees = (patients + seeds) ** 2 / (patients ** 2 / 2 + seeds ** 2);
    assert.ok(Math.abs(found.estimate! - 6.5) < 1e-12);
    assert.ok(Math.abs(found.standardError! - Math.sqrt(patients + seeds)) < 1e-12);
    assert.ok(Math.abs(found.degrees! - degrees) < 1e-9);
    assert.deepEqual(
      found.parts!.map(({ unit, count }) => [unit, count]),
      [
        ["patients", 3],
        ["seeds", 2],
      ],
    );
    assert.ok(Math.abs(found.parts![1].share - seeds / (patients + seeds)) < 1e-12);
  });

  it("leaves out what is not defined, or counts it as told", () => {
    const values = [1, 2, 3, undefined, NaN];
    const left = intervalOverReplicates(values, 2, { level: 0.5 });
    assert.deepEqual([left.low, left.high, left.undefinedShare], [1.5, 2.5, 0.4]);
    const counted = intervalOverReplicates(values, 2, { level: 0.5, undefinedAs: Infinity });
    assert.deepEqual([counted.low, counted.high], [2, Infinity]);
    assert.equal(intervalOverReplicates([1, Infinity], 1, { level: 0.5 }).low, Infinity);
    assert.equal(intervalOverReplicates([7], 7).high, 7);
    assert.ok(Number.isNaN(intervalOverReplicates([], 7).low));
  });
});
