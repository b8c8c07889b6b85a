import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Notification } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import type { ServiceManager } from "@jupyterlab/services";
import { describeMemory } from "../logic/kernel-words";
import { askForeign } from "./ask-foreign";
import { keepMetadata } from "./keep-metadata";
import { listRunning, type RunningKernel } from "./running";

/** How long the offer to end a kernel stays, in ms. */
const offerMs = 15_000;

/**
 * What JupyterLab leaves out about the kernels of notebooks: closing one offers to end its kernel, a cell that the kernel did not
 * survive says so also where the page was opened again afterwards, a kernel that starts changes nothing in the notebook, and none
 * starts by itself for a notebook of another one.
 */
export const kernelsPlugin: JupyterFrontEndPlugin<void> = {
  id: "tumorlab:kernels",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (app, tracker: INotebookTracker) => {
    const { serviceManager } = app;
    app.docRegistry.addWidgetExtension("Notebook", {
      createNew: (panel: NotebookPanel) => {
        keepMetadata(panel);
        askForeign(panel);
      },
    });
    tracker.widgetAdded.connect((_, panel) => {
      const { sessionContext } = panel;
      let session = sessionContext.session?.id;
      sessionContext.sessionChanged.connect((_context, { newValue }) => {
        session = newValue?.id ?? session;
      });
      panel.disposed.connect(() => {
        if (session !== undefined) void offerToEnd(serviceManager, session);
      });
      void Promise.all([panel.context.ready, sessionContext.ready]).then(() =>
        showLost(serviceManager, panel),
      );
    });
  },
};

async function findRunning(
  manager: ServiceManager.IManager,
  session: string,
): Promise<RunningKernel | undefined> {
  return (await listRunning(manager)).find(({ sessionId }) => sessionId === session);
}

async function offerToEnd(manager: ServiceManager.IManager, session: string): Promise<void> {
  const found = await findRunning(manager, session);
  if (!found) return;
  const memory = describeMemory(found.memoryBytes);
  const holds = memory ? ` and holds ${memory}` : "";
  Notification.info(`${PathExt.basename(found.path)} is closed; its kernel goes on${holds}.`, {
    autoClose: offerMs,
    actions: [
      { label: "End the kernel", callback: () => void manager.sessions.shutdown(session) },
      { label: "Keep it", callback: () => undefined },
    ],
  });
}

async function showLost(manager: ServiceManager.IManager, panel: NotebookPanel): Promise<void> {
  const session = panel.sessionContext.session?.id;
  if (session === undefined) return;
  const lost = (await findRunning(manager, session))?.lost;
  if (!lost || panel.isDisposed) return;
  const cell = panel.content.widgets.find(({ model }) => model.id === lost.cell_id)?.model;
  if (cell?.type !== "code" || !("outputs" in cell)) return;
  const { outputs } = cell as typeof cell & { outputs: { toJSON(): unknown[]; add(output: object): number } };
  // The page that was open then has shown it, and saved it.
  if (JSON.stringify(outputs.toJSON()).includes("KernelDied")) return;
  outputs.add({
    output_type: "error",
    ename: "KernelDied",
    evalue: lost.reason,
    traceback: lost.traceback,
  });
}
