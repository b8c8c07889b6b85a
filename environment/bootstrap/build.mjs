import { existsSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { runChild, runNode } from "./child.mjs";
import { SetupError } from "./setup-error.mjs";
import { sweepStaleOutput } from "./sweep.mjs";

/**
 * @typedef {import("./project.mjs").Project} Project
 * @typedef {import("./lock.mjs").HeldLock} HeldLock
 * @typedef {import("./say.mjs").Teller} Teller
 *
 * @typedef {object} BuildResult
 * @property {boolean} ok
 * @property {string} output what the compiler or the bundler said
 */

/**
 * Compiles what changed. Sources with type errors are compiled all the same (the errors are in the output), so
 * that one slip of the pen does not close the lab.
 *
 * @param {Project} project
 * @param {readonly string[]} rooms folders of the root with a tsconfig.json, such as ["src", "environment"]
 * @param {AbortSignal} [signal]
 * @returns {Promise<BuildResult>}
 */
export async function buildTypeScript(project, rooms, signal) {
  const folders = rooms.map((room) => join(project.root, room));
  for (const room of ["src", "environment", "test"]) sweepStaleOutput(join(project.root, room));
  const startedMs = Date.now();
  const result = await runCompiler(project, ["-b", ...folders], signal);
  dateBack(project.root, startedMs);
  return result;
}

/**
 * Dates what the compiler notes of a build back to when it began: a source that was saved meanwhile is newer then, and is
 * compiled the next time; by the compiler's own date it would pass for compiled.
 *
 * @param {string} root
 * @param {number} startedMs
 */
function dateBack(root, startedMs) {
  // Dates of files may lag some milliseconds behind the clock.
  const date = new Date(startedMs - 20);
  for (const folder of ["src/dist", "environment/dist", "environment/dist/lab", "test/dist"]) {
    const note = join(root, folder, "tsconfig.tsbuildinfo");
    if (existsSync(note) && statSync(note).mtime > date) utimesSync(note, date, date);
  }
}

/**
 * Runs TypeScript's compiler to its end.
 *
 * @param {Project} project
 * @param {readonly string[]} args
 * @param {AbortSignal} [signal]
 * @returns {Promise<BuildResult>}
 */
export async function runCompiler(project, args, signal) {
  const [command, ...given] = findCompiler(project);
  const { code, output } = await runChild(command, [...given, ...args, "--pretty", "false"], {
    cwd: project.root,
    signal,
  });
  return { ok: code === 0, output };
}

/**
 * Builds the front end unless it is up to date; its own build script decides that.
 *
 * @param {Project} project
 * @param {AbortSignal} [signal]
 * @returns {Promise<BuildResult>}
 */
export async function buildFrontEnd(project, signal) {
  if (!existsSync(project.labBuild)) return { ok: true, output: "" };
  const { code, output } = await runNode([project.labBuild], { cwd: project.root, signal });
  return { ok: code === 0, output };
}

/**
 * Compiles and bundles what the lab needs, both at once.
 *
 * @param {Project} project
 * @param {Teller} teller
 * @param {AbortSignal} [signal]
 * @throws {SetupError} when nothing usable came out
 */
export async function buildLab(project, teller, signal) {
  const task = teller.begin("Building what changed");
  const [types, frontEnd] = await Promise.all([
    buildTypeScript(project, ["src", "environment"], signal),
    buildFrontEnd(project, signal),
  ]);
  if (signal?.aborted) {
    task.end("Build stopped");
    throw new SetupError("Stopped while building; the next start goes on.");
  }
  task.end(types.ok && frontEnd.ok ? "Built" : "Built with errors");
  if (!types.ok) {
    teller.say(shorten(types.output));
    if (!existsSync(project.entries.start))
      throw new SetupError("The TypeScript sources do not compile: see the errors above.");
    teller.say("Opening all the same: code with type errors was compiled as it stands.");
  }
  if (!frontEnd.ok) throw new SetupError(`The front end could not be built:\n${shorten(frontEnd.output)}`);
}

/** @param {string} text */
function shorten(text) {
  const lines = text.trimEnd().split("\n");
  return lines.length > 20
    ? [...lines.slice(0, 20), `... and ${lines.length - 20} lines more`].join("\n")
    : text.trimEnd();
}

/**
 * How the compiler is started: its program for this platform, so that a signal reaches it and not a Node in front of it; that
 * Node where npm did not say for which platform it is.
 *
 * @param {Project} project
 * @returns {readonly [command: string, ...args: string[]]}
 */
function findCompiler({ modules }) {
  const { platform, arch, execPath } = process;
  const name = platform === "win32" ? "tsc.exe" : "tsc";
  const program = join(modules, "@typescript", `typescript-${platform}-${arch}`, "lib", name);
  return existsSync(program) ? [program] : [execPath, join(modules, "typescript-7", "bin", "tsc")];
}
