import { LabError } from "../core/errors.js";
import { readJson, isThere, readTextIfThere } from "../core/files.js";
import { writeCaseImages } from "../nifti/write-case.js";
import { type FileError, mkdir, readdir, rename, rm, writeFile } from "../platform/files.js";
import { join } from "../platform/paths.js";
import { createPhantomCase, phantomCaseId, type PhantomMetadata, type PhantomOptions } from "./make-case.js";

/** Name of the file beside a case's images that tells what is known of it. */
const metadataFile = "phantom.json";

/** What became of a case: `made` now, or `kept` from an earlier run. */
export interface WrittenCase {
  caseId: string;
  state: "made" | "kept";
}

/** Folder a case is written to before it gets its name. */
export function partialFolder(folder: string, caseId: string): string {
  return join(folder, `.${caseId}.partial`);
}

/**
 * Makes case `caseIndex` and writes it in the layout of AbdomenAtlas: `BDMAP_x/ct.nii.gz` (16-bit HU),
 * `combined_labels.nii.gz`, `segmentations/STRUCTURE.nii.gz` (one 8-bit mask for each structure in the scan), and
 * `phantom.json` beside them. The folder appears under its name when it is complete. A complete one of the same cohort and
 * grid is kept as it is.
 *
 * @throws LabError when the folder holds that case of another cohort or grid, or cannot be written.
 */
export async function writePhantomCase(
  folder: string,
  caseIndex: number,
  options: PhantomOptions,
): Promise<WrittenCase> {
  const caseId = phantomCaseId(options.hospital ?? "reference", caseIndex);
  const path = join(folder, caseId);
  const wanted = cohortOf(options);
  const found = await readCohort(path);
  if (found !== undefined) {
    if (found === wanted) return { caseId, state: "kept" };
    throw new LabError(
      path,
      found,
      wanted,
      "The folder holds this case of another cohort: choose another folder, or remove it",
    );
  }
  const phantom = createPhantomCase(caseIndex, options);
  const partial = partialFolder(folder, caseId);
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await writeCaseImages(partial, phantom.ct, phantom.labels, options.signal);
    const text = JSON.stringify({ cohort: wanted, ...phantom.metadata }, null, 2);
    await writeFile(join(partial, metadataFile), `${text}\n`);
    await rename(partial, path);
  } catch (error) {
    // Where the folder cannot be reached there is nothing to remove, and the first error is the one to tell.
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    if (error instanceof LabError || options.signal?.aborted) throw error;
    const { code, message } = error as FileError;
    throw new LabError(path, code ?? message, "a place that can be written", "", { cause: error });
  }
  return { caseId, state: "made" };
}

/** What is known of the phantoms in a folder, by case id. Folders that are no phantoms are left out. */
export async function readPhantomMetadata(folder: string): Promise<PhantomMetadata[]> {
  const names = (await readdir(folder)).filter((name) => /^BDMAP_9\d{7}$/.test(name)).sort();
  const texts = await Promise.all(
    names.map((name) => readTextIfThere(join(folder, name, metadataFile), "a phantom's metadata")),
  );
  return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as PhantomMetadata]));
}

/** Everything a case depends on besides its index, as one line. */
function cohortOf(options: PhantomOptions): string {
  const { seed, hospital = "reference", spacingMm = "native", shape = "whole", controlShare = 0.5 } = options;
  const organs = options.tumorOrgans ?? "all";
  const parts = { seed, hospital, spacingMm, shape, controlShare, organs };
  return Object.entries(parts)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(", ");
}

async function readCohort(path: string): Promise<string | undefined> {
  if (!(await isThere(path))) return undefined;
  try {
    const { cohort } = (await readJson(join(path, metadataFile), "a phantom's metadata")) as {
      cohort?: string;
    };
    return cohort ?? "a case without its cohort";
  } catch (error) {
    return `a folder whose ${metadataFile} cannot be read (${(error as Error).message})`;
  }
}
