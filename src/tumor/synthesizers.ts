import { LabError, requireThat } from "../core/errors.js";
import { growth } from "./growth/synthesizer.js";
import { handcrafted } from "./handcrafted.js";
import type { Synthesizer, TrainedSynthesizer } from "./synthesizer.js";

/** The generators that need no training. */
export const synthesizers: readonly Synthesizer[] = [handcrafted, growth];

/** Name of all generators that learned; which of them one is, its weights say. */
export const learnedName = "learned";

/** Names of all generators. */
export const generatorNames: readonly string[] = [...synthesizers.map(({ name }) => name), learnedName];

/** Throws a LabError that lists the names there are, unless it is one. */
export function requireGeneratorName(name: string): void {
  requireThat(generatorNames.includes(name), "generator", name, generatorNames.join(", "));
}

/**
 * Finds a generator by name.
 *
 * @param trained the one that is meant by `learned`.
 * @throws LabError that lists the names there are, or says that the one that learned is not given.
 */
export function findSynthesizer(name: string, trained?: TrainedSynthesizer): Synthesizer {
  requireGeneratorName(name);
  if (name !== learnedName) return synthesizers.find((each) => each.name === name)!;
  if (trained) return trained;
  throw new LabError(
    "generator",
    `${learnedName}, and no trained one`,
    "the folder of a trained generator",
    "Give it: --generator DIR in the command, openGenerator(DIR) in code",
  );
}
