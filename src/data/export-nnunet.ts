import { LabError, requireThat } from "../core/errors.js";
import type { CohortManifest } from "./manifest.js";

/** What nnU-Net v2 reads as `dataset.json`. */
export interface NnunetDataset {
  channel_names: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, number>>;
  numTraining: number;
  file_ending: string;
  name: string;
  description: string;
  reference?: string;
  licence?: string;
  release?: string;
}

/**
 * A manifest as nnU-Net's `dataset.json`.
 *
 * @param options.numTraining cases in the folder, where that differs from the manifest's number or it has none.
 * @throws LabError where the set has no label values, where they leave gaps (nnU-Net wants 0, 1, 2, ...), or where
 *   number of cases or file ending are not known.
 */
export function exportNnunet(
  manifest: CohortManifest,
  options: { numTraining?: number } = {},
): NnunetDataset {
  const { name, labels, file_ending, channel_names, description, homepage, licence, datePublished } =
    manifest;
  const what = `${name} as nnU-Net dataset.json`;
  if (labels === null)
    throw new LabError(`${what}, labels`, null, "a value for each structure", "No source gives them.");
  const values = Object.values(labels).sort((a, b) => a - b);
  requireThat(
    values.every((value, i) => value === i),
    `${what}, labels`,
    values,
    "values 0, 1, 2, ... without gaps, as nnU-Net asks",
  );
  const numTraining = options.numTraining ?? manifest.numTraining;
  if (numTraining === null)
    throw new LabError(`${what}, numTraining`, null, "the number of cases", "Give it with --cases.");
  requireThat(
    Number.isSafeInteger(numTraining) && numTraining >= 0,
    `${what}, numTraining`,
    numTraining,
    "a whole number from 0",
  );
  if (file_ending === null)
    throw new LabError(`${what}, file_ending`, null, "such as .nii.gz", "No source gives it.");
  return {
    channel_names,
    labels,
    numTraining,
    file_ending,
    name,
    description,
    ...(homepage === null ? {} : { reference: homepage }),
    ...(licence.spdx === null ? {} : { licence: licence.spdx }),
    ...(datePublished === null ? {} : { release: datePublished }),
  };
}
