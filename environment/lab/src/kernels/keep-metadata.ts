import type { NotebookPanel } from "@jupyterlab/notebook";
import { keepsKernelMetadata } from "../logic/kernel-metadata";

/**
 * Keeps a notebook as its file is while it is only looked at. JupyterLab writes into it all that the kernel tells of itself,
 * which marks it as changed, and saves it; here that is only written where the notebook names another kernel or language, or none,
 * and one of this project's kernels gives way to another only where the reader chooses that.
 * Nor does the empty name count that JupyterLab gives a language on reading where the file has none.
 */
export function keepMetadata({ context }: NotebookPanel): void {
  const { model, sessionContext } = context;
  let isChosen = false;
  const change = sessionContext.changeKernel.bind(sessionContext);
  sessionContext.changeKernel = (options) => {
    const kernel = sessionContext.session?.kernel;
    // A kernel that has ended is restarted in this way too, and the one that runs may be chosen again.
    const isSame = kernel ? kernel.id === options?.id : options?.name === sessionContext.prevKernelName;
    isChosen ||= !isSame;
    return change(options);
  };
  const read = model.fromJSON.bind(model);
  model.fromJSON = (value) => {
    read(value);
    model.dirty = false;
  };
  const set = model.setMetadata.bind(model);
  model.setMetadata = (part, value) => {
    if (!keepsKernelMetadata(part, model.getMetadata(part), value, isChosen)) set(part, value);
  };
}
