import { openLabelMap } from "../anatomy/label-maps.js";
import { type TumorOrgan, tumorOrgans } from "../anatomy/organs.js";
import { parseDecimal } from "../core/decimal.js";
import { locateErrors } from "../core/errors.js";
import { readExactText, requireWritable } from "../core/files.js";
import { type FolderLayout, folderLayouts } from "../data/layouts.js";
import { readSplit } from "../data/split/read-split.js";
import {
  createFolderPlan,
  type FolderPlanOptions,
  type FolderPlanReport,
  listFolderArms,
  type ScanFolder,
} from "../experiment/plan/create-folder-plan.js";
import { createPlan } from "../experiment/plan/create-plan.js";
import { type ExperimentPlan, hashPlan, type PlanScale } from "../experiment/plan/plan.js";
import { preregister } from "../experiment/plan/preregistration.js";
import { describeMachine } from "../platform/machine.js";
import { createBar } from "./bar.js";
import {
  type Command,
  type CommandIo,
  parseOptions,
  type ParsedOptions,
  toJson,
  UsageError,
} from "./command.js";
import { isCount } from "./engine-options.js";
import { describePlan, formatDesign } from "./experiment-text.js";
import { forceHelp, requireFree } from "./output.js";
import { readingHelp, readingOf, readingOptions } from "./reading.js";
import { writeFileWhole } from "./write-file.js";

/** Options that make sense only with a folder of scans, and with another one for the test out of distribution. */
const scansOptions = [
  "metadata",
  "label-map",
  "layout",
  "organs",
  "sizes",
  "arms",
  "test-share",
  "seed",
  "split",
  "workers",
  ...readingOptions,
];
const oodOptions = ["ood-metadata", "ood-label-map", "ood-layout", "ood-series", "acknowledge"];

