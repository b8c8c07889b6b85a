import { LabError, requireThat } from "../core/errors.js";
import { readTextIfThere, writeFileWhole } from "../core/files.js";
import { toJson } from "../core/missing.js";
import { encodeText } from "../platform/bytes.js";
import { dirname, join, resolve } from "../platform/paths.js";
import type { PreparedScan } from "./cohort-scan.js";

const fileName = "data.json";
const form = "the scans of the training as JSON";

/** What tells a scan from others. */
export interface TrainingInput {
  case: string;
  patient: string;
  sha256: string;
  /** Name of the DICOM series that was read, where one was asked for. */
  series?: string;
}

/** A scan in the words of a record. */
export function toInput({ name, patient, sha256, series }: PreparedScan): TrainingInput {
  return { case: name, patient, sha256, ...(series === undefined ? {} : { series }) };
}

/** Scans that a training learns from, and those it is validated on. */
export interface TrainingData {
  training: readonly TrainingInput[];
  heldOut: readonly TrainingInput[];
}

/**
 * Keeps a training to its scans: writes them down beside it, or where it goes on compares them with those it began with.
 *
 * @throws LabError naming the first scan that differs: one that was learned from would be validated on.
 */
export async function keepToData(folder: string, data: TrainingData, goesOn: boolean): Promise<void> {
  const path = join(folder, fileName);
  const text = goesOn ? await readTextIfThere(path, form) : undefined;
  if (text === undefined) return writeFileWhole(path, [encodeText(`${toJson(data, 2)}\n`)]);
  for (const name of ["training", "heldOut"] as const) {
    const [began, now] = [parseData(path, text), data].map((each) => each[name]);
    for (let i = 0; i < Math.max(began.length, now.length); i++)
      if (toJson(began[i]) !== toJson(now[i]))
        throw new LabError(
          `${path}, ${name}[${i}]`,
          describeInput(now[i]),
          `${describeInput(began[i])}, as when the training began`,
          "Give the same --data, --holdout and --holdout-seed, or another --out",
        );
  }
}

/**
 * Cases that a training held out, by name.
 *
 * @param folder of the training, or of a model in it.
 * @throws LabError where no training wrote down its scans, or it held none out.
 */
export async function readHeldOut(folder: string): Promise<string[]> {
  for (const path of [join(folder, fileName), join(dirname(resolve(folder)), fileName)]) {
    const text = await readTextIfThere(path, form);
    if (text === undefined) continue;
    const { heldOut } = parseData(path, text);
    requireThat(heldOut.length > 0, `${path}, heldOut`, "no case", "cases that were held out");
    return heldOut.map((input) => input.case);
  }
  throw new LabError(
    join(folder, fileName),
    "no such file",
    "the scans of a training",
    "Name the folder that tumorlab train wrote, or leave --held-out away",
    { kind: "missing-file" },
  );
}

function parseData(path: string, text: string): TrainingData {
  try {
    const { training, heldOut } = JSON.parse(text) as Partial<TrainingData>;
    if (Array.isArray(training) && Array.isArray(heldOut)) return { training, heldOut };
  } catch {
    // Told below.
  }
  throw new LabError(path, text, form, "Remove it if you know that they are the same");
}

function describeInput(input: TrainingInput | undefined): string {
  return input
    ? `${input.case} of ${input.patient}${input.series === undefined ? "" : `, series ${JSON.stringify(input.series)}`}, sha256 ${input.sha256.slice(0, 12)}`
    : "no scan";
}
