import { join } from "node:path";
import { requireWritable } from "../core/files.js";
import type { Scale } from "../core/types.js";
import { createPlan } from "../experiment/plan/create-plan.js";
import { collectExperiment, readStatus } from "../experiment/run/collect.js";
import { openExperiment } from "../experiment/run/experiment-folder.js";
import { type Command, parseOptions, type ParsedOptions, toJson, UsageError } from "./command.js";
import { resumeCommand, runCommand } from "./experiment-run.js";
import { describePlan, formatStatus } from "./experiment-text.js";
import { forceHelp, requireFree } from "./output.js";
import { writeFileWhole } from "./write-file.js";

const planCommand: Command = {
  name: "experiment plan",
  summary: "writes the plan of an experiment: real against real and synthetic tumors",
  usage: `tumorlab experiment plan --preset NAME [--out PLAN.json]

  --preset NAME        tiny (12 networks in minutes), small (an hour or so on two cores) or paper (wants a cluster)
  --out PLAN.json      where it goes (default: printed)
  --force              ${forceHelp}

The plan is JSON to be changed at will; run refuses what cannot be, naming the field. What it will take is printed.`,
  async run(args, io) {
    const options = parseOptions(args, { values: ["preset", "out"], flags: ["force"] });
    if (options.positionals.length > 0) throw new UsageError(`unexpected ${options.positionals[0]}`);
    const preset = options.value("preset");
    if (preset === undefined) throw new UsageError("--preset is missing");
    const plan = createPlan(preset as Scale);
    const text = `${toJson(plan, 2)}\n`;
    const out = options.value("out");
    if (out === undefined) io.out(text);
    else {
      await requireFree([out], [], options.has("force"));
      await requireWritable(out);
      await writeFileWhole(out, text);
    }
    io.err(`${describePlan(plan, 2)}\n`);
    return 0;
  },
};

const statusCommand: Command = {
  name: "experiment status",
  summary: "how far an experiment is, from its files",
  usage: `tumorlab experiment status DIR [--json]

Trials done, failed with the reason, started and not finished (running, or killed on the way), and waiting.
Exit code 1 where any failed.`,
  async run(args, io) {
    const options = parseOptions(args, { flags: ["json"] });
    const status = await readStatus(await openExperiment(readFolder(options)));
    io.out(options.has("json") ? `${toJson(status)}\n` : formatStatus(status));
    return status.failed.length > 0 ? 1 : 0;
  },
};

const collectCommand: Command = {
  name: "experiment collect",
  summary: "brings the results of an experiment's trials together",
  usage: `tumorlab experiment collect DIR [--json]

Writes DIR/collected.json (plan, results, baselines, and what is missing: the same bytes however the trials were run)
and DIR/collected.run.json (how each trial ran). Exit code 1 where trials are missing.`,
  async run(args, io) {
    const options = parseOptions(args, { flags: ["json"] });
    const folder = readFolder(options);
    const { results } = await collectExperiment(await openExperiment(folder));
    const { trials, missing, planSha256 } = results;
    const path = join(folder, "collected.json");
    if (options.has("json")) io.out(`${toJson({ path, planSha256, trials: trials.length, missing })}\n`);
    else io.out(`${path}: ${trials.length} of ${trials.length + missing.length} trials\n`);
    return missing.length > 0 ? 1 : 0;
  },
};

/** `tumorlab experiment plan | run | status | collect | resume` */
export const experimentCommands: readonly Command[] = [
  planCommand,
  runCommand,
  statusCommand,
  collectCommand,
  resumeCommand,
];

function readFolder(options: ParsedOptions): string {
  const [folder, ...more] = options.positionals;
  if (folder === undefined) throw new UsageError("no folder of an experiment given");
  if (more.length > 0) throw new UsageError(`unexpected ${more[0]}`);
  return folder;
}
