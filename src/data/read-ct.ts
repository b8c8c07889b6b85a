import { requireThat } from "../core/errors.js";
import type { Volume } from "../core/types.js";
import { notesOf } from "../formats/notes.js";
import { readVolume, type ReadOptions } from "../formats/read.js";
import { judgeIntensities } from "../volume/judge-intensities.js";
import { looksLikeLabels } from "../volume/looks-like-labels.js";

/** A scan that was read to be taken for a CT in HU. */
export interface CtScan {
  ct: Volume;
  /** What speaks against it, in a sentence that names the file; absent where the numbers can be HU. */
  doubt?: string;
}

/**
 * Reads a scan whose numbers will be taken for HU, and judges them (see `judgeIntensities`); of a folder or archive of DICOM the
 * slices, whatever structures of them lie there too.
 *
 * @throws LabError for a file that cannot be read, and for what looks like a label map.
 */
export async function readCt(path: string, options: ReadOptions = {}): Promise<CtScan> {
  const ct = await readVolume(path, { want: "scan", ...options });
  const advice = "Are the scan and its labels exchanged?";
  requireThat(!looksLikeLabels(ct, path), path, "what looks like a label map", "a CT in HU", advice);
  const { doubt } = judgeIntensities(ct);
  const told = notesOf(ct).map((note) => `${path}: ${note}`);
  if (doubt) told.unshift(`${path}: ${doubt.found}; expected ${doubt.expected}. ${doubt.advice}`);
  return told.length > 0 ? { ct, doubt: told.join("; ") } : { ct };
}
