import type { TrainedModel } from "tumorlab/internal/model/store";
import { trainGenerator } from "tumorlab/internal/training/generator/train-generator";
import { ballScan } from "../../training/scans.js";

/** Dark balls in bright ones, 100 HU darker, and a generator that learned from a few of them for some steps. */
export async function trainTinyGenerator(steps: number, seed = 1): Promise<TrainedModel> {
  return trainGenerator({
    organ: "liver",
    cases: Array.from({ length: 6 }, (_, i) => ballScan(i, [24, 24, 24])),
    config: { spacingMm: [4, 4, 4], steps, widths: [4, 8] },
    seed,
    engine: "simd",
    threads: 1,
  });
}
