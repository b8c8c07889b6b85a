import { requireThat } from "../../core/errors.js";
import type { PatientSplit } from "./split.js";

/** One entry of nnU-Net's splits_final.json. */
export interface NnunetFold {
  train: string[];
  val: string[];
}

/**
 * The division as nnU-Net's splits_final.json lists it: the folds, or where there are none one entry a nested training
 * set, smallest first, each validated on the validation patients, or where there are no sets either the whole training
 * set. Test scans appear nowhere.
 *
 * @throws LabError when there is nothing to validate on.
 */
export function toNnunetSplits(split: PatientSplit): NnunetFold[] {
  if (split.folds.length > 0)
    return split.folds.map(({ training, validation }) => ({ train: training.scans, val: validation.scans }));
  requireThat(
    split.validation.scans.length > 0,
    "validation",
    split.validation.scans,
    "at least one scan",
    "Ask for folds or for a validation share",
  );
  const sets = split.nested.length > 0 ? split.nested : [split.training];
  return sets.map(({ scans }) => ({ train: scans, val: split.validation.scans }));
}
