import assert from "node:assert/strict";
import fc from "fast-check";
import { LabError } from "tumorlab/internal/core/errors";
import { createKey } from "tumorlab/internal/core/random";
import { orderEvenly } from "tumorlab/internal/data/split/even-order";
import { toNnunetSplits } from "tumorlab/internal/data/split/nnunet";
import { splitCohort } from "tumorlab/internal/data/split/split";
import type { PatientSplit, SplitOptions, SplitScan } from "tumorlab/internal/data/split/split";

/** Patients with one to three scans, in up to six strata of any size. */
const cohorts = fc
  .array(fc.record({ stratum: fc.integer({ min: 0, max: 5 }), scans: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((patients) =>
    patients.flatMap(({ stratum, scans }, p): SplitScan[] =>
      Array.from({ length: scans }, (_, s) => ({
        scan: `P${p}-${s}`,
        patient: `P${p}`,
        stratum: `stratum ${stratum}`,
      })),
    ),
  );
const settings = fc.record({
  seed: fc.integer({ min: 0, max: 1000 }),
  testShare: fc.double({ min: 0, max: 0.6, noNaN: true }),
  validationShare: fc.double({ min: 0, max: 0.5, noNaN: true }),
});

const patientsOf = (scans: readonly SplitScan[]): Set<string> => new Set(scans.map(({ patient }) => patient));
const stratumOf = (scans: readonly SplitScan[]): Map<string, string> =>
  new Map(scans.map(({ patient, stratum }) => [patient, stratum!]));

/** Asserts that each stratum's count in `part` is less than one away from its share of `pool`. */
function assertShares(
  part: readonly string[],
  pool: readonly string[],
  strata: ReadonlyMap<string, string>,
): void {
  for (const stratum of new Set(strata.values())) {
    const count = (names: readonly string[]): number =>
      names.filter((each) => strata.get(each) === stratum).length;
    const exact = pool.length === 0 ? 0 : (part.length * count(pool)) / pool.length;
    assert.ok(Math.abs(count(part) - exact) < 1, `${stratum}: ${count(part)} of exactly ${exact}`);
  }
}

/** A split with a nested set of every possible size. */
function splitWithAllSizes(scans: readonly SplitScan[], options: SplitOptions): PatientSplit {
  const { training } = splitCohort(scans, options);
  return splitCohort(scans, { ...options, trainSizes: training.patients.map((_, k) => k + 1) });
}

describe("splitCohort", () => {
  it("puts no patient into two parts, and every scan into one", () => {
    fc.assert(
      fc.property(cohorts, settings, (scans, options) => {
        const { test, validation, training } = splitCohort(scans, options);
        const patients = [test, validation, training].flatMap((part) => part.patients);
        assert.equal(new Set(patients).size, patients.length);
        assert.deepEqual(new Set(patients), patientsOf(scans));
        const patientOf = new Map(scans.map(({ scan, patient }) => [scan, patient]));
        for (const part of [test, validation, training]) {
          const expected = scans
            .filter(({ patient }) => part.patients.includes(patient))
            .map(({ scan }) => scan);
          assert.deepEqual(part.scans, expected.sort());
          for (const scan of part.scans) assert.ok(part.patients.includes(patientOf.get(scan)!));
        }
      }),
    );
  });

  it("nests every training set in the larger ones, each of exactly its size", () => {
    fc.assert(
      fc.property(cohorts, settings, (scans, options) => {
        const { nested, training } = splitWithAllSizes(scans, options);
        assert.equal(nested.length, training.patients.length);
        nested.forEach(({ size, patients, scans: mine }, k) => {
          assert.equal(patients.length, size);
          const larger = nested[k + 1] ?? training;
          assert.ok(patients.every((patient) => larger.patients.includes(patient)));
          assert.ok(mine.every((scan) => larger.scans.includes(scan)));
        });
      }),
      { numRuns: 50 },
    );
  });

  it("gives the same division for the same seed in whatever order the scans come, and another for another seed", () => {
    fc.assert(
      fc.property(cohorts, settings, fc.integer({ min: 0, max: 99 }), (scans, options, seed) => {
        const whole = { ...options, folds: 2, trainSizes: [] };
        const shuffled = createKey(seed).stream().shuffle(scans);
        fc.pre(splitCohort(scans, options).training.patients.length >= 2);
        assert.deepEqual(splitCohort(shuffled, whole), splitCohort(scans, whole));
      }),
    );
    const scans = Array.from({ length: 40 }, (_, k) => ({ scan: `s${k}`, patient: `p${k}` }));
    assert.notDeepEqual(splitCohort(scans, { seed: 1 }).test, splitCohort(scans, { seed: 2 }).test);
  });

  it("keeps every stratum within one patient of its exact share, in every part, set and fold", () => {
    fc.assert(
      fc.property(cohorts, settings, fc.integer({ min: 2, max: 5 }), (scans, options, folds) => {
        const strata = stratumOf(scans);
        const split = splitWithAllSizes(scans, options);
        const { test, validation, training, nested } = split;
        const notTest = [...validation.patients, ...training.patients];
        assertShares(test.patients, [...strata.keys()], strata);
        assertShares(validation.patients, notTest, strata);
        for (const { patients } of nested) assertShares(patients, training.patients, strata);
        for (const [stratum, counts] of Object.entries(split.strata))
          for (const part of ["test", "validation", "training"] as const)
            assert.equal(
              counts[part],
              split[part].patients.filter((each) => strata.get(each) === stratum).length,
            );
        if (training.patients.length < folds) return;
        const crossed = splitCohort(scans, { ...options, folds }).folds;
        const sizes = crossed.map((fold) => fold.validation.patients.length);
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
        assert.deepEqual(crossed.flatMap((fold) => fold.validation.patients).sort(), training.patients);
        for (const fold of crossed) {
          assert.deepEqual(
            [...fold.training.patients, ...fold.validation.patients].sort(),
            training.patients,
          );
          for (const stratum of new Set(strata.values())) {
            const count = (names: readonly string[]): number =>
              names.filter((each) => strata.get(each) === stratum).length;
            const exact = count(training.patients) / folds;
            assert.ok(Math.abs(count(fold.validation.patients) - exact) < 1);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("counts sizes in scans when asked, never more than the size and never half a patient", () => {
    // As in the paper's cohort: most patients have an arterial and a venous scan, few have one.
    const scans = Array.from({ length: 300 }, (_, p) => ["A", "V"].slice(p % 50 === 0 ? 1 : 0)).flatMap(
      (phases, p) =>
        phases.map((phase) => ({
          scan: `P${p}-${phase}`,
          patient: `P${p}`,
          stratum: p % 3 ? "small" : "large",
        })),
    );
    const { nested } = splitCohort(scans, { trainSizes: [278, 60, 60], sizeUnit: "scans", seed: 7 });
    assert.deepEqual(
      nested.map(({ size }) => size),
      [60, 278],
    );
    for (const { size, scans: mine, patients } of nested) {
      assert.ok(mine.length <= size && mine.length >= size - 1);
      assert.equal(new Set(mine.map((scan) => scan.split("-")[0])).size, patients.length);
    }
    assert.ok(nested[0].scans.every((scan) => nested[1].scans.includes(scan)));
  });

  it("makes a stratum of its own for a patient whose scans differ", () => {
    const scans = [
      { scan: "a", patient: "p", stratum: "liver" },
      { scan: "b", patient: "p", stratum: "control" },
    ];
    assert.deepEqual(splitCohort(scans, { testShare: 0 }).strata, {
      "control + liver": { test: 0, validation: 0, training: 1 },
    });
    const empty = splitCohort([]);
    assert.deepEqual([empty.test.scans, empty.training.patients, empty.strata], [[], [], {}]);
  });

  it("refuses what cannot be divided, naming it", () => {
    const scans = [
      { scan: "a", patient: "p" },
      { scan: "b", patient: "p" },
    ];
    const refuse = (run: () => unknown, input: RegExp, found: RegExp): void =>
      assert.throws(run, (error) => {
        assert.ok(error instanceof LabError);
        assert.match(error.input, input);
        assert.match(error.found, found);
        return true;
      });
    refuse(() => splitCohort([scans[0], scans[0]]), /scans/, /"a"/);
    refuse(() => splitCohort([{ scan: "a", patient: "" }]), /patient of a/, /""/);
    refuse(() => splitCohort(scans, { testShare: 1 }), /testShare/, /1/);
    refuse(() => splitCohort(scans, { validationShare: -0.1 }), /validationShare/, /-0\.1/);
    refuse(() => splitCohort(scans, { testShare: 0, trainSizes: [2] }), /trainSizes/, /2/);
    refuse(() => splitCohort(scans, { testShare: 0, trainSizes: [1], sizeUnit: "scans" }), /trainSizes/, /1/);
    refuse(() => splitCohort(scans, { testShare: 0, folds: 3 }), /folds/, /3/);
  });
});

describe("toNnunetSplits", () => {
  const scans = Array.from({ length: 20 }, (_, k) => ({ scan: `s${k}`, patient: `p${k >> 1}` }));

  it("lists folds, else nested sets, else the training set, and never a test scan", () => {
    const folds = toNnunetSplits(splitCohort(scans, { folds: 4 }));
    const nested = toNnunetSplits(splitCohort(scans, { validationShare: 0.25, trainSizes: [2, 4] }));
    const whole = toNnunetSplits(splitCohort(scans, { validationShare: 0.25 }));
    assert.deepEqual([folds.length, nested.length, whole.length], [4, 2, 1]);
    assert.deepEqual(
      nested.map(({ train, val }) => [train.length, val.length]),
      [
        [4, 4],
        [8, 4],
      ],
    );
    const { test } = splitCohort(scans, { folds: 4 });
    for (const { train, val } of [...folds, ...nested, ...whole]) {
      assert.ok(train.every((scan) => !val.includes(scan)));
      for (const scan of test.scans) assert.ok(!train.includes(scan) && !val.includes(scan));
    }
  });

  it("refuses a division without anything to validate on", () => {
    assert.throws(
      () => toNnunetSplits(splitCohort(scans)),
      (error) => error instanceof LabError && /folds/.test(error.advice),
    );
  });
});

describe("orderEvenly", () => {
  it("keeps every beginning of the order within less than one item of each stratum's share", () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 1000 }), (counts, seed) => {
        const strata = new Map(
          counts.map((count, s) => [`s${s}`, Array.from({ length: count }, (_, k) => `${s}/${k}`)]),
        );
        const order = orderEvenly(strata, createKey(seed));
        assert.deepEqual([...order].sort(), [...strata.values()].flat().sort());
        const taken = counts.map(() => 0);
        order.forEach((item, m) => {
          taken[Number(item.split("/")[0])]++;
          taken.forEach((count, s) =>
            assert.ok(Math.abs(count - ((m + 1) * counts[s]) / order.length) < 1, `stratum ${s} at ${m + 1}`),
          );
        });
      }),
    );
  });
});
