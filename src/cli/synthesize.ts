import { openLabelMap } from "../anatomy/label-maps.js";
import { tumorOrgans } from "../anatomy/organs.js";
import { scanPhases } from "../anatomy/phase.js";
import { type SizeClass, sizeClasses } from "../anatomy/size-class.js";
import { parseDecimal } from "../core/decimal.js";
import { folderLayouts } from "../data/layouts.js";
import { describeMachine } from "../platform/machine.js";
import { join } from "../platform/paths.js";
import type { MixSettings } from "../synthesis/plan.js";
import { replayLesion } from "../synthesis/replay-lesion.js";
import type { LesionOutcome } from "../synthesis/synthesis-worker.js";
import { synthesizeScan } from "../synthesis/synthesize-scan.js";
import { synthesizeCohort } from "../synthesis/synthetic-cohort.js";
import { maxExophyticShare } from "../tumor/exophytic.js";
import { wallOrgans } from "../tumor/place.js";
import { smallestRadiusMm } from "../tumor/size.js";
import type { LesionRecord, LesionSize, SynthesisOptions } from "../tumor/synthesizer.js";
import { generatorNames, learnedName } from "../tumor/synthesizers.js";
import { createBar } from "./bar.js";
import {
  type Command,
  type CommandIo,
  type ParsedOptions,
  parseOptions,
  toJson,
  UsageError,
} from "./command.js";
import { readingHelp, readingOf, readingOptions } from "./reading.js";
import { formatLesions, notesOn } from "./synthesized.js";

/** Options of one scan and of a cohort, beside those of every way to call the command. */
const scanOptions: readonly string[] = [
  ...["ct", "labels", "label-map", "organ", "size", "radius-mm", "method", "count", "seed"],
  ...["phase", "contrast-hu", "vessel-mm", "center", "exophytic", "workers", "generator"],
  ...readingOptions,
];
const cohortOptions: readonly string[] = [
  ...["cohort", "ratio", "mix", "organs", "layout", "method", "label-map", "exophytic", "seed", "workers"],
  "generator",
  ...readingOptions,
];

