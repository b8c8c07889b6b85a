import { requireThat } from "../../core/errors.js";
import { writeFileWhole } from "../../core/files.js";
import { throwIfAborted } from "../../core/progress.js";
import { checkEngineGradients } from "../../model/engines.js";
import { createNetworkConfig } from "../../model/network-config.js";
import { encodeText } from "../../platform/bytes.js";
import { join } from "../../platform/paths.js";
import { trainNetwork } from "../../training/train-network.js";
import type { TrainingConfig } from "../../training/training-config.js";
import type { CertificateStep } from "./certificate-step.js";
import { findScansOf } from "./training-scans.js";

const weightsFile = "outputs/engines/reference-weights.json";

/** Largest difference of a weight after the same steps, as a share of the largest weight. */
const tolerance = 1e-3;

/** Both engines against finite differences, and against each other. */
export const enginesStep: CertificateStep = {
  id: "engines",
  what: "checks the gradients of both engines against finite differences, and a very small training of one against the other",
  call: ({ bothEnginesSteps }) =>
    `lab.training.checkEngineGradients("simd"), and "reference"; lab.training.trainNetwork({ engine, steps: ${bothEnginesSteps}, ... }) with each`,
  seed: (set) => set.training.seed,
  engine: "reference",
  after: ["phantoms"],
  reads: [],
  async run({ folder, set, signal }) {
    const reports = [];
    for (const engine of ["simd", "reference"] as const) {
      throwIfAborted(signal);
      reports.push(await checkEngineGradients(engine));
    }
    const failed = reports.flatMap(({ engine, ops }) =>
      ops.filter(({ passed }) => !passed).map(({ op }) => `${op} on ${engine}`),
    );
    requireThat(failed.length === 0, "gradients", failed.join(", "), "those of finite differences");
    const config = smallest(set.training.config, set.bothEnginesSteps);
    const cases = await findScansOf(join(folder, "outputs/phantoms"), config, 2);
    const train = async (engine: "simd" | "reference"): Promise<Record<string, number[]>> => {
      const { model } = await trainNetwork({
        recipe: config,
        seed: set.training.seed,
        cases,
        engine,
        signal,
      });
      return Object.fromEntries(model.weights.map(({ name, data }) => [name, [...data]]));
    };
    const [simd, reference] = [await train("simd"), await train("reference")];
    const largestDifference = differ(simd, reference);
    requireThat(
      largestDifference <= tolerance,
      "weights of both engines",
      largestDifference,
      `a difference of at most ${tolerance} of the largest weight`,
    );
    await writeFileWhole(join(folder, weightsFile), [encodeText(`${JSON.stringify(reference)}\n`)]);
    return {
      outputs: [weightsFile],
      facts: { engines: { reports, steps: set.bothEnginesSteps, largestDifference } },
    };
  },
};

/** A network that the plain engine trains in seconds. */
function smallest(config: TrainingConfig, steps: number): TrainingConfig {
  const classes = config.targets.length + 1;
  return {
    ...config,
    name: "certificate-smallest",
    network: createNetworkConfig({ classes, widths: [4, 8], patch: [8, 8, 8] }),
    // So coarse that every patch shows organs: one of air alone is divided by a spread of nearly 0, which magnifies rounding.
    spacingMm: [24, 24, 24],
    // Plain descent, for the same reason: AdamW divides by gradients, which may be near 0.
    optimizer: { kind: "sgd", learningRate: 0.01, momentum: 0.9, weightDecay: 0, power: 0.9 },
    steps,
    validateEvery: steps,
    checkpointEvery: steps,
  };
}

function differ(one: Record<string, number[]>, other: Record<string, number[]>): number {
  const [a, b] = [one, other].map((weights) => Object.values(weights).flat());
  let [largest, difference] = [0, 0];
  for (const [i, value] of a.entries()) {
    largest = Math.max(largest, Math.abs(value));
    difference = Math.max(difference, Math.abs(value - b[i]));
  }
  return a.length === b.length ? difference / largest : Infinity;
}
