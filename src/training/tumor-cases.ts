import type { TumorOrgan } from "../anatomy/organs.js";
import type { SizeClass } from "../anatomy/size-class.js";
import { isKind, LabError, requireThat } from "../core/errors.js";
import type { Key } from "../core/random.js";
import { applyPatch } from "../tumor/insert.js";
import { findSynthesizer } from "../tumor/synthesizers.js";
import type { CaseSynthesizer } from "./batch.js";
import type { CohortScan } from "./cohort-scan.js";
import { readCohortScan } from "./cohort-scan.js";
import { atSpacing, type LabelledScan } from "./prepared-case.js";
import type { TrainingConfig } from "./training-config.js";

/** Which tumors are made. */
export interface TumorMix {
  /** A generator by name, such as `"handcrafted"` (default). */
  generator?: string;
  /** Each alike likely. */
  organs: readonly TumorOrgan[];
  /** How often each size is asked for; default 4 small, 2 medium, 1 large, as users of the paper's recipe report. */
  sizes?: Readonly<Partial<Record<SizeClass, number>>>;
}

const defaultSizes = { small: 4, medium: 2, large: 1 } as const;

/** Draws that fail (an organ too small for any tumor) are drawn anew so often. */
const maxTries = 8;

/**
 * A synthesizer that puts one tumor into one of the scans, in place of scans without a tumor that a hospital would have
 * many of: the same key, the same case. Scan, organ and size are drawn; where they do not go together, drawn again. No
 * tumor comes twice.
 *
 * @param scans healthy ones, best at the config's spacing already; a function opens the scan of an index.
 * @throws LabError (when called) after eight draws of which none could be made.
 */
export function createTumorCases(
  scans: { count: number; open: (index: number) => LabelledScan | Promise<LabelledScan> },
  mix: TumorMix,
): CaseSynthesizer {
  const { organs, sizes = defaultSizes } = mix;
  const generator = findSynthesizer(mix.generator ?? "handcrafted");
  requireThat(scans.count > 0, "scans", "none", "at least one scan to put tumors into");
  requireThat(organs.length > 0, "organs", "none", "at least one organ to put tumors into");
  const classes = Object.entries(sizes) as [SizeClass, number][];
  const total = classes.reduce((sum, [, share]) => sum + share, 0);
  requireThat(
    total > 0 && classes.every(([, share]) => share >= 0),
    "sizes",
    sizes,
    "shares from 0, one above 0",
  );

  return async (key: Key) => {
    let reason = "";
    for (let attempt = 0; attempt < maxTries; attempt++) {
      const drawn = key.split(attempt);
      const stream = drawn.split("choice").stream();
      const scan = await scans.open(stream.integer(0, scans.count - 1));
      const organ = stream.choose(organs);
      let left = stream.uniform() * total;
      const [sizeClass] = classes.find(([, share]) => (left -= share) < 0) ?? classes[classes.length - 1];
      try {
        const request = { ...scan, organ, size: { sizeClass }, key: drawn.split("tumor") };
        const patch = await generator.synthesize(request);
        return { ...scan, ...applyPatch(scan.ct, scan.labels, patch), name: `${scan.name}+${organ}` };
      } catch (error) {
        if (!isKind(error, "does-not-fit")) throw error;
        reason = `${scan.name}, ${organ}, ${sizeClass}: ${error.message}`;
      }
    }
    throw new LabError(
      "synthetic case",
      reason,
      `a tumor that fits in one of ${maxTries} draws`,
      "Give scans whose organs are whole, or other organs",
      { kind: "does-not-fit" },
    );
  };
}

/** {@link createTumorCases} over scans on disk, as a batch thread loads it. */
export interface TumorCaseFiles {
  scans: readonly CohortScan[];
  mix: TumorMix;
  spacingMm: TrainingConfig["spacingMm"];
  /** Scans kept in memory at most; default 32. */
  maxScans?: number;
}

/** A synthesizer over scans on disk, brought to the config's spacing when they are first used. */
export function openTumorCases({ scans, mix, spacingMm, maxScans = 32 }: TumorCaseFiles): CaseSynthesizer {
  const held = new Map<number, Promise<LabelledScan>>();
  const open = (index: number): Promise<LabelledScan> => {
    const found = held.get(index) ?? readCohortScan(scans[index]).then((scan) => atSpacing(scan, spacingMm));
    held.delete(index);
    held.set(index, found);
    for (const oldest of held.keys()) {
      if (held.size <= maxScans) break;
      held.delete(oldest);
    }
    return found;
  };
  return createTumorCases({ count: scans.length, open }, mix);
}
