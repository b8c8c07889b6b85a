import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { type KernelClient, startKernel } from "../client/kernel-client.js";
import { writeFileAtomically } from "./atomic-write.js";
import { describeDifference, keepEqualOutputs } from "./compare.js";
import { executeNotebook, type CellFailure, type CellTime } from "./execute.js";
import { renderPage } from "./html/page.js";
import { renderSlides } from "./html/slides.js";
import { requireOwnKernel } from "./kernel-name.js";
import { normalizeNotebook, type PathRule } from "./normalize.js";
import { parseNotebook, tagsOf, type Notebook } from "./notebook.js";
import type { RunnerOptions } from "./options.js";
import { injectParameters, listParameters } from "./parameters.js";
import { toScript } from "./script.js";
import { serializeNotebook } from "./serialize.js";
import type { RunWorkspace } from "./workspace.js";

/** What came of one notebook. */
export interface NotebookResult {
  /** Path from the project folder. */
  name: string;
  status: "passed" | "failed" | "interrupted";
  /** Why it failed, one entry a reason; empty when it passed. */
  problems: string[];
  /** The cell that ended the run, when it was one. */
  failure?: CellFailure;
  /** Number of code cells. */
  cells: number;
  seconds: number;
  /** What each code cell took that was run. */
  times: CellTime[];
  /** Files that were written, as absolute paths; those that already had the same content are left out. */
  written: string[];
  /** What the reader should know besides. */
  notes: string[];
}

/** What {@link runNotebook} needs besides the options. */
export interface RunContext {
  /** The project folder. */
  root: string;
  /** Where relative `--out`, `--html`, `--slides` and `--script` folders lie. */
  cwd: string;
  options: RunnerOptions;
  /** The copy to run in; without it the notebook runs in place. */
  workspace?: RunWorkspace;
  signal?: AbortSignal;
  /** A kernel to run in, which is left running with what the cells declared; without it each notebook has a fresh one. */
  kernel?: KernelClient;
  /** Environment of a fresh kernel; defaults to this process's. */
  env?: NodeJS.ProcessEnv;
  graceMs?: number;
  writeFile?: typeof writeFileAtomically;
}

/**
 * Runs one notebook, in a fresh kernel unless it is given one, and writes what the options ask for.
 *
 * Never rejects for what the notebook does or is: a file that is no notebook, a failing cell, a dead kernel and
 * a full disk are all results. The committed notebook changes only when every cell passed, in one step.
 */
export async function runNotebook(file: string, context: RunContext): Promise<NotebookResult> {
  const startedAt = performance.now();
  const result: NotebookResult = {
    name: path.relative(context.root, file).split(path.sep).join("/"),
    status: "failed",
    problems: [],
    cells: 0,
    seconds: 0,
    times: [],
    written: [],
    notes: [],
  };
  try {
    await runInto(result, file, context);
  } catch (error) {
    if (context.signal?.aborted) result.status = "interrupted";
    result.problems.push(error instanceof Error ? error.message : String(error));
  }
  if (result.status === "passed" && result.problems.length > 0) result.status = "failed";
  result.seconds = (performance.now() - startedAt) / 1000;
  return result;
}

async function runInto(result: NotebookResult, file: string, context: RunContext): Promise<void> {
  const { options, root, workspace, signal } = context;
  const committed = parseNotebook(await readFile(file, "utf8"), result.name);
  requireOwnKernel(committed, result.name);
  const old = committed.metadata.orig_nbformat;
  if (typeof old === "number" && old < 4)
    result.notes.push(`is of format ${old}; read, and written, as format 4`);
  result.cells = committed.cells.filter((cell) => cell.cell_type === "code").length;
  const values = valuesFor(committed, options, result);
  const prepared = injectParameters(committed, values, result.name);
  signal?.throwIfAborted();

  const cwd = workspace?.folderFor(file) ?? path.dirname(file);
  // A reader's name and tries would change what exercises ask and which hint comes: a run finds none and leaves none.
  const readers = await mkdtemp(path.join(tmpdir(), "tumorlab-readers-"));
  let kernel;
  let executed;
  try {
    const env = { ...(context.env ?? process.env), TUMORLAB_READERS: readers };
    kernel = context.kernel ?? (await startKernel({ cwd, root, env }));
    executed = await executeNotebook(prepared, kernel, {
      cellTimeoutMs: options.cellTimeoutMs,
      signal,
      graceMs: context.graceMs,
    });
  } finally {
    if (!context.kernel) await kernel?.shutdown();
    await rm(readers, { recursive: true, force: true });
  }
  result.times = executed.times;
  if (executed.failure) {
    result.failure = executed.failure;
    result.status = executed.failure.reason === "interrupted" ? "interrupted" : "failed";
    result.problems.push(describeFailure(executed.failure));
    // What it had shown until then, with the error in it, goes where copies go, never into the notebook itself.
    const shown = normalizeNotebook(executed.notebook, pathRules(root, workspace));
    const copies = { ...options, mode: "check" as const, script: undefined };
    await writeResults(result, file, shown, Object.keys(values).length > 0, { ...context, options: copies });
    return;
  }
  result.status = "passed";
  const rules = pathRules(root, workspace);
  const notebook = await keepEqualOutputs(
    normalizeNotebook(committed, rules),
    normalizeNotebook(executed.notebook, rules),
  );
  if (options.mode !== "write") result.problems.push(...missingOutputs(committed, notebook));
  if (options.mode === "verify") {
    if (Object.keys(values).length > 0) result.notes.push("not compared: parameters were given");
    else result.problems.push(...(await differences(committed, notebook)));
  }
  signal?.throwIfAborted();
  await writeResults(result, file, notebook, Object.keys(values).length > 0, context);
}

