import { LabError, requireThat } from "../core/errors.js";
import { createKey } from "../core/random.js";
import type { Key, RandomStream } from "../core/random.js";
import { groupClusters } from "../stats/clusters.js";
import { errorOfRow, selectRows } from "./curve-table.js";
import type { CurveScore, CurveTable } from "./curve-table.js";
import type { CurvePoint } from "./curve.js";
import type { ScalingLaw } from "./law.js";
import { resampleResiduals } from "./residual-draw.js";
import type { ResidualKind } from "./search.js";

/** Mean error by size for each arm: what is fitted, drawn and compared. */
export type CurveSet = Readonly<Record<string, readonly CurvePoint[]>>;

/** What was drawn with replacement. */
export type ResampledUnit = "patients and seeds" | "patients" | "seeds" | "residuals";

/** Curves as measured and as they might have come out. */
export interface CurveBootstrap {
  observed: CurveSet;
  /** The same sizes in the same order in every replicate; all arms of one replicate share its draws. */
  replicates: CurveSet[];
  /** One unit left out at a time, group by group of units that are drawn apart; none where the units are residuals. */
  leftOut: LeftOutCurves[];
  /** Of these, what the acceleration of BCa is taken from: patients, or seeds where there are no patients. */
  jackknife: CurveSet[];
  unit: ResampledUnit;
  patientCount: number;
  /** Largest number of seeds at one size. */
  seedCount: number;
  /** With residuals: what draws them again around another law, for {@link redrawAround}. */
  residuals?: ResidualDraws;
}

/** How residuals were drawn. */
export interface ResidualDraws {
  /** The law they were drawn around; `undefined` where none was told and there are no draws. */
  law: ScalingLaw | undefined;
  /** Of the error, or of its logarithm. */
  residual: ResidualKind;
  resamples: number;
  key: Key;
}

/** Curves with one unit left out, for each unit of a group: the patients of one stratum, or the seeds. */
export interface LeftOutCurves {
  unit: "patients" | "seeds";
  curves: CurveSet[];
}

/** How curves are drawn. */
export interface CurveBootstrapOptions {
  arms?: readonly string[];
  split?: string;
  /** Default 2,000. */
  resamples?: number;
  /** Default: seed 0. */
  key?: Key;
  /**
   * The law whose residuals are drawn when the table has neither patients nor seeds. Without it such a table gives no
   * replicates: what is said of a law is drawn around that law ({@link redrawAround}), whatever this one is.
   */
  law?: ScalingLaw;
  /**
   * Stratum of a patient, such as its test set: of each as many patients are drawn as there are, so that no draw is
   * without one of them. Default one for all.
   */
  stratumOf?: (patient: string) => string;
}

/**
 * Draws learning curves anew, both ways across: test patients (as clusters: all scores of a patient stay together, over
 * sizes and arms) and seeds (whole: a seed's subsets are nested and its first weights the same, so that its trainings of all
 * sizes and arms stay together; a size with a single seed keeps it). Arms are drawn together, so their differences keep the
 * pairing. A draw in which some size has no score, because its patients or seeds were not drawn, is drawn again. Without
 * patients only seeds are drawn; without either, normal residuals with the spread that the law leaves
 * (which knows nothing of patients: the intervals are those of the plotted points); an arm with a single size, which has no
 * law, gets the spread of the others.
 */
