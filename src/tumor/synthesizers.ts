import { requireThat } from "../core/errors.js";
import { growth } from "./growth/synthesizer.js";
import { handcrafted } from "./handcrafted.js";
import type { Synthesizer } from "./synthesizer.js";

/** The generators that ship with the project. */
export const synthesizers: readonly Synthesizer[] = [handcrafted, growth];

/** Finds a generator by name. Throws a LabError that lists the names there are. */
export function findSynthesizer(name: string): Synthesizer {
  const found = synthesizers.find((each) => each.name === name);
  requireThat(found !== undefined, "generator", name, synthesizers.map((each) => each.name).join(", "));
  return found;
}
