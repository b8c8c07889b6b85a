import { createKey } from "../core/random.js";
import { loadModule } from "../platform/packages.js";
import { parentPort, workerData } from "../platform/workers.js";
import { type Batch, type BatchConfig, type CaseSynthesizer, makeBatch } from "./batch.js";
import { type CaseBank, openBank } from "./case-bank.js";

/** A module whose function makes the synthesizer, so that a thread can load it. */
export interface SynthesisModule {
  /** Path of a CommonJS file. */
  path: string;
  /** Name of a function of it that is called with `options` and returns a {@link CaseSynthesizer}. */
  create: string;
  /** Plain data. */
  options?: unknown;
}

/** What a thread that makes batches is started with. */
export interface BatchWork {
  bank: CaseBank;
  recipe: BatchConfig;
  seed: number;
  synthesis?: SynthesisModule;
}

/** What it replies to a step. */
export type BatchReply = { step: number; batch: Batch } | { step: number; failure: Error };

/** Loads a synthesizer from its module. */
function loadSynthesizer(module: SynthesisModule): CaseSynthesizer {
  const loaded = loadModule(module.path) as Record<string, (options: unknown) => CaseSynthesizer>;
  return loaded[module.create](module.options);
}

/** In a worker thread this file makes the batch of each step it is sent. */
if (parentPort && (workerData as { batches?: BatchWork } | undefined)?.batches) {
  const port = parentPort;
  const { bank, recipe, seed, synthesis } = (workerData as { batches: BatchWork }).batches;
  const reader = openBank(bank);
  const key = createKey(seed);
  let synthesize: CaseSynthesizer | undefined;
  const reply = async (step: number): Promise<void> => {
    try {
      if (synthesis) synthesize ??= loadSynthesizer(synthesis);
      const batch = await makeBatch(reader, recipe, key, step, synthesize);
      port.postMessage({ step, batch } satisfies BatchReply, [
        batch.images.buffer as ArrayBuffer,
        batch.labels.buffer as ArrayBuffer,
      ]);
    } catch (error) {
      port.postMessage({ step, failure: error as Error } satisfies BatchReply);
    }
  };
  let last = Promise.resolve();
  port.on("message", (step: number) => {
    last = last.then(() => reply(step));
  });
}
