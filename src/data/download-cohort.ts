import { LabError } from "../core/errors.js";
import { writeFileWhole } from "../core/files.js";
import { throwIfAborted } from "../core/progress.js";
import { encodeText } from "../platform/bytes.js";
import { join } from "../platform/paths.js";
import { downloadFile } from "./download-file.js";
import type { DownloadedFile, DownloadOptions } from "./download-file.js";
import { listDownloads } from "./manifest.js";
import type { CohortDownload, CohortManifest } from "./manifest.js";

/** What to fetch of a set, and what its reader has looked up. */
export interface CohortDownloadOptions extends DownloadOptions {
  /** Only files that hold these; default all. */
  only?: "images" | "labels" | "metadata";
  /** That the reader knows the terms of a set whose manifest knows none. */
  licenceChecked?: boolean;
}

/** Name of the record that is left beside the files. */
export const downloadRecordFile = "download.json";

/**
 * Fetches the files of a set into a folder, one after the other, and leaves a record of names, addresses, sizes and
 * hashes in `download.json`. Files that are there already and right are kept. Progress is in bytes, for each file
 * anew, with the file's name as its label.
 *
 * @throws LabError where the set may not be fetched by address (and where to ask for it), and as `downloadFile`.
 */
export async function downloadCohort(
  manifest: CohortManifest,
  folder: string,
  options: CohortDownloadOptions = {},
): Promise<DownloadedFile[]> {
  const files = findDownloads(manifest, options);
  const fetched: DownloadedFile[] = [];
  for (const { name, url, bytes, sha256 } of files) {
    throwIfAborted(options.signal);
    const request = { url, path: join(folder, name), bytes, sha256 };
    const progress =
      options.progress && ((update: { done: number }) => options.progress?.({ ...update, label: name }));
    fetched.push(await downloadFile(request, { ...options, progress }));
  }
  const record = {
    name: manifest.name,
    title: manifest.title,
    licence: manifest.licence.spdx,
    files: fetched.map(({ bytes, sha256, verified }, i) => ({
      name: files[i].name,
      url: files[i].url,
      bytes,
      sha256,
      verified,
    })),
  };
  await writeFileWhole(join(folder, downloadRecordFile), [
    encodeText(`${JSON.stringify(record, null, 2)}\n`),
  ]);
  return fetched;
}

/**
 * The files that {@link downloadCohort} would fetch.
 *
 * @throws LabError where licence or registration forbid it, where the terms are not known and nobody has looked them
 *   up, or where there is no such file.
 */
export function findDownloads(
  { name, title, access, licence, homepage, ...manifest }: CohortManifest,
  { only, licenceChecked = false }: CohortDownloadOptions = {},
): CohortDownload[] {
  const ask = access.askAt ?? homepage;
  const where = ask === null ? "" : `Ask at ${ask}.`;
  const refuse = (found: string, expected: string, advice: string): never => {
    throw new LabError(
      `${title} (${name})`,
      found,
      expected,
      [advice, access.note].filter(Boolean).join(" "),
    );
  };
  if (access.kind === "proprietary") refuse("not given out", "a set that anyone may fetch", where);
  if (access.kind === "registration")
    refuse("given out on registration", "a set that anyone may fetch", where);
  if (access.kind === "generated") refuse("made here", "a set that is fetched", "");
  if (licence.spdx === null && !licenceChecked)
    refuse(
      "no known licence",
      "one that allows it",
      `${where} Once you know that you may, say so with --licence-checked.`.trim(),
    );
  const all = listDownloads({ name, title, access, licence, homepage, ...manifest });
  const files = all.filter(({ content }) => only === undefined || content.includes(only));
  if (files.length === 0)
    refuse(
      all.length === 0 ? "no file that can be fetched by its address" : `no file with ${only}`,
      "at least one",
      all.length === 0 ? where : "",
    );
  const taken = new Set([downloadRecordFile]);
  for (const { name: file } of files) {
    // Disks that don't tell cases apart would put one file in the place of the other.
    const place = file.toLowerCase();
    if (taken.has(place))
      refuse(
        `a file called ${file}`,
        `a name of its own for each file, and none called ${downloadRecordFile}`,
        "",
      );
    taken.add(place);
  }
  return files;
}
