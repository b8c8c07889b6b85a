import { join } from "node:path";
import { collectCondensed } from "../experiment/analyze/save-condensed.js";
import { describeCrop } from "../experiment/plan/describe-plan.js";
import { readStatus, writeCollected } from "../experiment/run/collect.js";
import { openExperiment } from "../experiment/run/experiment-folder.js";
import { describeDamage } from "../experiment/run/inspect-trial.js";
import { recordsPath } from "../experiment/run/read-results.js";
import { type Command, parseOptions, type ParsedOptions, toJson, UsageError } from "./command.js";
import { networkCommand } from "./experiment-network.js";
import { planCommand } from "./experiment-plan.js";
import { resumeCommand, runCommand } from "./experiment-run.js";
import { describeStageCounts, formatStatus } from "./experiment-text.js";
import { requireFree } from "./output.js";

const statusCommand: Command = {
  name: "experiment status",
  summary: "how far an experiment is, from its files",
  usage: `tumorlab experiment status DIR [--json]

Lists trials that are done, failed (with the reason), damaged (a file of a finished trial is cut short, changed, of another plan
or gone; run makes it again), started but not finished (running, or killed), and waiting.
Exit code 1 where any failed or is damaged.`,
  async run(args, io) {
    const options = parseOptions(args, { flags: ["json"] });
    const experiment = await openExperiment(readFolder(options));
    const status = await readStatus(experiment);
    io.out(options.has("json") ? `${toJson(status)}\n` : formatStatus(status, experiment.plan));
    return status.failed.length + (status.damaged?.length ?? 0) > 0 ? 1 : 0;
  },
};

const collectCommand: Command = {
  name: "experiment collect",
  summary: "brings the results of an experiment's trials together",
  usage: `tumorlab experiment collect DIR [--condensed FILE.json [--with EARLIER.json]] [--json]

  --condensed FILE.json  also writes only what curves, gains and counts of lesions need, to keep and to share: for a hundred trials
                         about a fiftieth of the size; FILE.run.json next to it says how each trial ran
  --with EARLIER.json    condensed results of the same plan, to add their trials: from a run elsewhere, or from a folder that is gone
  --force                overwrites what is at --condensed; never what is read, nor a file in a folder that is

Writes DIR/collected.json (plan, results, baselines, and what is missing: the same bytes however the trials were run)
and DIR/collected.run.json (how each trial ran). Names files that are damaged. Exit code 1 where there is one, or trials are missing.`,
  async run(args, io) {
    const options = parseOptions(args, { flags: ["json", "force"], values: ["condensed", "with"] });
    const folder = readFolder(options);
    const condensed = options.value("condensed");
    const earlier = options.value("with");
    if (earlier !== undefined && condensed === undefined)
      throw new UsageError("--with goes with --condensed: collected.json has the folder's own trials");
    if (condensed !== undefined)
      await requireFree(
        [condensed, recordsPath(condensed)],
        [folder, ...(earlier === undefined ? [] : [earlier])],
        options.has("force"),
      );
    const experiment = await openExperiment(folder);
    const { plan, planSha256 } = experiment;
    const written =
      condensed === undefined
        ? await writeCollected(experiment)
        : await collectCondensed(experiment, condensed, earlier);
    const { trials, missing, damaged } = written;
    const path = earlier === undefined ? join(folder, "collected.json") : condensed!;
    const files = damaged.length > 0 ? { damaged } : {};
    if (options.has("json"))
      io.out(`${toJson({ path, planSha256, trials: trials.length, missing, ...files })}\n`);
    else {
      io.out(`${path}: ${trials.length} of ${trials.length + missing.length} trials\n`);
      for (const file of damaged) io.out(`  damaged: ${describeDamage(file)}\n`);
      for (const line of describeStageCounts(plan, trials)) io.out(`  ${line}\n`);
      io.out(`  ${describeCrop(plan)}\n`);
    }
    return missing.length + damaged.length > 0 ? 1 : 0;
  },
};

/** `tumorlab experiment plan | run | status | collect | resume | network` */
export const experimentCommands: readonly Command[] = [
  planCommand,
  runCommand,
  statusCommand,
  collectCommand,
  resumeCommand,
  networkCommand,
];

function readFolder(options: ParsedOptions): string {
  const [folder, ...more] = options.positionals;
  if (folder === undefined) throw new UsageError("no folder of an experiment given");
  if (more.length > 0) throw new UsageError(`unexpected ${more[0]}`);
  return folder;
}
