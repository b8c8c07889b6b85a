import { createKey } from "tumorlab/internal/core/random";
import { bootstrapCurves } from "tumorlab/internal/scaling/curve-bootstrap";
import type { CurveSet } from "tumorlab/internal/scaling/curve-bootstrap";
import { intervalOfCurves } from "tumorlab/internal/scaling/curve-interval";
import type { CurveIntervalMethod } from "tumorlab/internal/scaling/curve-interval";
import type { CurveScore } from "tumorlab/internal/scaling/curve-table";
import { areaBetweenCurves } from "tumorlab/internal/scaling/efficiency";

/** How often the interval of a gain over a whole curve held the truth, with so many seeds and test patients. */
export interface CrossedCoverage {
  seeds: number;
  patients: number;
  method: CurveIntervalMethod;
  experiments: number;
  /** Share of the experiments whose interval held the truth, and the mean width in points of Dice. */
  coverage: number;
  widthPoints: number;
}

/**
 * Spreads of the gain by synthetic tumors in points of Dice, as measured on the pancreas of notebook 06: of a training
 * (here half of its variance is the seed's at all sizes, half each size's own), of a patient, and of what is left.
 */
const spread = { seed: 6.2, patient: 14.1, residual: 16.8 };
const sizes = [5, 10, 20, 40];
const designs = [
  [2, 20],
  [3, 20],
  [3, 200],
  [5, 20],
  [5, 200],
  [10, 200],
] as const;

/** Simulates experiments of a real and a mixed arm whose true gain is 5 points at every size. */
export function* simulateCrossedCoverage(experiments: number): Generator<CrossedCoverage> {
  for (const [seeds, patients] of designs) {
    const methods: CurveIntervalMethod[] = ["percentile", "t"];
    const held = methods.map(() => 0);
    const width = methods.map(() => 0);
    for (let run = 0; run < experiments; run++) {
      const key = createKey(run).split(`${seeds} x ${patients}`);
      const rows = makeScores(seeds, patients, key.split("scores").stream());
      const table = { rows, arms: ["real", "mixed"], isLoss: false, warnings: [] };
      const curves = bootstrapCurves(table, { resamples: 400, key });
      const gain = (set: CurveSet): number | undefined => areaBetweenCurves(set.real, set.mixed);
      methods.forEach((method, m) => {
        const { low, high } = intervalOfCurves(curves, gain, { method });
        held[m] += Number(low <= 0.05 && 0.05 <= high);
        width[m] += 100 * (high - low);
      });
    }
    for (const [m, method] of methods.entries())
      yield {
        ...{ seeds, patients, method, experiments },
        coverage: held[m] / experiments,
        widthPoints: width[m] / experiments,
      };
  }
}

function makeScores(
  seeds: number,
  patients: number,
  stream: ReturnType<ReturnType<typeof createKey>["stream"]>,
): CurveScore[] {
  const half = Math.SQRT1_2 * spread.seed;
  const ofPatient = Array.from({ length: patients }, () => spread.patient * stream.normal());
  const rows: CurveScore[] = [];
  const add = (arm: string, n: number, seed: number, patient: number, score: number): void => {
    rows.push({ arm, n, seed: `${seed}`, patient: `${patient}`, score, split: "", line: rows.length + 1 });
  };
  for (let seed = 0; seed < seeds; seed++) {
    const whole = half * stream.normal();
    for (const n of sizes) {
      const own = half * stream.normal();
      ofPatient.forEach((skill, patient) => {
        const gain = 5 + whole + own + skill + spread.residual * stream.normal();
        add("real", n, seed, patient, 0.5);
        add("mixed", n, seed, patient, 0.5 + gain / 100);
      });
    }
  }
  return rows;
}

/** One design as a line for people. */
export function formatCrossedCoverage(row: CrossedCoverage): string {
  const { seeds, patients, method, coverage, widthPoints } = row;
  const design = `${seeds} seeds x ${patients} patients`.padEnd(26);
  return `${design}${method.padEnd(12)}${(100 * coverage).toFixed(1).padStart(5)} % of 95, ${widthPoints.toFixed(1)} points wide`;
}
