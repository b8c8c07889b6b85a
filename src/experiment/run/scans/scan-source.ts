import type { TumorOrgan } from "../../../anatomy/organs.js";
import type { ScanPhase } from "../../../tumor/synthesizer.js";

/** What is known of a scan of an experiment before it is opened. */
export interface SourceScan {
  /** Name of its case, no other's in its set. */
  name: string;
  patient: string;
  phase?: ScanPhase;
}

/**
 * Where the scans of one set of a plan come from: those that are trained on, or those of a test. The lists are functions of
 * the plan alone, and of a patient they hold one scan: `n` patients are `n` scans.
 *
 * - *phantom*: patients are drawn, as many as the plan asks for, those with a tumor and those without as separate people.
 *   No scan is ever short.
 * - *folder*: the patients are those there are. All with a tumor are used, sizes of subsets may not ask for more, and
 *   synthetic tumors take turns in the healthy organs there are, so that one scan may hold several of them in turn. Healthy is
 *   an organ, not a patient: a scan with a tumor of the liver is a host for the kidney. The same holds for controls. The
 *   healthy twin of a scan with a tumor does not exist and is never asked for.
 */
export interface ScanSource<Scan extends SourceScan = SourceScan> {
  /** What messages call it. */
  name: string;
  /** Patients with a tumor of the organ that are used at most; `Infinity`: all there are. */
  maxPatients(organ: TumorOrgan): number;
  /** Patients with a tumor of the organ that there must be. */
  leastPatients(organ: TumorOrgan): number;
  /** What to do where there are fewer. */
  advice: string;
  /** Scans that may show a tumor of the organ, in a fixed order. */
  listTumorScans(organ: TumorOrgan): Iterable<Scan>;
  /** Scans that may show the organ without a tumor, in a fixed order: hosts of synthetic tumors, or a test's controls. */
  listHealthyScans(organ: TumorOrgan): Scan[];
}
