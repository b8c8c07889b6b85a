import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import type { NotebookPanel } from "@jupyterlab/notebook";
import { interactMime } from "tumorlab/internal/contracts/interact-payload";
import { InteractWidget } from "./renderer";

/** Shows panels of controls in notebooks; each knows the kernel of its own, which a renderer for all of the lab would not. */
export const interactPlugin: JupyterFrontEndPlugin<void> = {
  id: "tumorlab:interact",
  autoStart: true,
  activate: (app) => {
    app.docRegistry.addWidgetExtension("Notebook", {
      createNew: ({ content, sessionContext }: NotebookPanel) => {
        content.rendermime.addFactory(
          {
            // Safe: it sets texts and values.
            safe: true,
            mimeTypes: [interactMime],
            createRenderer: () => new InteractWidget(sessionContext),
          },
          0,
        );
      },
    });
  },
};
