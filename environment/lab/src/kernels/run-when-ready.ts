import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookCellExecutor, runCell } from "@jupyterlab/notebook";
import { ensureKernel, hasKernel } from "../logic/ensure-kernel";

/**
 * Runs cells once their kernel is there. JupyterLab clears the outputs of a cell that is run while its kernel starts, as just after a
 * notebook was opened, and runs nothing.
 */
export const cellExecutorPlugin: JupyterFrontEndPlugin<INotebookCellExecutor> = {
  id: "tumorlab:cell-executor",
  autoStart: true,
  provides: INotebookCellExecutor,
  activate: () => Object.freeze({ runCell: runWhenReady }),
};

async function runWhenReady(options: INotebookCellExecutor.IRunCellOptions): Promise<boolean> {
  const { cell, notebook, sessionContext, sessionDialogs } = options;
  const { model } = cell;
  if (model.type !== "code" || !sessionContext || hasKernel(sessionContext)) return runCell(options);
  const { name, language } = sessionContext.kernelPreference;
  // JupyterLab sets these only after it has asked the server for the notebook's checkpoints.
  if (name === undefined && language === undefined)
    sessionContext.kernelPreference = {
      ...sessionContext.kernelPreference,
      name: notebook.defaultKernelName,
      language: notebook.defaultKernelLanguage,
    };
  const state = model as typeof model & { executionState: "idle" | "running" };
  state.executionState = "running";
  const isReady = await ensureKernel(
    sessionContext,
    async () => await sessionDialogs?.selectKernel(sessionContext),
  );
  if (cell.isDisposed) return false;
  state.executionState = "idle";
  return isReady && runCell(options);
}
