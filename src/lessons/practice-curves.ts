import { createKey } from "../core/random.js";
import type { CurveScore, CurveTable } from "../scaling/curve-table.js";
import { powerFloorLaw } from "../scaling/laws/power-floor.js";

/** What the practice scores are made of: error = c + a n^-b for each arm. */
export const practiceTruth: Readonly<Record<string, readonly [c: number, a: number, b: number]>> = {
  real: [0.28, 1.6, 0.42],
  "real+synthetic": [0.29, 1.2, 0.44],
};

/**
 * Scores to practise on, made by seed and measured on no patient: two arms at seven sizes, three trainings per size, 40
 * pretended test patients, some of whom are hard for every model. `practiceTruth` has the laws behind them.
 */
export function makePracticeCurves(options: { seed?: number; patients?: number } = {}): CurveTable {
  const { seed = 1, patients = 40 } = options;
  const root = createKey(seed).split("practice curves");
  const difficulty = Array.from({ length: patients }, (_, p) =>
    root.split("patient").split(p).stream().normal(),
  );
  const rows: CurveScore[] = [];
  let line = 2;
  for (const [arm, truth] of Object.entries(practiceTruth)) {
    for (const n of [50, 100, 200, 400, 800, 1600, 3200]) {
      for (const run of ["1", "2", "3"]) {
        const stream = root.split(arm).split(n).split(run).stream();
        const luck = 0.006 * stream.normal();
        const mean = powerFloorLaw.value(n, truth) + luck;
        difficulty.forEach((hard, p) => {
          const error = mean + 0.12 * hard + 0.05 * stream.normal();
          const score = Number((1 - Math.min(1, Math.max(0, error))).toFixed(4));
          rows.push({
            n,
            score,
            arm,
            seed: run,
            patient: `p${String(p + 1).padStart(2, "0")}`,
            split: "",
            line: line++,
          });
        });
      }
    }
  }
  return { rows, arms: Object.keys(practiceTruth), isLoss: false, warnings: [] };
}
