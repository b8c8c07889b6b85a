import { createKey } from "tumorlab/internal/core/random";
import { bootstrapCurves, redrawAround } from "tumorlab/internal/scaling/curve-bootstrap";
import type { CurveScore } from "tumorlab/internal/scaling/curve-table";
import { fitLaw } from "tumorlab/internal/scaling/fit";
import { findLaw } from "tumorlab/internal/scaling/laws/table";
import { limitInterval } from "tumorlab/internal/scaling/limit-interval";
import type { LimitMethod } from "tumorlab/internal/scaling/limit-interval";
import type { IntervalCoverage } from "./limits.js";

/** What a table of scores holds, with standard deviations in units of the error. */
interface TableDesign {
  law: string;
  parameters: readonly number[];
  sizes: readonly number[];
  seeds: number;
  patients: number;
  /** Of a size, whoever is tested. */
  sizeSd: number;
  /** Of a seed over all sizes. */
  seedSd: number;
  /** Of a patient over all sizes and seeds, and of each score about that. */
  patientSd: number;
  scoreSd: number;
}

const five = [60, 278, 500, 1500, 3159];
const nine = [20, 40, 80, 160, 320, 640, 1280, 2560, 5120];
/** The two laws as fitted to the published points, with their sqrt(SSE / df). */
const floor = { law: "power-floor", parameters: [0.36109796, 1.5499, 0.459], sizeSd: 0.0099 };
const plateau = { law: "exponential-plateau", parameters: [0.40762395, 0.23573, 0.003852], sizeSd: 0.0173 };
const bare = { sizes: five, seeds: 1, patients: 1, seedSd: 0, patientSd: 0, scoreSd: 0 };
const tested = { seedSd: 0.01, patientSd: 0.2, scoreSd: 0.15 };
const designs: TableDesign[] = [
  { ...bare, ...floor },
  { ...bare, ...plateau },
  ...[3, 8].map((seeds) => ({ ...bare, ...floor, seeds, seedSd: 0.01 })),
  ...[20, 50, 200].map((patients) => ({ ...bare, ...floor, ...tested, sizes: nine, seeds: 3, patients })),
  ...[20, 200].flatMap((patients) =>
    [five, nine].map((sizes) => ({ ...bare, ...floor, ...tested, sizes, patients })),
  ),
];
const methods: LimitMethod[] = ["profile", "percentile"];
const resamples = 400;

/**
 * Asks the interval of a true law's limit, by either method, whether it holds, for tables of points, seeds and patients.
 * Curves that do not determine the law are not counted.
 */
export function* simulateDrawnLimits(curves: number): Generator<IntervalCoverage> {
  for (const design of designs) yield* simulate(design, curves);
}

function simulate(design: TableDesign, curves: number): IntervalCoverage[] {
  const law = findLaw(design.law);
  const truth = law.asymptote(design.parameters);
  const widths = methods.map((): number[] => []);
  const held = methods.map(() => 0);
  for (let seed = 0; seed < curves; seed++) {
    const table = { rows: drawRows(design, seed), arms: ["real"], isLoss: false, warnings: [] };
    const bootstrap = redrawAround(bootstrapCurves(table, { resamples, key: createKey(seed) }), law);
    const { observed, replicates, unit } = bootstrap;
    const fit = fitLaw(law, observed.real);
    // Has no limit to be held.
    if (!fit.identified) continue;
    methods.forEach((method, i) => {
      const drawn = { unit, replicates: replicates.map(({ real }) => real), leftOut: [] };
      const { low, high } = limitInterval(fit, observed.real, method, drawn);
      held[i] += Number(low <= truth && truth <= high);
      widths[i].push(high - low);
    });
  }
  const { sizes, seeds, patients } = design;
  return methods.map((method, i) => ({
    truth: design.law,
    noisePoints: 100 * design.sizeSd,
    of: `limit, ${sizes.length} sizes, ${seeds === 1 ? "1 seed" : `${seeds} seeds`}, ${patients > 1 ? `${patients} patients` : "no patients"}`,
    method,
    coverage: held[i] / widths[i].length,
    widthPoints: 100 * widths[i].sort((a, b) => a - b)[widths[i].length >> 1],
  }));
}

function drawRows(design: TableDesign, curve: number): CurveScore[] {
  const stream = createKey(curve).split("table").stream();
  const draws = (count: number, sd: number): number[] =>
    Array.from({ length: count }, () => sd * stream.normal());
  const law = findLaw(design.law);
  const patients = draws(design.patients, design.patientSd);
  const seeds = draws(design.seeds, design.seedSd);
  return design.sizes.flatMap((n) =>
    seeds.flatMap((ofSeed, s) => {
      // Each training of a size has a luck of its own.
      const mean = 1 - law.value(n, design.parameters) + ofSeed + design.sizeSd * stream.normal();
      return patients.map((ofPatient, p): CurveScore => ({
        n,
        score: mean + ofPatient + design.scoreSd * stream.normal(),
        arm: "real",
        seed: design.seeds > 1 ? `s${s}` : "",
        patient: design.patients > 1 ? `p${p}` : "",
        split: "",
        line: 0,
      }));
    }),
  );
}
