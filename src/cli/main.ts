import { describeCode } from "../core/code-version.js";
import { describeError } from "../core/errors.js";
import { cohortCommands } from "./cohort.js";
import { UsageError } from "./command.js";
import type { Command, CommandIo } from "./command.js";
import { compareCommand } from "./compare.js";
import { componentsCommand } from "./components.js";
import { convertCommand } from "./convert.js";
import { evaluateCommand } from "./evaluate.js";
import { experimentCommands } from "./experiment.js";
import { generatorTrainCommand } from "./generator-train.js";
import { infoCommand } from "./info.js";
import { judgeCommand } from "./judge.js";
import { ledgerCommand } from "./ledger.js";
import { phantomCommand } from "./phantom.js";
import { showControls, showControlsAfterRedraw } from "./plain-text.js";
import { predictCommand } from "./predict.js";
import { reorientCommand } from "./reorient.js";
import { resampleCommand } from "./resample.js";
import { scalingEfficiencyCommand } from "./scaling-efficiency.js";
import { scalingFitCommand } from "./scaling-fit.js";
import { synthesizeCommand } from "./synthesize.js";
import { trainCommand } from "./train.js";

/** Every subcommand, in the order of the list that `--help` prints. */
export const commands: readonly Command[] = [
  infoCommand,
  convertCommand,
  evaluateCommand,
  compareCommand,
  judgeCommand,
  resampleCommand,
  reorientCommand,
  componentsCommand,
  phantomCommand,
  synthesizeCommand,
  generatorTrainCommand,
  trainCommand,
  predictCommand,
  scalingFitCommand,
  scalingEfficiencyCommand,
  ...experimentCommands,
  ...cohortCommands,
  ledgerCommand,
];

/**
 * Runs a command line.
 *
 * @param args words after `tumorlab`.
 * @returns the exit code: 0 all good, 1 something failed, 2 the words were not understood, 130 interrupted.
 */
export async function runCommandLine(args: readonly string[], terminal: CommandIo): Promise<number> {
  const io: CommandIo = {
    isTerminal: terminal.isTerminal,
    signal: terminal.signal,
    out: (text) => terminal.out(showControls(text)),
    err: (text) => terminal.err(showControlsAfterRedraw(text)),
  };
  const command = commands.find(({ name }) => name.split(" ").every((word, i) => args[i] === word));
  if (!command) {
    if (args[0] === "--version") {
      const { version, commit } = await describeCode();
      io.out(`tumorlab ${version}${commit === null ? "" : `, commit ${commit}`}\n`);
      return 0;
    }
    if (args.length === 0 || asksForHelp(args[0]) || args[0] === "help") {
      io.out(listCommands());
      return args.length === 0 ? 2 : 0;
    }
    const group = commands.filter(({ name }) => name.startsWith(`${args[0]} `));
    if (group.length > 0 && (args.length === 1 || asksForHelp(args[1]))) {
      io.out(listCommands(group));
      return args.length === 1 ? 2 : 0;
    }
    io.err(`tumorlab: no command ${JSON.stringify(args.join(" "))}\n${listCommands()}`);
    return 2;
  }
  const rest = args.slice(command.name.split(" ").length);
  if (rest.some(asksForHelp)) {
    io.out(`${command.usage}\n`);
    return 0;
  }
  try {
    return await command.run(rest, io);
  } catch (error) {
    if (io.signal.aborted) {
      io.err("Interrupted.\n");
      return 130;
    }
    if (error instanceof UsageError) {
      io.err(`tumorlab ${command.name}: ${describeError(error)}\n${command.usage}\n`);
      return 2;
    }
    io.err(`tumorlab ${command.name}: ${describeError(error)}\n`);
    return 1;
  }
}

function asksForHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

function listCommands(of: readonly Command[] = commands): string {
  const width = Math.max(...of.map(({ name }) => name.length));
  const list = of.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join("\n");
  return `tumorlab COMMAND [options]\n\n${list}\n\ntumorlab COMMAND --help says more; tumorlab --version tells which code this is.\n`;
}