/** `tumorlab synthesize` */
export const synthesizeCommand: Command = {
  name: "synthesize",
  summary: "puts synthetic tumors into healthy CT scans, with a record that makes each one again",
  usage: `tumorlab synthesize --ct CT --labels SEG --organ ORGAN --seed S --out DIR [options]
tumorlab synthesize --cohort DIR --seed S --out DIR [options]
tumorlab synthesize --replay RECORD --out DIR [--ct CT] [--labels SEG] [--label-map NAME|FILE] [--generator DIR]

one scan:
  --labels SEG           label map on the CT's grid
  --organ ORGAN          ${tumorOrgans.join(", ")}
  --size CLASS           ${sizeClasses.map(({ name }) => name).join(", ")}: radius 4, 8, 16, 32 mm (default medium)
  --radius-mm R          instead of a size class, ${smallestRadiusMm} to 100
  --count K              cases with one lesion each, from keys of their own (default 1)
  --phase PHASE          ${scanPhases.join(", ")} (default: judged by the CT)
  --contrast-hu H        HU above the organ, negative for below (default: drawn by organ and phase)
  --vessel-mm V          least distance of the lesion's middle from labelled vessels (default 0)
  --center X,Y,Z         voxel of the lesion's middle (default: drawn)
a cohort:
  --cohort DIR           folder of cases as AbdomenAtlas, nnU-Net or KiTS lay them out
  --ratio N              synthetic cases for each case of the cohort (default 3)
  --mix S:M:L            parts of small, medium and large lesions (default 4:2:1)
  --organs A,B           organs lesions are put into, in turn (default: all that are healthy somewhere)
  --layout NAME          ${folderLayouts.join(", ")} (default: the one the files show)
both:
  --method NAME          ${generatorNames.join(", ")}; for a cohort several, in turn (default handcrafted)
  --generator DIR        the generator that --method learned means, as \`tumorlab generator train\` writes it
  --label-map NAME|FILE  names of label values: abdomenatlas, totalsegmentator, ... or a JSON file (default: what
                         classes.json, dataset.json or the masks' names say; combined_labels are taken for AbdomenAtlas's)
  ${readingHelp(25)}
  --exophytic P          share of each lesion, 0 to ${maxExophyticShare}, that grows out of its organ into the fat beside it
                         (default 0); not for ${wallOrgans.join(" and ")}, whose lesions follow the wall
  --beside-lesions       lesions also go into organs that have some, and keep 5 mm away from them (default: only into
                         organs that show none)
  --workers W            cases made at the same time (default: one per core)
  --json                 prints {made, kept, failed} as JSON

Writes DIR/BDMAP_8x/{ct,combined_labels}.nii.gz, segmentations/*.nii.gz and lesion.json (the record) for each case, as
AbdomenAtlas lays its cases out; DIR/classes.json says what the label values mean;
for a cohort also DIR/synthesis.json (the plan) and DIR/metadata.csv. The same seed gives the same bytes whatever W; a complete case is kept, so an interrupted run
goes on where it was. A case that fails is listed, the others count, and the exit code is 1. --replay makes the
case of a lesion.json again and fails when a file or a voxel differs. It also takes the record of a lesion alone, which a
notebook holds in patch.record; that names no files, so --ct and --labels are needed, and the case is BDMAP_80000000.
What these tumors and those of phantoms have in common, choice by choice: npm run docs, page tumor-looks.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: [...new Set([...scanOptions, ...cohortOptions, "replay", "out"])],
      flags: ["json", "beside-lesions"],
    });
    if (options.positionals.length > 0) throw new UsageError(`unexpected ${options.positionals[0]}`);
    const folder = options.value("out");
    if (folder === undefined) throw new UsageError("--out is missing");
    const modes = ["replay", "cohort", "organ"].filter((name) => options.value(name) !== undefined);
    if (modes.length > 1) throw new UsageError(`--${modes[0]} and --${modes[1]} do not go together`);
    if (options.value("replay") !== undefined) return replay(options, folder, io);
    if (options.value("cohort") !== undefined) return fillCohort(options, folder, io);
    return fillScan(options, folder, io);
  },
};

async function replay(options: ParsedOptions, folder: string, io: CommandIo): Promise<number> {
  refuseOthers(options, ["ct", "labels", "label-map", "generator", ...readingOptions], "--replay");
  if (options.has("beside-lesions")) throw new UsageError("--beside-lesions does not go with --replay");
  const [ct, labels, map] = ["ct", "labels", "label-map"].map((name) => options.value(name));
  const files = {
    ...(ct === undefined ? {} : { ct }),
    ...(labels === undefined ? {} : { labels }),
    ...(map === undefined ? {} : { names: (await openLabelMap(map)).labels }),
    ...generatorOf(options),
    ...readingOf(options),
  };
  const written = await replayLesion(options.value("replay")!, folder, files, io.signal);
  if (options.has("json")) io.out(`${toJson({ made: [written.record], kept: [], failed: [] })}\n`);
  else io.out(`${join(folder, written.name)}: made again, every voxel as recorded\n`);
  return 0;
}

async function fillScan(options: ParsedOptions, folder: string, io: CommandIo): Promise<number> {
  refuseOthers(options, scanOptions, "--ct");
  const needed = (name: string): string => {
    const text = options.value(name);
    if (text === undefined) throw new UsageError(`--${name} is missing`);
    return text;
  };
  const [ct, labels] = [needed("ct"), needed("labels")];
  const organ = oneOf(tumorOrgans, "organ", needed("organ"));
  const method = methodOf(options.value("method") ?? "handcrafted");
  const seed = seedOf(options);
  const count = options.number("count", 1, isCount, "a whole number from 1");
  const size = sizeOf(options);
  const phase = options.value("phase");
  const settings = settingsOf(options);
  const map = options.value("label-map");
  const workers = workersOf(options, count);
  const bar = createBar("synthesize", io);
  const outcomes = await synthesizeScan(folder, {
    ...{ ct, labels, organ, size, method, count, seed, workers, options: settings },
    ...generatorOf(options, [method]),
    ...(map === undefined ? {} : { given: { names: (await openLabelMap(map)).labels, from: map } }),
    ...readingOf(options),
    ...(phase === undefined ? {} : { phase: oneOf(scanPhases, "phase", phase) }),
    ...(options.has("beside-lesions") ? { besideLesions: true } : {}),
    progress: (update) => bar.update(update),
    signal: io.signal,
  }).finally(() => bar.end());
  return report(options, folder, outcomes, [], io);
}

async function fillCohort(options: ParsedOptions, folder: string, io: CommandIo): Promise<number> {
  refuseOthers(options, cohortOptions, "--cohort");
  const map = options.value("label-map");
  const organs = options
    .value("organs")
    ?.split(",")
    .map((name) => oneOf(tumorOrgans, "organs", name.trim()));
  const layout = options.value("layout");
  const exophytic = exophyticOf(options);
  const recipe: MixSettings = {
    seed: seedOf(options),
    ratio: options.number(
      "ratio",
      3,
      (ratio) => ratio > 0 && ratio <= 1000,
      "a number above 0, at most 1000",
    ),
    mix: mixOf(options.value("mix") ?? "4:2:1"),
    methods: (options.value("method") ?? "handcrafted").split(",").map((name) => methodOf(name.trim())),
    ...(organs ? { organs } : {}),
    ...(exophytic > 0 ? { options: { exophyticShare: exophytic } } : {}),
    ...(options.has("beside-lesions") ? { besideLesions: true } : {}),
  };
  const looking = createBar("looking at scans", io);
  const making = createBar("synthesize", io);
  const result = await synthesizeCohort(options.value("cohort")!, folder, {
    recipe,
    ...generatorOf(options, recipe.methods),
    ...(map === undefined ? {} : { names: (await openLabelMap(map)).labels }),
    ...(layout === undefined ? {} : { layout: oneOf(folderLayouts, "layout", layout) }),
    ...readingOf(options),
    workers: options.number("workers", describeMachine().cores, isCount, "a whole number from 1"),
    surveyProgress: (update) => looking.update(update),
    progress: (update) => making.update(update),
    signal: io.signal,
  }).finally(() => making.end());
  return report(options, folder, result.outcomes, result.failedHosts, io);
}

function report(
  options: ParsedOptions,
  folder: string,
  outcomes: readonly LesionOutcome[],
  failedHosts: readonly { case: string; reason: string }[],
  io: CommandIo,
): number {
  const listOf = (state: "made" | "kept"): { case: string; record: LesionRecord }[] =>
    outcomes.flatMap((each) =>
      "state" in each && each.state === state ? [{ case: each.name, record: each.record }] : [],
    );
  const failed = [
    ...failedHosts,
    ...outcomes.flatMap((each) => ("reason" in each ? [{ case: each.name, reason: each.reason }] : [])),
  ];
  const [made, kept] = [listOf("made"), listOf("kept")];
  if (options.has("json")) io.out(`${toJson({ made, kept, failed })}\n`);
  else {
    const all = [...made, ...kept];
    if (all.length > 0 && all.length <= 30) io.out(`${formatLesions(all)}\n`);
    io.out(`${folder}: ${made.length} made, ${kept.length} kept, ${failed.length} failed\n`);
  }
  for (const { case: name, reason } of failed) io.err(`${name}: ${reason}\n`);
  // Of a scan that many cases were made in, once.
  const doubts = new Set(outcomes.flatMap((each) => ("doubt" in each && each.doubt ? [each.doubt] : [])));
  for (const doubt of doubts) io.err(`${doubt}\n`);
  if (!options.has("json"))
    for (const { case: name, record } of [...made, ...kept])
      for (const note of notesOn(record)) io.err(`${name}: ${note}\n`);
  return failed.length > 0 ? 1 : 0;
}

function isCount(count: number): boolean {
  return Number.isInteger(count) && count >= 1;
}

function workersOf(options: ParsedOptions, cases: number): number {
  const cores = Math.min(describeMachine().cores, cases);
  return options.number("workers", cores, isCount, "a whole number from 1");
}

function seedOf(options: ParsedOptions): number {
  if (options.value("seed") === undefined) throw new UsageError("--seed is missing");
  return options.number(
    "seed",
    0,
    (seed) => Number.isSafeInteger(seed) && seed >= 0,
    "a whole number from 0",
  );
}

function sizeOf(options: ParsedOptions): LesionSize {
  const name = options.value("size");
  if (options.value("radius-mm") === undefined) {
    const classes = sizeClasses.map((each) => each.name);
    return { sizeClass: oneOf<SizeClass>(classes, "size", name ?? "medium") };
  }
  if (name !== undefined) throw new UsageError("--size and --radius-mm do not go together");
  const accept = (mm: number): boolean => mm >= smallestRadiusMm && mm <= 100;
  return { radiusMm: options.number("radius-mm", 0, accept, `${smallestRadiusMm} to 100 mm`) };
}

function settingsOf(options: ParsedOptions): SynthesisOptions {
  const contrastHu = options.number("contrast-hu", NaN, (hu) => Math.abs(hu) <= 1000, "-1000 to 1000 HU");
  const clearance = options.number("vessel-mm", 0, (mm) => mm >= 0 && mm <= 500, "0 to 500 mm");
  const exophyticShare = exophyticOf(options);
  const center = options.value("center");
  const voxel = center?.split(",").map(parseDecimal);
  if (voxel && (voxel.length !== 3 || voxel.some((at) => !Number.isInteger(at))))
    throw new UsageError(
      `--center: found ${JSON.stringify(center)}, expected three whole numbers such as 120,80,60`,
    );
  return {
    ...(Number.isNaN(contrastHu) ? {} : { contrastHu }),
    ...(clearance > 0 ? { vesselClearanceMm: clearance } : {}),
    ...(voxel ? { centerVoxel: [voxel[0], voxel[1], voxel[2]] as const } : {}),
    ...(exophyticShare > 0 ? { exophyticShare } : {}),
  };
}

function exophyticOf(options: ParsedOptions): number {
  const accept = (share: number): boolean => share >= 0 && share <= maxExophyticShare;
  return options.number("exophytic", 0, accept, `a share from 0 to ${maxExophyticShare}`);
}

function mixOf(text: string): [number, number, number] {
  const parts = text.split(":").map(parseDecimal);
  const good =
    parts.length === 3 && parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 100);
  if (!good || parts.every((part) => part === 0))
    throw new UsageError(`--mix: found ${JSON.stringify(text)}, expected three whole numbers such as 4:2:1`);
  return [parts[0], parts[1], parts[2]];
}

function methodOf(name: string): string {
  return oneOf(generatorNames, "method", name);
}

/** The folder of a generator that learned; one goes with the method `learned` alone, which needs one. */
function generatorOf(options: ParsedOptions, methods?: readonly string[]): { generator?: string } {
  const generator = options.value("generator");
  if (methods !== undefined && (generator !== undefined) !== methods.includes(learnedName))
    throw new UsageError(
      generator === undefined
        ? `--method ${learnedName} needs --generator DIR`
        : `--generator goes with --method ${learnedName} alone`,
    );
  return generator === undefined ? {} : { generator };
}

function oneOf<T extends string>(known: readonly T[], option: string, text: string): T {
  const found = known.find((each) => each === text);
  if (found === undefined)
    throw new UsageError(`--${option}: found ${JSON.stringify(text)}, expected ${known.join(", ")}`);
  return found;
}

/** An option of another way to call the command would be passed over in silence. */
function refuseOthers(options: ParsedOptions, known: readonly string[], mode: string): void {
  const all = [...scanOptions, ...cohortOptions];
  const other = all.find((name) => options.value(name) !== undefined && !known.includes(name));
  if (other !== undefined) throw new UsageError(`--${other} does not go with ${mode}`);
}
