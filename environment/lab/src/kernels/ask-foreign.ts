import { Dialog, showDialog } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import type { NotebookPanel } from "@jupyterlab/notebook";
import { findForeignKernel } from "tumorlab/internal/contracts/foreign-kernel";
import { explainForeignKernel } from "../logic/foreign-words";

/** Documents that ask already; two views of one notebook share its session. */
const askingAlready = new WeakSet<object>();

/**
 * Starts no kernel by itself for a notebook that is for another one, where JupyterLab would take the default: says which kernel the
 * notebook asks for, when it opens and when a cell is run, and leaves the choice to the reader.
 */
export function askForeign({ context }: NotebookPanel): void {
  const { sessionContext } = context;
  if (askingAlready.has(sessionContext)) return;
  askingAlready.add(sessionContext);
  const start = sessionContext.startKernel.bind(sessionContext);
  // Cells that are run together ask once.
  let asking: Promise<boolean> | undefined;

  async function ask(): Promise<boolean> {
    const specs = sessionContext.specsManager.specs;
    const foreign = findForeignKernel(context.model.metadata, Object.keys(specs?.kernelspecs ?? {}));
    if (!foreign || !specs) return start();
    const title = specs.kernelspecs[specs.default]?.display_name ?? specs.default;
    const { button } = await showDialog({
      title: "A notebook for another kernel",
      body: explainForeignKernel(PathExt.basename(context.path), foreign, title),
      buttons: [
        Dialog.cancelButton({ label: "Open without a kernel" }),
        Dialog.okButton({ label: `Run with ${title}` }),
      ],
      defaultButton: 0,
    });
    if (!button.accept || sessionContext.isDisposed) return false;
    const { language: _language, ...preference } = sessionContext.kernelPreference;
    sessionContext.kernelPreference = { ...preference, name: specs.default };
    return start();
  }

  sessionContext.startKernel = () => (asking ??= ask().finally(() => (asking = undefined)));
}
