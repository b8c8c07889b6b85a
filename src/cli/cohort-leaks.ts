import { basename } from "node:path";
import {
  describeLeakage,
  findLeakage,
  requireOutOfDistribution,
} from "../data/leakage/out-of-distribution.js";
import type { FingerprintedSet } from "../data/leakage/shared-scans.js";
import { listCohorts, openAllCohorts } from "../data/open-cohort.js";
import { auditTable, metadataHelp, metadataOptions } from "./cohort-leaks-metadata.js";
import { readCohortReport } from "./cohort-report.js";
import { parseOptions, toJson, UsageError } from "./command.js";
import type { Command, CommandIo } from "./command.js";

/** `tumorlab cohort leaks` */
export const cohortLeaksCommand: Command = {
  name: "cohort leaks",
  summary:
    "looks for test scans among the training scans, by fingerprint, known overlaps or a table of metadata",
  usage: `tumorlab cohort leaks --train REPORT.json|NAME[,...] --test REPORT.json|NAME [options]
       tumorlab cohort leaks --metadata TABLE.csv [options]

  --train ...            reports that tumorlab cohort verify --out wrote, or names of manifests
  --test ...             the set that should be out of distribution
  --acknowledge REASON   accepts the result all the same; the reason is part of the output
  --json                 prints {test, training, shared, known, chains, withoutScans} as JSON; of a table {audited, twins, ...}
${metadataHelp}

Fingerprints find a scan again after reorientation, recompression, a wrong header, padding, clipping outside
-150 to 249 HU, and cropping that leaves whole axial slices or cuts only air. They do not find it after resampling, smoothing
or other cropping, and they do not find another phase of the same patient. Scans without an image are found by their labels, if
at least one structure has the same outline. For a set given by name, only the manifests are read, also through other sets:
AbdomenAtlas 2.0 may hold scans of 3D-IRCADb through AbdomenAtlas 1.0. In a table, the columns of PanTS's metadata and similar
names are known. The same shape and spacing is only a sign: the output says what would confirm it.
The exit code is 1 when scans are or may be shared and that is not acknowledged.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["train", "test", "acknowledge", ...metadataOptions.values],
      flags: ["json", ...metadataOptions.flags],
    });
    if (options.positionals.length > 0) throw new UsageError(`unexpected ${options.positionals[0]}`);
    const table = options.value("metadata");
    if (table !== undefined) return auditTable(table, options, io);
    const given = metadataOptions.values.find((name) => options.value(name) !== undefined);
    if (given !== undefined) throw new UsageError(`--${given} goes with --metadata`);
    const [train, test] = ["train", "test"].map((name) => {
      const value = options.value(name);
      if (!value) throw new UsageError(`--${name} is missing`);
      return value;
    });
    const open = (nameOrPath: string): Promise<FingerprintedSet> => openSet(nameOrPath, io);
    const claim = {
      training: await Promise.all(train.split(",").map(open)),
      test: await open(test),
      manifests: await openAllCohorts(),
    };
    const acknowledgement = options.value("acknowledge");
    const report =
      acknowledgement === undefined
        ? findLeakage(claim)
        : requireOutOfDistribution({ ...claim, acknowledgement });
    const leaks = describeLeakage(report);
    if (options.has("json")) io.out(`${toJson(report)}\n`);
    else {
      for (const leak of leaks) io.out(`${leak}\n`);
      if (leaks.length === 0)
        io.out(`No scan of ${report.test} was found in ${report.training.join(", ")}.\n`);
      if (report.acknowledgement !== undefined) io.out(`Acknowledged: ${report.acknowledgement}\n`);
    }
    for (const name of report.withoutScans)
      io.err(`${name}: no scans given, only known overlaps were looked up\n`);
    return leaks.length > 0 && acknowledgement === undefined ? 1 : 0;
  },
};

async function openSet(nameOrPath: string, io: CommandIo): Promise<FingerprintedSet> {
  if (listCohorts().includes(nameOrPath)) return { name: nameOrPath, scans: [] };
  const { name, folder, cases } = await readCohortReport(nameOrPath);
  const scans = cases.flatMap(({ case: scan, fingerprint, labelFingerprint: labels }) =>
    (fingerprint ?? labels)
      ? [{ scan, ...(fingerprint ? { fingerprint } : {}), ...(labels ? { labels } : {}) }]
      : [],
  );
  const set = name ?? basename(folder);
  const left = cases.length - scans.length;
  if (left > 0)
    io.err(`${set}: ${left} of ${cases.length} scans have no fingerprint and were not compared\n`);
  const labelsOnly = scans.filter(({ fingerprint }) => !fingerprint).length;
  if (labelsOnly > 0)
    io.err(
      `${set}: ${labelsOnly} of ${cases.length} scans have no image and were compared by their labels\n`,
    );
  return { name: set, scans };
}
