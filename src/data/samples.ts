import { LabError, requireThat } from "../core/errors.js";
import { decodeText } from "../core/files.js";
import type { LabelMap, Scale, Volume } from "../core/types.js";
import { readLabelMap, readVolume } from "../formats/read.js";
import { type FileError, readFile } from "../platform/files.js";
import { createSha256 } from "../platform/hash.js";
import { projectFolder } from "../platform/locations.js";
import { join } from "../platform/paths.js";
import { downsample, downsampleLabels } from "../volume/downsample.js";

/** A real scan that comes with the project, on one grid with its labels. */
export interface Sample {
  name: string;
  title: string;
  /** Intensities in HU. */
  ct: Volume;
  labels: LabelMap;
  /** Who or what made the labels, in words. */
  labelsMadeBy: string;
  /** Where it comes from: a name and an address. */
  source: string;
  /** SPDX id of the licence; its text lies beside the scan. */
  license: string;
  /** What a reader should know before trusting it. */
  knownIssues: readonly string[];
  /** Paths of the files from the project folder, for viewers that open them themselves; of the full resolution. */
  files: { ct: string; labels: string };
}

/** How to open a sample. */
export interface SampleOptions {
  /** `tiny` halves the resolution along each axis; `small` (default) and `paper` give the scan as it is. */
  scale?: Scale;
  /** Folder of the samples; defaults to the one that comes with the project. */
  folder?: string;
}

/** Names {@link openSample} knows. */
export const sampleNames: readonly string[] = ["abdomen-ct"];

const sampleFolder = "data-manifests/samples";

interface SampleFile {
  file: string;
  sha256: string;
}

interface SampleManifest {
  title: string;
  ct: SampleFile;
  labels: SampleFile & { names: string; madeBy: string };
  source: { title: string; url: string };
  license: { spdx: string };
  knownIssues: string[];
}

/**
 * Opens a scan that comes with the project: no download, from whatever folder the code runs in.
 *
 * @throws LabError when the name is none of {@link sampleNames}, or when a file is missing or not the one
 *   that was shipped (its sha256 differs).
 */
export async function openSample(name: string, options: SampleOptions = {}): Promise<Sample> {
  requireThat(sampleNames.includes(name), "openSample", name, sampleNames.join(", "));
  const { scale = "small", folder = defaultFolder() } = options;
  const manifest = JSON.parse(decodeText(await readShipped(join(folder, `${name}.json`)))) as SampleManifest;
  await Promise.all([verify(folder, manifest.ct), verify(folder, manifest.labels)]);
  const { labels: names } = JSON.parse(
    decodeText(await readShipped(join(folder, manifest.labels.names))),
  ) as { labels: Record<number, string> };

  const [ct, labels] = await Promise.all([
    readVolume(join(folder, manifest.ct.file)),
    readLabelMap(join(folder, manifest.labels.file), { names }),
  ]);
  return {
    name,
    title: manifest.title,
    ct: scale === "tiny" ? downsample(ct, 2) : ct,
    labels: scale === "tiny" ? downsampleLabels(labels, 2) : labels,
    labelsMadeBy: manifest.labels.madeBy,
    source: `${manifest.source.title}, ${manifest.source.url}`,
    license: manifest.license.spdx,
    knownIssues: manifest.knownIssues,
    files: {
      ct: `${sampleFolder}/${manifest.ct.file}`,
      labels: `${sampleFolder}/${manifest.labels.file}`,
    },
  };
}

async function verify(folder: string, { file, sha256 }: SampleFile): Promise<void> {
  const path = join(folder, file);
  const found = createSha256()
    .update(await readShipped(path))
    .digest();
  requireThat(
    found === sha256,
    path,
    `sha256 ${found}`,
    `the file that was shipped, sha256 ${sha256}`,
    "Take it back from the repository: git checkout -- data-manifests/samples",
  );
}

async function readShipped(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new LabError(
      path,
      (error as FileError).code ?? String(error),
      "a file of the project",
      "Take it back from the repository: git checkout -- data-manifests/samples",
      { cause: error },
    );
  }
}

function defaultFolder(): string {
  return join(projectFolder, sampleFolder);
}
