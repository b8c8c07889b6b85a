import { describeCode } from "../core/code-version.js";
import { describeError } from "../core/errors.js";
import { UsageError } from "./command.js";
import type { Command, CommandIo } from "./command.js";
import { showControls, showControlsAfterRedraw } from "./plain-text.js";

/** Commands of one word: a command line loads the file of the one that it runs, and nothing of the others. */
const loaders: Readonly<Record<string, () => Promise<Command>>> = {
  info: async () => (await import("./info.js")).infoCommand,
  convert: async () => (await import("./convert.js")).convertCommand,
  evaluate: async () => (await import("./evaluate.js")).evaluateCommand,
  compare: async () => (await import("./compare.js")).compareCommand,
  judge: async () => (await import("./judge.js")).judgeCommand,
  resample: async () => (await import("./resample.js")).resampleCommand,
  reorient: async () => (await import("./reorient.js")).reorientCommand,
  components: async () => (await import("./components.js")).componentsCommand,
  phantom: async () => (await import("./phantom.js")).phantomCommand,
  synthesize: async () => (await import("./synthesize.js")).synthesizeCommand,
  train: async () => (await import("./train.js")).trainCommand,
  predict: async () => (await import("./predict.js")).predictCommand,
  ledger: async () => (await import("./ledger.js")).ledgerCommand,
  certify: async () => (await import("./certify.js")).certifyCommand,
};

/** The command that words begin with, and the list of all where none does. */
async function findCommand(
  words: readonly string[],
): Promise<{ command: Command } | { commands: readonly Command[] }> {
  const [first] = words;
  if (first !== undefined && Object.hasOwn(loaders, first)) return { command: await loaders[first]() };
  const { commands } = await import("./commands.js");
  const command = commands.find(({ name }) => name.split(" ").every((word, i) => words[i] === word));
  return command ? { command } : { commands };
}

/**
 * Runs a command line.
 *
 * @param args words after `tumorlab`.
 * @returns the exit code: 0 all good, 1 something failed, 2 the words were not understood, 130 interrupted.
 */
export async function runCommandLine(args: readonly string[], terminal: CommandIo): Promise<number> {
  const io: CommandIo = {
    isTerminal: terminal.isTerminal,
    get signal() {
      return terminal.signal;
    },
    out: (text) => terminal.out(showControls(text)),
    err: (text) => terminal.err(showControlsAfterRedraw(text)),
  };
  const found = await findCommand(args);
  if (!("command" in found)) {
    const { commands } = found;
    if (args[0] === "--version") {
      const { version, commit } = await describeCode();
      io.out(`tumorlab ${version}${commit === null ? "" : `, commit ${commit}`}\n`);
      return 0;
    }
    if (args.length === 0 || asksForHelp(args[0]) || args[0] === "help") {
      io.out(listCommands(commands));
      return args.length === 0 ? 2 : 0;
    }
    const group = commands.filter(({ name }) => name.startsWith(`${args[0]} `));
    if (group.length > 0 && (args.length === 1 || asksForHelp(args[1]))) {
      io.out(listCommands(group));
      return args.length === 1 ? 2 : 0;
    }
    io.err(`tumorlab: no command ${JSON.stringify(args.join(" "))}\n${listCommands(commands)}`);
    return 2;
  }
  const { command } = found;
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

function listCommands(of: readonly Command[]): string {
  const width = Math.max(...of.map(({ name }) => name.length));
  const list = of.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join("\n");
  return `tumorlab COMMAND [options]\n\n${list}\n\ntumorlab COMMAND --help says more; tumorlab --version tells which code this is.\n`;
}
