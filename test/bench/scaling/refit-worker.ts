import { readFileSync } from "node:fs";
import type { CurvePoint } from "tumorlab/internal/scaling/curve";
import { findLaw } from "tumorlab/internal/scaling/laws/table";
import { refitLaw } from "tumorlab/internal/scaling/refit";
import { readPeakMb } from "../volumes/interleave.js";

/** One side of the refits: `refit-worker.js TASK FILE REPS` prints the seconds of each call as JSON. */
const [, file, reps] = process.argv.slice(2);
const curves = JSON.parse(readFileSync(file, "utf8")) as CurvePoint[][];
const law = findLaw("power-floor");
const seconds: number[] = [];
let floors: number[] = [];
for (let i = 0; i < Number(reps); i++) {
  const start = performance.now();
  const fits = refitLaw(law, curves);
  seconds.push((performance.now() - start) / 1000);
  floors = fits.map(([floor]) => floor);
}
process.stdout.write(JSON.stringify({ seconds, peakMb: readPeakMb(), values: floors }));
