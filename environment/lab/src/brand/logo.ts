import { ILabShell, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Widget } from "@lumino/widgets";
import { tumorlabIcon } from "./icon";

/** Puts the mark at the left end of the menu bar. */
export const logoPlugin: JupyterFrontEndPlugin<void> = {
  id: "tumorlab:logo",
  autoStart: true,
  requires: [ILabShell],
  activate: (_app, shell: ILabShell) => {
    const logo = new Widget();
    logo.id = "jp-MainLogo";
    logo.title.label = "Tumorlab";
    tumorlabIcon.element({
      container: logo.node,
      elementPosition: "center",
      margin: "3px 2px 3px 8px",
      height: "auto",
      width: "18px",
    });
    shell.add(logo, "top", { rank: 0 });
  },
};
