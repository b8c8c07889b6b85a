import { LabError } from "../../core/errors.js";
import type { ScalingLaw } from "../law.js";
import { brokenPowerLaw } from "./broken-power.js";
import { exponentialPlateauLaw } from "./exponential-plateau.js";
import { m4Law } from "./m4.js";
import { powerFloorLaw } from "./power-floor.js";
import { powerLaw } from "./power.js";
import { stretchedExponentialLaw } from "./stretched-exponential.js";

/** Every law of one variable, from the fewest parameters to the most. */
export const scalingLaws: readonly ScalingLaw[] = [
  powerLaw,
  powerFloorLaw,
  exponentialPlateauLaw,
  stretchedExponentialLaw,
  m4Law,
  brokenPowerLaw,
];

/** Finds a law by its short name. Throws naming the laws there are. */
export function findLaw(name: string): ScalingLaw {
  const law = scalingLaws.find((candidate) => candidate.name === name);
  if (!law) throw new LabError("law", name, `one of ${scalingLaws.map((each) => each.name).join(", ")}`);
  return law;
}
