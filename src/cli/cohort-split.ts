import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { equivalentRadiusMm, sizeClassOf } from "../anatomy/size-class.js";
import { parseDecimal } from "../core/decimal.js";
import { readCohortMetadata } from "../data/metadata.js";
import { toNnunetSplits } from "../data/split/nnunet.js";
import { scansOfMetadata, scansOfReport } from "../data/split/report-scans.js";
import type { ScansToSplit } from "../data/split/report-scans.js";
import { splitCohort } from "../data/split/split.js";
import type { PatientSplit, SplitPart } from "../data/split/split.js";
import { readCohortReport } from "./cohort-report.js";
import { parseOptions, toJson, UsageError } from "./command.js";
import type { Command, ParsedOptions } from "./command.js";
import { forceHelp, requireFree } from "./output.js";
import { formatTable } from "./table.js";
import { writeFileWhole } from "./write-file.js";

/** `tumorlab cohort split` */
export const cohortSplitCommand: Command = {
  name: "cohort split",
  summary: "divides scans by patient, stratified, with nested training sets or folds",
  usage: `tumorlab cohort split REPORT.json|METADATA.csv [options]

  REPORT.json           what tumorlab cohort verify --out wrote: strata are organ and size of the largest lesion
  METADATA.csv          a table with case, patient and tumor organs: strata are the organs with a tumor
  --seed N              same seed, same division (default 0)
  --test-share P        share of the patients kept for the test (default 0.2)
  --validation-share P  share of the others kept for validation (default 0, or 0.1 without folds)
  --folds K             divides the training patients into K folds (default 5 where no sizes are given)
  --sizes 60,278        nested training sets: each holds the smaller ones
  --unit NAME           what sizes count: patients or scans (default patients)
  --out DIR             writes split.json and nnU-Net's splits_final.json
  --force               ${forceHelp}
  --json                prints the division as JSON

All scans of a patient go to the same part. Test scans are not in splits_final.json.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["seed", "test-share", "validation-share", "folds", "sizes", "unit", "out"],
      flags: ["json", "force"],
    });
    if (options.positionals.length !== 1) throw new UsageError("expected REPORT.json or METADATA.csv");
    const settings = readSettings(options);
    const [path] = options.positionals;
    const folder = options.value("out");
    const outputs =
      folder === undefined ? [] : ["split.json", "splits_final.json"].map((name) => join(folder, name));
    await requireFree(outputs, [path], options.has("force"));
    const { scans, withoutPatient, faulty } = await readScans(path);
    if (faulty.length > 0) io.err(`${faulty.length} scans with errors are left out: ${listNames(faulty)}\n`);
    if (withoutPatient.length > 0) {
      const names = listNames(withoutPatient);
      io.err(`${withoutPatient.length} scans have no patient, each counts as one of its own: ${names}\n`);
    }
    const split = splitCohort(scans, settings);
    if (folder !== undefined) {
      const folds = toNnunetSplits(split);
      await mkdir(folder, { recursive: true });
      await writeFileWhole(join(folder, "split.json"), `${toJson(split, 2)}\n`);
      await writeFileWhole(join(folder, "splits_final.json"), `${toJson(folds, 4)}\n`);
    }
    io.out(options.has("json") ? `${toJson(split)}\n` : formatSplit(split));
    return 0;
  },
};

function readSettings(options: ParsedOptions): Parameters<typeof splitCohort>[1] {
  const isShare = (share: number): boolean => share >= 0 && share < 1;
  const seed = options.number("seed", 0, (n) => Number.isSafeInteger(n) && n >= 0, "a whole number from 0");
  const testShare = options.number("test-share", 0.2, isShare, "a share from 0 to below 1");
  const sizes = options.value("sizes");
  const foldsGiven = options.value("folds") !== undefined;
  if (sizes !== undefined && foldsGiven)
    throw new UsageError("--sizes and --folds: expected one of them, splits_final.json holds either");
  const folds = options.number("folds", 5, (n) => Number.isInteger(n) && n >= 2, "a whole number from 2");
  const share = sizes === undefined ? 0 : 0.1;
  const validationShare = options.number("validation-share", share, isShare, "a share from 0 to below 1");
  const unit = options.value("unit") ?? "patients";
  if (unit !== "patients" && unit !== "scans")
    throw new UsageError(`--unit: found ${JSON.stringify(unit)}, expected patients or scans`);
  const trainSizes = (sizes ?? "").split(",").filter(Boolean).map(parseDecimal);
  if (!trainSizes.every((size) => Number.isInteger(size) && size >= 1))
    throw new UsageError(`--sizes: found ${JSON.stringify(sizes)}, expected whole numbers such as 60,278`);
  return {
    seed,
    testShare,
    validationShare,
    trainSizes,
    sizeUnit: unit,
    ...(sizes === undefined ? { folds } : {}),
  };
}

async function readScans(path: string): Promise<ScansToSplit> {
  if (path.toLowerCase().endsWith(".csv")) return scansOfMetadata((await readCohortMetadata(path)).values());
  return scansOfReport(await readCohortReport(path), (ml) => sizeClassOf(equivalentRadiusMm(ml)));
}

function listNames(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(", ")}, ...` : names.join(", ");
}

function formatSplit(split: PatientSplit): string {
  const row = (name: string, { patients, scans }: SplitPart): (string | number)[] => {
    return [name, patients.length, scans.length];
  };
  const parts = [
    row("test", split.test),
    row("validation", split.validation),
    row("training", split.training),
    ...split.nested.map((part) => row(`  first ${part.size} ${split.sizeUnit}`, part)),
    ...split.folds.map(({ validation }, k) => row(`  fold ${k}`, validation)),
  ];
  const strata = Object.entries(split.strata).map(([name, { test, validation, training }]) => {
    return [name, test, validation, training];
  });
  const second = formatTable(["patients of stratum", "test", "validation", "training"], strata);
  return `${formatTable(["part", "patients", "scans"], parts)}\n\n${second}\n`;
}
