import { buildFrontEnd, buildTypeScript } from "./build.mjs";
import { runForeground } from "./foreground.mjs";
import { catchInterrupts } from "./interrupt.mjs";
import { prepareInstall, prepareLab } from "./prepare.mjs";
import { locate, projectRoot } from "./project.mjs";
import { createTeller } from "./say.mjs";
import { SetupError } from "./setup-error.mjs";
import { startLab } from "./start.mjs";

/**
 * @typedef {import("./project.mjs").Project} Project
 * @typedef {import("./say.mjs").Teller} Teller
 *
 * @typedef {object} Call
 * @property {Project} project
 * @property {readonly string[]} args
 * @property {Teller} teller
 * @property {AbortSignal} signal
 */

/** @type {Record<string, (call: Call) => Promise<number>>} */
const commands = {
  start: ({ project, args, teller, signal }) => startLab(project, args, teller, signal),
  test: async ({ project, args, teller, signal }) => {
    await prepareInstall(project, teller, signal);
    const { runTests } = await import("./test/run-tests.mjs");
    return runTests(project, args, signal);
  },
  quick: async ({ project, args, teller, signal }) => {
    await prepareInstall(project, teller, signal);
    const { runQuick } = await import("./test/quick.mjs");
    return runQuick(project, args, signal);
  },
  build: async ({ project, teller, signal }) => {
    await prepareInstall(project, teller, signal);
    const task = teller.begin("Building everything");
    const results = await Promise.all([
      buildTypeScript(project, ["."], signal),
      buildFrontEnd(project, signal),
    ]);
    const ok = results.every((result) => result.ok);
    task.end(ok ? "Built" : "Build failed");
    for (const { output } of results) if (output.trim()) teller.say(output.trimEnd());
    return ok ? 0 : 1;
  },
  check: async (call) => {
    try {
      await prepareLab(call.project, call.teller, call.signal);
      if (call.args.includes("--full")) await buildTests(call);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      console.log(`FAIL  set-up        ${error.message}`);
      return 1;
    }
    return runEntry("check", call);
  },
  docs: async (call) => {
    await prepareInstall(call.project, call.teller, call.signal);
    const { ok, output } = await buildTypeScript(call.project, ["src", "environment"], call.signal);
    if (!ok) throw new SetupError(`The sources do not compile:\n${output}`);
    return runEntry("docs", call);
  },
  notebooks: (call) => prepareAndRun("notebooks", call),
  teaching: (call) => prepareAndRun("teaching", call),
  site: (call) => prepareAndRun("site", call),
  "kernel-install": (call) => prepareAndRun("kernel-install", call),
  bench: async (call) => {
    await prepareLab(call.project, call.teller, call.signal);
    await buildTests(call);
    return runEntry("bench", call);
  },
};

/**
 * Runs one of the project's commands; sets the exit status of this process.
 *
 * @param {string | undefined} name
 * @param {readonly string[]} args
 */
export async function runCommand(name, args) {
  const command = commands[name ?? ""];
  if (!command) {
    console.error(
      `${name ?? "(nothing)"} is no command of this project; it has: ${Object.keys(commands).join(", ")}.`,
    );
    process.exitCode = 2;
    return;
  }
  const { signal, exitCode } = catchInterrupts();
  try {
    const status = await command({ project: locate(projectRoot), args, teller: createTeller(), signal });
    process.exitCode = command === commands.start ? status : exitCode() || status;
  } catch (error) {
    console.error(error instanceof SetupError ? `\n${error.message}` : error);
    process.exitCode = exitCode() || 1;
  }
}

/** Compiles test/, where the benchmarks lie too. @param {Call} call */
async function buildTests({ project, signal }) {
  const { ok, output } = await buildTypeScript(project, ["test"], signal);
  if (!ok) throw new SetupError(`test/ does not compile:\n${output}`);
}

/** @param {keyof Project["entries"]} entry @param {Call} call */
async function prepareAndRun(entry, call) {
  await prepareLab(call.project, call.teller, call.signal);
  return runEntry(entry, call);
}

/** @param {keyof Project["entries"]} entry @param {Call} call */
function runEntry(entry, { project, args, signal }) {
  return runForeground(project.entries[entry], args, { cwd: project.root, signal });
}
