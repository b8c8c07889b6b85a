import type { SizeClass } from "../anatomy/size-class.js";
import { isKind } from "../core/errors.js";
import { type Key, restoreKey } from "../core/random.js";
import { applyPatch } from "../tumor/insert.js";
import type { LesionRecord, LesionSize, TrainedSynthesizer } from "../tumor/synthesizer.js";
import { findSynthesizer } from "../tumor/synthesizers.js";
import { type OpenScan, type PlannedLesion, synthesizePlannedLesion } from "./plan.js";

/** How much synthetic cases of one size class differ. Both may be left out, for some sizes or for all. */
export interface LesionVariety {
  /** Fewest and most lesions a case; default one. Each number is as likely as the others. */
  counts?: Partial<Record<SizeClass, [number, number]>>;
  /** Radii in mm that lesions of the class are drawn between, all alike likely; default the one the class stands for. */
  radiiMm?: Partial<Record<SizeClass, [number, number]>>;
}

/** A lesion that a case is to have. */
export interface LesionSample {
  size: LesionSize;
  key: Key;
}

/** The lesions of a case: at least one. Without variety the one that its size class and key stand for. */
export function sampleLesions(
  sizeClass: SizeClass,
  key: Key,
  { counts = {}, radiiMm = {} }: LesionVariety,
): LesionSample[] {
  const stream = key.split("variety").stream();
  const [fewest, most] = counts[sizeClass] ?? [1, 1];
  const count = stream.integer(fewest, most);
  const range = radiiMm[sizeClass];
  return Array.from({ length: count }, (_, index) => ({
    size: range ? { radiusMm: stream.uniformBetween(range[0], range[1]) } : { sizeClass },
    key: index === 0 ? key : key.split("lesion").split(index),
  }));
}

/** A scan with the lesions that found a place in it. */
export interface LesionedScan extends OpenScan {
  /** One of each lesion, in the order they were put in. */
  records: LesionRecord[];
}

/**
 * Puts a planned case's lesions into a copy of its scan, one after the other, each where the organ still shows no lesion.
 *
 * @param variety default none: the bytes of `makePlannedCase`.
 * @param trained the generator that the method `learned` means.
 * @throws what the generator throws where not even the first fits; further ones that do not are left out.
 */
export async function makeVariedCase(
  plan: PlannedLesion,
  scan: OpenScan,
  variety: LesionVariety = {},
  signal?: AbortSignal,
  trained?: TrainedSynthesizer,
): Promise<LesionedScan> {
  const { size, organ, method, phase, options } = plan;
  const key = restoreKey(plan.key);
  const lesions = "sizeClass" in size ? sampleLesions(size.sizeClass, key, variety) : [{ size, key }];
  const [first, ...others] = lesions;
  const patch = await synthesizePlannedLesion(
    { ...plan, size: first.size, key: first.key.words },
    scan,
    signal,
    trained,
  );
  let made = applyPatch(scan.ct, scan.labels, patch);
  const records = [patch.record];
  for (const lesion of others) {
    try {
      const next = await findSynthesizer(method, trained).synthesize({
        ...made,
        organ,
        ...lesion,
        ...(phase ? { phase } : {}),
        ...(options ? { options } : {}),
        ...(signal ? { signal } : {}),
      });
      made = applyPatch(made.ct, made.labels, next, { inPlace: true });
      records.push(next.record);
    } catch (error) {
      // The organ is full: the case has fewer lesions.
      if (!isKind(error, "does-not-fit")) throw error;
    }
  }
  return { ...made, records };
}
