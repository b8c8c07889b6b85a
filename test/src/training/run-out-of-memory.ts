import { join } from "node:path";
import { prepareSimdEngine } from "tumorlab/internal/model/simd3d/engine";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";
import { hashWeights } from "tumorlab/internal/model/weights";
import { readCheckpoint } from "tumorlab/internal/training/checkpoint";
import { prepareCase } from "tumorlab/internal/training/prepared-case";
import { trainNetwork, type TrainingOptions } from "tumorlab/internal/training/train-network";
import { ballScan } from "./scans.js";
import { ballRecipe } from "./training-configs.js";

/** What {@link runOutOfMemory} found. */
export interface MemoryStory {
  /** Of the error that stopped the training, and of a prediction with what memory was left. */
  message: string;
  /** Steps of the checkpoint that was left. */
  step: number;
  /** Pieces in use beside those that take the memory up: before the training and after it had failed. */
  heldBytes: number[];
  tensors: number[];
  /** sha256 of the weights after it went on, and of a training that never stopped. */
  weights: string[];
}

/** Takes up all memory of the engine after step 5 of a training, gives it back, and lets the training go on. */
async function runOutOfMemory(folder: string): Promise<MemoryStory> {
  const tf = loadTensorFlow();
  const { arena } = prepareSimdEngine(tf);
  const cases = [1, 2].map((seed) => prepareCase(ballScan(seed), ballRecipe));
  const options: TrainingOptions = { recipe: ballRecipe, seed: 5, cases, engine: "simd", threads: 2 };
  const whole = await trainNetwork(options);
  const [heldBytes, tensors] = [[arena.usage.liveBytes], [tf.memory().numTensors]];
  const taken: number[] = [];
  const message = await trainNetwork({
    ...options,
    folder,
    onEvent(event) {
      if (event.kind !== "step" || event.step !== 4) return;
      for (let bytes = 2 ** 30; bytes >= 64;)
        try {
          taken.push(arena.allocate(bytes));
        } catch {
          bytes /= 2;
        }
    },
  }).then(
    () => "finished",
    (error: Error) => `${error.name}: ${error.message}`,
  );
  for (const address of taken) arena.release(address);
  heldBytes.push(arena.usage.liveBytes);
  tensors.push(tf.memory().numTensors);
  const { step } = await readCheckpoint(join(folder, "checkpoint.safetensors"));
  const resumed = await trainNetwork({ ...options, folder, resume: true });
  const weights = [resumed, whole].map(({ model }) => hashWeights(model.weights));
  return { message, step, heldBytes, tensors, weights };
}

/** In a process of its own: all addresses of the engine are used up in the end. */
void runOutOfMemory(process.argv[2]).then((story) => process.send!(story));
