import path from "node:path";
import { makeFolder } from "tumorlab/internal/core/files";
import { mapConcurrently } from "tumorlab/internal/core/map-concurrently";
import { type KernelClient, startKernel } from "../client/kernel-client.js";
import { findNotebooksToRun } from "./find.js";
import { runNotebook, type NotebookResult, type RunContext } from "./run.js";
import { createRunWorkspace } from "./workspace.js";

/** What {@link runNotebooks} needs: see {@link RunContext}; the copy to run in is its own affair. */
export interface RunnerContext extends Omit<RunContext, "workspace" | "kernel"> {
  /** Called with lines for the reader, without line ends. */
  log: (line: string) => void;
}

/**
 * Runs the notebooks the options name, several at a time, and tells of each when it is done.
 *
 * @returns the results in the order of the notebooks, those that share a kernel last; with an aborted signal those not yet begun are missing.
 * @throws LabError when a name fits no notebook, and for a folder of copies that cannot be written to.
 */
export async function runNotebooks(context: RunnerContext): Promise<NotebookResult[]> {
  const { root, cwd, options, log, signal } = context;
  const files = await findNotebooksToRun(path.join(root, "notebooks"), options.names, cwd);
  // Ahead of hours of computing: what cannot be written to is said now.
  for (const folder of [options.out, options.html, options.slides])
    if (folder !== undefined) await makeFolder(path.resolve(cwd, folder));
  const workspace = options.mode === "write" ? undefined : await createRunWorkspace(root);
  const jobs = Math.min(options.jobs, files.length);
  log(`Running ${files.length} notebook${files.length === 1 ? "" : "s"}, ${jobs} at a time`);
  try {
    const run = async (file: string, kernel?: KernelClient): Promise<NotebookResult | undefined> => {
      if (signal?.aborted) return undefined;
      const result = await runNotebook(file, { ...context, workspace, kernel });
      for (const line of describeResult(result, root)) log(line);
      return result;
    };
    const groups = groupFiles(files, options.shareKernel, root);
    const results = await mapConcurrently(groups, jobs, (group) =>
      group.length === 1
        ? Promise.all(group.map((file) => run(file)))
        : runInOneKernel(group, run, () =>
            startKernel({ cwd: workspace?.folderFor(group[0]) ?? path.dirname(group[0]), root }),
          ),
    );
    return results.flat().filter((result) => result !== undefined);
  } finally {
    await workspace?.remove();
  }
}

/** Notebooks that run one after the other, each by itself but for those of the folder that shares a kernel. */
function groupFiles(files: readonly string[], shared: string | undefined, root: string): string[][] {
  const folder = shared === undefined ? undefined : path.join(root, "notebooks", shared);
  const [together, alone] = [true, false].map((wanted) =>
    files.filter((file) => (path.dirname(file) === folder) === wanted),
  );
  return [...alone.map((file) => [file]), ...(together.length > 0 ? [together] : [])];
}

/**
 * Runs notebooks of one folder in one kernel. After one that did not pass the next has a fresh kernel; where none starts,
 * each notebook says so.
 */
async function runInOneKernel<R extends NotebookResult | undefined>(
  files: readonly string[],
  run: (file: string, kernel?: KernelClient) => Promise<R>,
  start: () => Promise<KernelClient>,
): Promise<R[]> {
  const results: R[] = [];
  let kernel: KernelClient | undefined;
  try {
    for (const file of files) {
      kernel ??= await start().catch(() => undefined);
      const result = await run(file, kernel);
      results.push(result);
      if (result?.status === "passed") continue;
      await kernel?.shutdown();
      kernel = undefined;
    }
  } finally {
    await kernel?.shutdown();
  }
  return results;
}

/** The lines a result prints: one for the notebook, indented ones for what there is to say. */
export function describeResult(result: NotebookResult, root: string): string[] {
  const mark = { passed: "ok  ", failed: "FAIL", interrupted: "stop" }[result.status];
  const count = `${result.cells} code cell${result.cells === 1 ? "" : "s"}`;
  const written = result.written.map((file) => `wrote ${path.relative(root, file) || file}`);
  return [
    `${mark} ${result.name}  ${count}, ${result.seconds.toFixed(1)} s`,
    ...[...result.problems, ...result.notes, ...written].flatMap((text) =>
      text.split("\n").map((line) => `     ${line}`),
    ),
  ];
}

/** The exit code for what came of the notebooks. */
export function exitCodeOf(results: readonly NotebookResult[], aborted: boolean): number {
  if (aborted || results.some((result) => result.status === "interrupted")) return 130;
  return results.every((result) => result.status === "passed") ? 0 : 1;
}