export function bootstrapCurves(table: CurveTable, options: CurveBootstrapOptions = {}): CurveBootstrap {
  const { arms = table.arms, resamples = 2000, key = createKey(0), law } = options;
  requireThat(
    Number.isSafeInteger(resamples) && resamples >= 1,
    "resamples",
    resamples,
    "a whole number from 1",
  );
  const grids = arms.map((arm) => buildGrid(arm, selectRows(table, arm, options.split), table.isLoss));
  const patients = [...new Set(grids.flatMap((grid) => [...grid.patients]))];
  const hasPatients = !(patients.length === 1 && patients[0] === "");
  if (hasPatients && patients.includes("")) {
    throw new LabError("patient", "empty in some rows", "a patient in every row, or in none");
  }
  const seedCount = Math.max(...grids.flatMap((grid) => grid.sizes.map((size) => size.seeds.length)));
  const cells = grids.map((grid) => arrangeCells(grid, patients));
  const ones = new Float64Array(patients.length).fill(1);
  const observed = meanCurves(cells, ones);
  const base = { observed, patientCount: hasPatients ? patients.length : 0, seedCount };

  if (!hasPatients && seedCount === 1) {
    const bare = { ...base, replicates: [], leftOut: [], jackknife: [], unit: "residuals" as const };
    const drawn: CurveBootstrap = {
      ...bare,
      residuals: { law: undefined, residual: "absolute", resamples, key },
    };
    return law ? redrawAround(drawn, law) : drawn;
  }
  const stream = key.split("curves").stream();
  const replicates: CurveSet[] = [];
  const weights = new Float64Array(patients.length);
  const strata = groupStrata(patients, options.stratumOf);
  const seeds = listDrawnSeeds(cells);
  for (let attempt = 0; replicates.length < resamples && attempt < 20 * resamples; attempt++) {
    if (hasPatients) resampleWeights(weights, strata, stream);
    else weights.fill(1);
    const drawn = meanCurves(cells, weights, resampleSeeds(seeds, stream));
    if (isComplete(drawn)) replicates.push(drawn);
  }
  const leftOut = [
    ...(hasPatients ? leaveOutPatients(cells, ones, strata) : []),
    ...(seeds.length > 1 ? [leaveOutSeeds(cells, ones, seeds)] : []),
  ];
  const unit = hasPatients ? (seedCount > 1 ? "patients and seeds" : "patients") : "seeds";
  return {
    ...base,
    replicates,
    leftOut,
    jackknife: leftOut.filter((group) => group.unit === leftOut[0].unit).flatMap(({ curves }) => curves),
    unit,
  };
}

/**
 * The same curves drawn around a law: where the units are residuals, those of this law, from the same random numbers
 * whatever the law is. Curves of patients or seeds need no law and come back as they are.
 *
 * @param residual what the law is fitted by, and the noise is of.
 */
export function redrawAround(
  bootstrap: CurveBootstrap,
  law: ScalingLaw,
  residual: ResidualKind = "absolute",
): CurveBootstrap {
  const { residuals, observed } = bootstrap;
  if (!residuals || (residuals.law === law && residuals.residual === residual)) return bootstrap;
  const stream = residuals.key.split("residuals").stream();
  const replicates = resampleResiduals(observed, law, residuals.resamples, stream, residual);
  return { ...bootstrap, replicates, residuals: { ...residuals, law, residual } };
}

interface Grid {
  arm: string;
  patients: Set<string>;
  sizes: { n: number; seeds: { seed: string; rows: CurveScore[] }[] }[];
  isLoss: boolean;
}

/** Errors of one size: one array over patients a seed, `NaN` where a patient has no score. */
interface Cell {
  n: number;
  seeds: string[];
  errors: Float64Array[];
  /** Trust in each seed's mean; 1 where the table does not say. */
  trust: number[];
}

interface ArmCells {
  arm: string;
  cells: Cell[];
}

function buildGrid(arm: string, rows: readonly CurveScore[], isLoss: boolean): Grid {
  const sizes = [...new Set(rows.map((row) => row.n))].sort((a, b) => a - b);
  return {
    arm,
    isLoss,
    patients: new Set(rows.map((row) => row.patient)),
    sizes: sizes.map((n) => {
      const here = rows.filter((row) => row.n === n);
      const seeds = [...new Set(here.map((row) => row.seed))].sort();
      return { n, seeds: seeds.map((seed) => ({ seed, rows: here.filter((row) => row.seed === seed) })) };
    }),
  };
}

