import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Dialog, ICommandPalette, showDialog } from "@jupyterlab/apputils";
import { IMainMenu } from "@jupyterlab/mainmenu";
import { Widget } from "@lumino/widgets";
import { version } from "../../package.json";
import { element } from "../dom";
import { tumorlabIcon } from "./icon";
import "./about.css";

const command = "help:about";

/** Help > About Tumorlab. Takes the name of JupyterLab's own command, which is left out. */
export const aboutPlugin: JupyterFrontEndPlugin<void> = {
  id: "tumorlab:about",
  autoStart: true,
  optional: [ICommandPalette, IMainMenu],
  activate: (app, palette: ICommandPalette | null, menu: IMainMenu | null) => {
    app.commands.addCommand(command, {
      label: "About Tumorlab",
      execute: () =>
        showDialog({
          title: "About Tumorlab",
          body: createBody(app.version),
          buttons: [Dialog.okButton({ label: "Close" })],
        }),
    });
    palette?.addItem({ command, category: "Help" });
    menu?.helpMenu.addGroup([{ command }], 0);
  },
};

function createBody(jupyterLabVersion: string): Widget {
  const node = element(
    "div",
    { class: "tl-About" },
    tumorlabIcon.element({ tag: "div", className: "tl-About-logo" }),
    element("p", {}, element("strong", {}, `Tumorlab ${version}`)),
    element("p", {}, "TypeScript notebooks that work through the scaling of tumor segmentation."),
    element(
      "p",
      {},
      `MIT licence. Built on JupyterLab ${jupyterLabVersion}, © Project Jupyter Contributors.`,
    ),
    element("p", {}, "Help > Licenses lists every package in this page."),
  );
  return new Widget({ node });
}