/** `tumorlab experiment plan` */
export const planCommand: Command = {
  name: "experiment plan",
  summary: "writes the plan of an experiment: real against real and synthetic tumors",
  usage: `tumorlab experiment plan --preset NAME [--out PLAN.json] [--json]
tumorlab experiment plan --preset NAME --scans DIR [--ood DIR] [options]

  --preset NAME        tiny (12 networks in minutes), small (an hour or so on two cores), medium (the pancreas up to 320
                       scans with all controls: half a day on two cores), organs (all six at fewer sizes, with the
                       control of other people: a night) or paper (its own sizes and steps, a plain network on 3 mm
                       voxels: days on a cluster of 900 cores)
  --prereg FILE.json   what is asked and by which rules, fixed before the run: primary and secondary questions, margins,
                       family; the plan keeps the file with its sha256, and so do the results
  --out PLAN.json      where it goes (default: printed)
  --force              ${forceHelp}
  --json               with --out: prints where the plan is, its sha256 and what was noticed while it was made as JSON
on your own scans, instead of phantoms:
  --scans DIR          a cohort in the layout of AbdomenAtlas, nnU-Net, the Decathlon or KiTS: trained on, except for the patients
                       held back for the test ID
  --ood DIR            a cohort of another hospital: the test OOD (default: no such test)
  --metadata FILE.csv  whose the scans are, their phase, and which organs have tumors: a line for every scan that is used
                       (default: DIR/metadata.csv if there is one; a scan without a known patient counts as one
                       patient, and the output says so)
  --label-map NAME|FILE  names of label values (default: what dataset.json, classes.json or the masks' names say)
  --layout NAME        ${folderLayouts.join(", ")} (default: the one the files show)
  ${readingHelp(23)}
  --ood-metadata, --ood-label-map, --ood-layout, --ood-series  the same for the other cohort, which --irregular and
                       --volume are for too (default of --ood-series: --series)
  --organs A,B         organs of the experiment (default: the preset's)
  --sizes 2,10,40      patients in the subsets of each organ (default: the preset's)
  --arms real          arms of the experiment (default: the preset's); if no scan shows the organ healthy, as in KiTS and
                       the Decathlon, only real is possible
  --test-share P       share of the patients held back (default 0.2)
  --seed N             another seed holds other patients back (default 0)
  --split FILE.json    who is trained on and who is held back, as tumorlab cohort split --out writes it
  --acknowledge REASON lets OOD pass although it shares scans with --scans or may; the plan keeps the reason
  --workers N          scans read at the same time (default: one per core)

The plan is JSON that you may change; run refuses what is not possible, and names the field. The command prints the cost, and
what you should know: which part of a test scan the networks see, and how many patients two seeds share.
With --scans every scan is read once, which takes about a second each. The plan then lists who is trained on and who is
held back, patient by patient, with what the labels show and the sha256 of the files, which run compares with the files. Scans of
one patient stay together, and none of the test's scans may be among the training's by its voxels. Synthetic tumors go into
organs that training scans show healthy.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["preset", "prereg", "out", "scans", "ood", ...scansOptions, ...oodOptions],
      flags: ["force", "json"],
    });
    if (options.positionals.length > 0) throw new UsageError(`unexpected ${options.positionals[0]}`);
    const scale = options.value("preset") as PlanScale | undefined;
    if (scale === undefined) throw new UsageError("--preset is missing");
    const out = options.value("out");
    if (options.has("json") && out === undefined)
      throw new UsageError("--json is for --out: without it the plan is printed");
    const folders = await readFolders(scale, options);
    if (out !== undefined) {
      const read = [
        "prereg",
        "scans",
        "ood",
        "metadata",
        "ood-metadata",
        "label-map",
        "ood-label-map",
        "split",
      ];
      await requireFree(
        [out],
        read.map((name) => options.value(name)),
        options.has("force"),
      );
      await requireWritable(out);
    }
    const report: { plan: ExperimentPlan; notes: string[] } = folders
      ? await planFolders(scale, folders, io)
      : { plan: createPlan(scale), notes: [] };
    const { notes } = report;
    const plan = await withPreregistration(report.plan, options.value("prereg"));
    const text = `${toJson(plan, 2)}\n`;
    if (out === undefined) io.out(text);
    else await writeFileWhole(out, text);
    if (options.has("json")) io.out(`${toJson({ path: out, planSha256: hashPlan(plan), notes })}\n`);
    io.err(`${describePlan(plan, 2)}\n${formatDesign(plan)}`);
    return 0;
  },
};

/** Throws a LabError naming the file, and the field of it that cannot be or does not go with the plan. */
async function withPreregistration(plan: ExperimentPlan, path: string | undefined): Promise<ExperimentPlan> {
  if (path === undefined) return plan;
  const text = await readExactText(path, "a preregistration as JSON");
  return locateErrors(
    (field) => `${path}, ${field}`,
    () => preregister(plan, text),
  );
}

async function planFolders(
  scale: PlanScale,
  options: FolderPlanOptions,
  io: CommandIo,
): Promise<FolderPlanReport> {
  const bar = createBar("scans", io);
  const report = await createFolderPlan(scale, {
    ...options,
    signal: io.signal,
    progress: (update) => bar.update(update),
  }).finally(() => bar.end());
  for (const note of report.notes) io.err(`${note}\n`);
  return report;
}

/** What the options say of folders; `undefined` where they ask for phantoms. Throws a UsageError for one without its folder. */
function readFolders(scale: PlanScale, options: ParsedOptions): Promise<FolderPlanOptions> | undefined {
  const [scans, ood] = ["scans", "ood"].map((name) => options.value(name));
  const given = (names: readonly string[]): string | undefined =>
    names.find((name) => options.value(name) !== undefined);
  const [lost, lostOod] = [given([...scansOptions, "ood"]), given(oodOptions)];
  if (scans === undefined && (lost ?? lostOod) !== undefined)
    throw new UsageError(`--${lost ?? lostOod} is for --scans`);
  if (ood === undefined && lostOod !== undefined) throw new UsageError(`--${lostOod} is for --ood`);
  if (scans === undefined) return undefined;
  const isShare = (share: number): boolean => share > 0 && share < 1;
  const isIndex = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  const [split, reason] = [options.value("split"), options.value("acknowledge")];
  const drawn = given(["test-share", "seed"]);
  if (split !== undefined && drawn !== undefined)
    throw new UsageError(`--split and --${drawn}: expected one of them, the file says who is held back`);
  const settings = {
    ...readOrgans(options),
    ...readArms(scale, options),
    testShare: options.number("test-share", 0.2, isShare, "a share above 0 and below 1"),
    seed: options.number("seed", 0, isIndex, "a whole number from 0"),
    workers: options.number("workers", describeMachine().cores, isCount, "a whole number from 1"),
    ...(reason === undefined ? {} : { acknowledgement: reason }),
  };
  return (async () => ({
    scans: await readFolder(scans, options, ""),
    ...(ood === undefined ? {} : { ood: await readFolder(ood, options, "ood-") }),
    ...settings,
    ...(split === undefined ? {} : { split: await readSplit(split) }),
  }))();
}

function readArms(scale: PlanScale, options: ParsedOptions): Pick<FolderPlanOptions, "arms"> {
  const arms = options
    .value("arms")
    ?.split(",")
    .map((name) => name.trim());
  if (!arms) return {};
  const known = listFolderArms(scale);
  const stranger = arms.find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw new UsageError(`--arms: found ${JSON.stringify(stranger)}, expected some of ${known.join(", ")}`);
  return { arms };
}

function readOrgans(options: ParsedOptions): Pick<FolderPlanOptions, "organs" | "sizes"> {
  const [organs, sizes] = ["organs", "sizes"].map((name) =>
    options
      .value(name)
      ?.split(",")
      .map((each) => each.trim()),
  );
  const isOrgan = (name: string): name is TumorOrgan => (tumorOrgans as readonly string[]).includes(name);
  const stranger = organs?.find((name) => !isOrgan(name));
  if (stranger !== undefined)
    throw new UsageError(
      `--organs: found ${JSON.stringify(stranger)}, expected some of ${tumorOrgans.join(", ")}`,
    );
  const counts = sizes?.map(parseDecimal);
  if (counts && !counts.every((size, at) => isCount(size) && (at === 0 || size > counts[at - 1])))
    throw new UsageError(
      `--sizes: found ${JSON.stringify(options.value("sizes"))}, expected rising whole numbers such as 2,10,40`,
    );
  return { ...(organs ? { organs: organs.filter(isOrgan) } : {}), ...(counts ? { sizes: counts } : {}) };
}

async function readFolder(folder: string, options: ParsedOptions, prefix: "" | "ood-"): Promise<ScanFolder> {
  const [metadata, labelMap, layout] = ["metadata", "label-map", "layout"].map((name) =>
    options.value(`${prefix}${name}`),
  );
  if (layout !== undefined && !(folderLayouts as readonly string[]).includes(layout))
    throw new UsageError(
      `--${prefix}layout: found ${JSON.stringify(layout)}, expected ${folderLayouts.join(", ")}`,
    );
  const series = prefix === "ood-" ? options.value("ood-series") : undefined;
  const reading = { ...readingOf(options).reading, ...(series === undefined ? {} : { series }) };
  return {
    folder,
    ...(Object.keys(reading).length > 0 ? { reading } : {}),
    ...(metadata === undefined ? {} : { metadata }),
    ...(labelMap === undefined ? {} : { names: (await openLabelMap(labelMap)).labels }),
    ...(layout === undefined ? {} : { layout: layout as FolderLayout }),
  };
}