function arrangeCells(grid: Grid, patients: readonly string[]): ArmCells {
  const position = new Map(patients.map((patient, i) => [patient, i]));
  const cells = grid.sizes.map(({ n, seeds }) => ({
    n,
    seeds: seeds.map(({ seed }) => seed),
    trust: seeds.map(({ rows: [{ weight = 1 }] }) => weight),
    errors: seeds.map(({ rows }) => {
      // A patient with several scans counts once: the mean over its scans.
      const sums = new Float64Array(patients.length);
      const counts = new Float64Array(patients.length);
      for (const row of rows) {
        sums[position.get(row.patient)!] += errorOfRow(row, grid.isLoss);
        counts[position.get(row.patient)!]++;
      }
      return sums.map((sum, i) => sum / counts[i]);
    }),
  }));
  return { arm: grid.arm, cells };
}

/** Indices of the patients of each stratum. */
function groupStrata(
  patients: readonly string[],
  stratumOf: (patient: string) => string = () => "",
): number[][] {
  const { names, indexOfRow } = groupClusters(patients.map(stratumOf));
  const strata = names.map((): number[] => []);
  indexOfRow.forEach((stratum, patient) => strata[stratum].push(patient));
  return strata;
}

/** Draws as many patients of each stratum as it has, with replacement. */
function resampleWeights(weights: Float64Array, strata: readonly number[][], stream: RandomStream): void {
  weights.fill(0);
  for (const units of strata)
    for (let i = 0; i < units.length; i++) weights[units[Math.floor(stream.uniform() * units.length)]]++;
}

/** Seeds of the sizes that have several. */
function listDrawnSeeds(arms: readonly ArmCells[]): string[] {
  return [
    ...new Set(arms.flatMap(({ cells }) => cells.flatMap(({ seeds }) => (seeds.length > 1 ? seeds : [])))),
  ];
}

/** How often each seed is drawn, as many draws as there are seeds. */
function resampleSeeds(seeds: readonly string[], stream: RandomStream): Map<string, number> {
  const counts = new Map(seeds.map((seed) => [seed, 0]));
  for (let i = 0; i < seeds.length; i++) {
    const seed = seeds[Math.floor(stream.uniform() * seeds.length)];
    counts.set(seed, counts.get(seed)! + 1);
  }
  return counts;
}

/** Mean over patients and seeds, as often as each was drawn; a size with a single seed keeps it. */
function meanCurves(
  arms: readonly ArmCells[],
  weights: Float64Array,
  seedCounts?: ReadonlyMap<string, number>,
): CurveSet {
  // Not by assignment: an arm may be called __proto__.
  return Object.fromEntries(
    arms.map(({ arm, cells }) => [
      arm,
      cells.map(({ n, seeds, errors, trust }) => {
        let sum = 0;
        let count = 0;
        for (let j = 0; j < errors.length; j++) {
          const times = trust[j] * (seeds.length > 1 ? (seedCounts?.get(seeds[j]) ?? 1) : 1);
          if (times === 0) continue;
          const values = errors[j];
          for (let p = 0; p < values.length; p++) {
            const value = values[p];
            if (value !== value) continue;
            sum += times * weights[p] * value;
            count += times * weights[p];
          }
        }
        // A size with more trainings, or surer ones, is surer of its mean.
        return { n, error: sum / count, weight: trust.reduce((total, each) => total + each, 0) };
      }),
    ]),
  );
}

function isComplete(curves: CurveSet): boolean {
  return Object.values(curves).every((points) => points.every(({ error }) => !Number.isNaN(error)));
}

function leaveOutPatients(
  cells: readonly ArmCells[],
  ones: Float64Array,
  strata: readonly number[][],
): LeftOutCurves[] {
  return strata
    .filter((units) => units.length > 1)
    .map((units) => ({
      unit: "patients",
      curves: units.map((left) => {
        const weights = ones.slice();
        weights[left] = 0;
        return meanCurves(cells, weights);
      }),
    }));
}

function leaveOutSeeds(
  cells: readonly ArmCells[],
  ones: Float64Array,
  seeds: readonly string[],
): LeftOutCurves {
  const curves = seeds.map((left) =>
    meanCurves(cells, ones, new Map(seeds.map((seed) => [seed, seed === left ? 0 : 1]))),
  );
  return { unit: "seeds", curves };
}
