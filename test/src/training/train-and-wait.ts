import { prepareCase } from "tumorlab/internal/training/prepared-case";
import { trainNetwork } from "tumorlab/internal/training/train-network";
import { ballScan } from "./scans.js";
import { ballRecipe } from "./training-configs.js";

/** Trains into the folder it is given; after step 7 it says so and waits to be killed. */
const cases = [1, 2].map((seed) => prepareCase(ballScan(seed), ballRecipe));

void trainNetwork({
  recipe: ballRecipe,
  seed: 5,
  cases,
  validation: cases,
  engine: "simd",
  folder: process.argv[2],
  onEvent: (event) => {
    if (event.kind !== "step" || event.step !== 6) return;
    process.send!("waiting");
    return new Promise<void>(() => setInterval(() => undefined, 1000));
  },
});
