import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import { prepareCase } from "tumorlab/internal/training/prepared-case";
import { trainNetwork } from "tumorlab/internal/training/train-network";
import { ballScan } from "./scans.js";
import { ballRecipe } from "./training-configs.js";

/** A training whose convolutions are wide enough for Winograd's way. */
export async function trainWide(threads: number): Promise<string> {
  const network = createNetworkConfig({ classes: 3, widths: [8, 16], patch: [8, 8, 8] });
  const recipe = { ...ballRecipe, network, steps: 3, validateEvery: 3, checkpointEvery: 3 };
  const cases = [1, 2].map((seed) => prepareCase(ballScan(seed), recipe));
  const { weightsSha256 } = await trainNetwork({ recipe, seed: 9, cases, engine: "simd", threads });
  return weightsSha256;
}

// As a process of its own it says what came out.
if (require.main === module)
  void trainWide(Number(process.argv[2])).then((sha256) => process.send!(sha256, () => process.exit(0)));
