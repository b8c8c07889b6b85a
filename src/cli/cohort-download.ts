import { basename } from "node:path";
import { downloadCohort, downloadRecordFile, findDownloads } from "../data/download-cohort.js";
import type { CohortDownloadOptions } from "../data/download-cohort.js";
import { openCohort } from "../data/open-cohort.js";
import { createBar, formatBytes } from "./bar.js";
import type { Bar } from "./bar.js";
import { onlyName } from "./cohort-show.js";
import { parseOptions, toJson, UsageError } from "./command.js";
import type { Command } from "./command.js";

/** `tumorlab cohort download` */
export const cohortDownloadCommand: Command = {
  name: "cohort download",
  summary: "downloads a public data set; resumes an interrupted download",
  usage: `tumorlab cohort download NAME|FILE.json [options]

  --into DIR         where to put it (default: a folder of the set's name)
  --only KIND        images, labels or metadata (default all)
  --licence-checked  you have read the terms of a set whose manifest names no licence
  --dry-run          says what would be fetched, and fetches nothing
  --json             prints the files as JSON

A file gets its name only when it is complete and, if its sha256 is known, right. Until then it grows as NAME.partial.
Archives are not unpacked. ${downloadRecordFile} lists sizes and hashes. Sets that ask for registration are refused, and the
message says where to register.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["into", "only"],
      flags: ["json", "dry-run", "licence-checked"],
    });
    const only = options.value("only");
    if (only !== undefined && !["images", "labels", "metadata"].includes(only))
      throw new UsageError(`--only: found ${JSON.stringify(only)}, expected images, labels or metadata`);
    const manifest = await openCohort(onlyName(options));
    const chosen: CohortDownloadOptions = {
      only: only as CohortDownloadOptions["only"],
      licenceChecked: options.has("licence-checked"),
    };
    const files = findDownloads(manifest, chosen);
    if (options.has("dry-run")) {
      if (options.has("json")) io.out(`${toJson(files)}\n`);
      else
        for (const { name, url, bytes, sha256 } of files)
          io.out(
            `${name}  ${bytes === null ? "size not known" : formatBytes(bytes)}  ${sha256 ?? "sha256 not known"}  ${url}\n`,
          );
      return 0;
    }
    const folder = options.value("into") ?? manifest.name;
    const { spdx, note } = manifest.licence;
    io.err(`${manifest.title}, licence ${spdx ?? "not known"}${note === null ? "" : `. ${note}`}\n`);

    let bar: Bar | undefined;
    let current: string | undefined;
    const endBar = (): void => bar?.end();
    try {
      const fetched = await downloadCohort(manifest, folder, {
        ...chosen,
        signal: io.signal,
        progress(update) {
          if (update.label !== current) {
            endBar();
            current = update.label;
            bar = createBar(basename(update.label ?? ""), io, {
              format: formatBytes,
              doneBefore: update.done,
            });
          }
          bar?.update(update);
        },
      });
      endBar();
      if (options.has("json")) io.out(`${toJson(fetched)}\n`);
      else
        for (const { path, bytes, sha256, verified, wasThere } of fetched)
          io.out(
            `${path}  ${formatBytes(bytes)}  sha256 ${sha256} (${verified ? "verified" : "no known one to compare with"}${wasThere ? ", was there" : ""})\n`,
          );
      return 0;
    } catch (error) {
      endBar();
      throw error;
    }
  },
};
