import { describeStructure, tumorOrgans } from "../anatomy/organs.js";
import type { TumorOrgan } from "../anatomy/organs.js";
import { tumorStatistics } from "../phantom/tumor-plan.js";
import { lesionKinds } from "../tumor/contrast.js";

/** Kinds of tumor that an organ of the phantom has, beside those that the handcrafted generator makes. */
export interface TumorKindComparison {
  organ: TumorOrgan;
  displayName: string;
  /** Shares of the phantom's kinds in percent, largest first, and their HU in the portal venous phase. */
  phantomShares: number[];
  phantomHu: number[];
  /** Shares of the generator's kinds, largest first, their names, and their HU: least and greatest, a difference to the organ, in hollow organs the lesion's own. */
  generatorShares: number[];
  generatorKinds: string[];
  generatorHu: [number, number][];
}

/**
 * Compares what kinds of tumor the phantom has with what the handcrafted generator makes, organ by organ. Growth and shape
 * differ, but kinds and shares were chosen by one hand, and where they agree a synthetic tumor may be closer to the
 * phantom's than any is to a person's: gains on phantoms are then an upper bound.
 */
export function compareTumorKinds(): TumorKindComparison[] {
  return tumorOrgans.map((organ) => {
    const phantom = [...tumorStatistics[organ].kinds].sort((a, b) => b.share - a.share);
    const generator = [...lesionKinds[organ]].sort((a, b) => b.share - a.share);
    return {
      organ,
      displayName: describeStructure(organ).displayName,
      phantomShares: phantom.map(({ share }) => Math.round(100 * share)),
      phantomHu: phantom.map(({ hu }) => hu[2]),
      generatorShares: generator.map(({ share }) => Math.round(100 * share)),
      generatorKinds: generator.map(({ name }) => name),
      generatorHu: generator.map(({ hu }) => [...hu.venous] as [number, number]),
    };
  });
}
