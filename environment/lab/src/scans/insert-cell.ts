import { Notification } from "@jupyterlab/apputils";
import { type INotebookTracker, NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";
import { createScanCell, type ScanToRead } from "../logic/scan-cell";

/**
 * Puts a cell that reads a scan below the active one of the TypeScript notebook that was used last, and brings the notebook
 * to the front; says so where there is none.
 *
 * @param activate brings a document to the front
 */
export function insertScanCell(
  tracker: INotebookTracker | null,
  scan: ScanToRead,
  activate: (id: string) => void,
): void {
  const panel = findNotebook(tracker);
  if (!panel?.content.model) {
    Notification.warning("No TypeScript notebook is open: open one, and insert the cell again.");
    return;
  }
  const { content, context } = panel;
  const sources = content.widgets.map(({ model }) => model.sharedModel.getSource());
  const code = createScanCell(context.localPath, sources, scan);
  NotebookActions.insertBelow(content);
  content.activeCell?.model.sharedModel.setSource(code);
  activate(panel.id);
}

/** The notebook that was used last, or any other that is open, if it is one for our kernel. */
function findNotebook(tracker: INotebookTracker | null): NotebookPanel | undefined {
  if (!tracker) return undefined;
  const all: NotebookPanel[] = [];
  if (tracker.currentWidget) all.push(tracker.currentWidget);
  tracker.forEach((panel) => all.push(panel));
  return all.find((panel) => isTypeScript(panel));
}

function isTypeScript({ content }: NotebookPanel): boolean {
  const { model } = content;
  const spec = model?.getMetadata("kernelspec") as { language?: string } | undefined;
  const info = model?.getMetadata("language_info") as { name?: string } | undefined;
  return [spec?.language, info?.name].some((name) => name?.toLowerCase() === "typescript");
}
