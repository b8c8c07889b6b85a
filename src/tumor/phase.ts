import { measurePhase, type ScanPhase } from "../anatomy/phase.js";
import type { LabelMap, Volume } from "../core/types.js";

/**
 * Judges the phase of contrast by the organs that tell it (see `measurePhase`); without any of them: venous, the commonest
 * phase of abdominal scans.
 */
export function judgePhase(ct: Volume, labels: LabelMap): ScanPhase {
  return measurePhase(ct, labels).phase ?? "venous";
}
