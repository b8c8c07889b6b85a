import type { JupyterLab } from "@jupyterlab/application";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { IPlugin } from "@lumino/coreutils";
import { keepInside } from "../logic/keep-inside";

type LabPlugin = IPlugin<JupyterLab, unknown>;

/** JupyterLab's sanitizer lets untrusted HTML ask other sites for pictures; this one does not. */
export function makeStrict(plugin: LabPlugin): LabPlugin {
  if (plugin.id !== "@jupyterlab/apputils-extension:sanitizer") return plugin;
  return {
    ...plugin,
    activate: async (...given) => {
      const sanitizer = (await plugin.activate(...given)) as IRenderMime.ISanitizer;
      const sanitize = sanitizer.sanitize.bind(sanitizer);
      sanitizer.sanitize = (dirty, options) => keepInside(sanitize(dirty, options), parseInert);
      return sanitizer;
    },
  };
}

/** A document of DOMParser loads and runs nothing. */
function parseInert(html: string): Document {
  return new DOMParser().parseFromString(html, "text/html");
}