async function writeResults(
  result: NotebookResult,
  file: string,
  notebook: Notebook,
  hasValues: boolean,
  context: RunContext,
): Promise<void> {
  const { options, cwd } = context;
  const write = async (target: string, content: string): Promise<void> => {
    const before = await readFile(target, "utf8").catch(() => undefined);
    if (before === content) return;
    await mkdir(path.dirname(target), { recursive: true });
    await (context.writeFile ?? writeFileAtomically)(target, content);
    result.written.push(target);
  };
  const place = (folder: string, extension: string): string =>
    path.join(path.resolve(cwd, folder), placeOf(result.name).replace(/\.ipynb$/, extension));

  const elsewhere = [options.out, options.html, options.slides].some((each) => each !== undefined);
  if (options.mode === "write" && (options.writeWithParameters || !(hasValues || elsewhere))) {
    await write(file, serializeNotebook(injectParameters(notebook, {}, result.name)));
  } else if (options.mode === "write" && !elsewhere) {
    result.notes.push("not written: parameters were given (--write writes nevertheless)");
  }
  if (options.out) await write(place(options.out, ".ipynb"), serializeNotebook(notebook));
  if (options.script) await write(place(options.script, ".ts"), toScript(notebook, result.name));
  if (options.html) {
    const page = await renderPage(notebook, { file, root: context.root, name: result.name });
    await write(place(options.html, ".html"), page);
  }
  if (options.slides) {
    const deck = await renderSlides(notebook, { file, root: context.root, name: result.name });
    if (deck === undefined) result.notes.push("no slides: no cell is tagged for a slideshow");
    else await write(place(options.slides, ".slides.html"), deck);
  }
}

/** Where a notebook's copies go in a folder: as in `notebooks/`; one from elsewhere under its own name. */
function placeOf(name: string): string {
  return name.startsWith("notebooks/") ? name.slice("notebooks/".length) : path.posix.basename(name);
}

/** The parameters of this notebook among those given; a scale is for the notebooks that have one. */
function valuesFor(
  notebook: Notebook,
  options: RunnerOptions,
  result: NotebookResult,
): Record<string, unknown> {
  const names = listParameters(notebook).map((parameter) => parameter.name);
  const values = { ...options.parameters };
  if ("scale" in values && !names.includes("scale")) {
    delete values.scale;
    result.notes.push("has no parameter scale");
  }
  return values;
}

/** A failure as the reader of a log needs it: which cell, which line, what it says there. */
export function describeFailure(failure: CellFailure): string {
  const place = `code cell ${failure.cell} (${failure.cellId}), line ${failure.line}: ${failure.code}`;
  return `${place}\n${failure.message}`;
}

function missingOutputs(committed: Notebook, executed: Notebook): string[] {
  const ids = new Map(committed.cells.map((cell) => [cell.id, cell]));
  return executed.cells.flatMap((cell, index) => {
    if (cell.cell_type !== "code" || cell.outputs.length === 0 || cell.id === "injected-parameters")
      return [];
    const old = ids.get(cell.id);
    if (old?.cell_type === "code" && old.outputs.length > 0) return [];
    return [
      `cell ${index + 1} (${cell.id}) has no committed output: run npm run notebooks and commit the notebook`,
    ];
  });
}

async function differences(committed: Notebook, executed: Notebook): Promise<string[]> {
  const ids = new Map(executed.cells.map((cell) => [cell.id, cell]));
  const found: string[] = [];
  for (const [index, cell] of committed.cells.entries()) {
    const next = ids.get(cell.id);
    if (cell.cell_type !== "code" || next?.cell_type !== "code" || tagsOf(cell).includes("volatile"))
      continue;
    const at = `cell ${index + 1} (${cell.id})`;
    if (cell.outputs.length !== next.outputs.length) {
      found.push(`${at}: had ${cell.outputs.length} outputs, has ${next.outputs.length}`);
      continue;
    }
    for (const [position, output] of cell.outputs.entries()) {
      const difference = await describeDifference(output, next.outputs[position]);
      if (difference !== undefined) found.push(`${at}, output ${position + 1}: ${difference}`);
    }
  }
  return found;
}

function pathRules(root: string, workspace: RunWorkspace | undefined): PathRule[] {
  return [
    ...(workspace ? [{ folder: workspace.folder, replacement: "" }] : []),
    { folder: root, replacement: "" },
    { folder: homedir(), replacement: "~" },
  ];
}
