import { type SizeClass, sizeClasses } from "../../anatomy/size-class.js";
import { requireThat } from "../../core/errors.js";
import type { LesionVariety } from "../../synthesis/lesion-variety.js";
import { defaultGeneratorSteps } from "../../training/generator/generator-config.js";
import { smallestRadiusMm } from "../../tumor/size.js";

/** Which synthetic tumors are made. `cases`, `counts` and `radiiMm` from version 2 on. */
export interface PlanSynthesis extends LesionVariety {
  /** A generator by name. */
  generator: string;
  /** How often each size is asked for. */
  mix: Record<SizeClass, number>;
  /**
   * `stored` (default): a fixed list of cases, `syntheticPerReal` for each real one; larger sizes hold those of smaller ones.
   * `on-the-fly`: a new tumor in each patch, in one of as many hosts, by seed and step; nothing is stored but the hosts.
   */
  cases?: "stored" | "on-the-fly";
  /** How the generator `learned` is trained, once for each organ, size and seed, on the real tumors of that size and seed. */
  learned?: {
    /** Steps of its training; default 20,000. */
    steps?: number;
  };
}

/** Steps that a plan's generator `learned` is trained for. */
export function generatorStepsOf({ learned }: Pick<PlanSynthesis, "learned">): number {
  return learned?.steps ?? defaultGeneratorSteps;
}

/**
 * Lesions a case by size in two generators that were published: `difftumor`, the paper's own (Chen et al., CVPR 2024), and
 * `handcrafted`, the recipe before it (Hu et al., CVPR 2023), which puts in many small ones or a few large ones.
 */
export const lesionCounts: Readonly<
  Record<"difftumor" | "handcrafted", Record<SizeClass, [number, number]>>
> = {
  difftumor: { tiny: [1, 3], small: [1, 3], medium: [1, 1], large: [1, 1] },
  handcrafted: { tiny: [3, 10], small: [3, 10], medium: [2, 5], large: [1, 3] },
};

/** Radii in mm by size: three quarters to five quarters of the radius that each class stands for, all within the class. */
export const variedRadiiMm: Readonly<Record<SizeClass, [number, number]>> = {
  tiny: [3, 5],
  small: [6, 10],
  medium: [12, 20],
  large: [24, 40],
};

/** Throws a LabError for a mix of nothing, ranges that fall, and radii that are of another size class. */
export function checkSynthesis({ mix, counts = {}, radiiMm = {} }: PlanSynthesis): void {
  requireThat(
    Object.values(mix).some((part) => part > 0),
    "synthesis.mix",
    mix,
    "not all 0",
  );
  for (const { name, aboveMm, upToMm } of sizeClasses) {
    const [fewest, most] = counts[name] ?? [1, 1];
    const field = `synthesis.counts.${name}`;
    requireThat(fewest <= most, field, [fewest, most], "the fewest and the most lesions a case, not falling");
    const range = radiiMm[name];
    if (range === undefined) continue;
    const least = Math.max(aboveMm, smallestRadiusMm);
    const isWithin = range[0] > aboveMm && range[0] >= least && range[0] <= range[1] && range[1] <= upToMm;
    requireThat(
      isWithin,
      `synthesis.radiiMm.${name}`,
      range,
      `two radii, not falling, of the class ${name}: ${aboveMm === least ? "above" : "from"} ${least} to ${Math.min(upToMm, 100)} mm`,
    );
  }
}
