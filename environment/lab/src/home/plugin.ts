import { ILabShell, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, MainAreaWidget } from "@jupyterlab/apputils";
import { PageConfig } from "@jupyterlab/coreutils";
import { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import { ILauncher, LauncherModel } from "@jupyterlab/launcher";
import { IMainMenu } from "@jupyterlab/mainmenu";
import { tumorlabIcon } from "../brand/icon";
import { HomePanel } from "./panel";

/** The name JupyterLab's other plugins call when they want a launcher. */
const openHome = "launcher:create";

/** The home page, in the place of JupyterLab's launcher: it shows when nothing else is open and behind "+". */
export const homePlugin: JupyterFrontEndPlugin<ILauncher> = {
  id: "tumorlab:home",
  autoStart: true,
  requires: [ILabShell],
  optional: [IDefaultFileBrowser, ICommandPalette, IMainMenu],
  provides: ILauncher,
  activate: (
    app,
    shell: ILabShell,
    browser: IDefaultFileBrowser | null,
    palette: ICommandPalette | null,
    menu: IMainMenu | null,
  ) => {
    const { commands, serviceManager } = app;
    const model = new LauncherModel();
    let count = 0;

    commands.addCommand(openHome, {
      label: "Tumorlab Home",
      caption: "The notebooks, and what else can be opened",
      icon: (args) => (args.toolbar ? undefined : tumorlabIcon),
      execute: (args) => {
        const content = new HomePanel({
          commands,
          model,
          serviceManager,
          cwd: () => browser?.model.path ?? "",
          replaceBy: (widget) => {
            if (!Array.from(shell.widgets("main")).includes(widget)) return;
            shell.add(widget, "main", { ref: main.id });
            main.dispose();
          },
        });
        const main = new MainAreaWidget({ content });
        main.id = `tumorlab-home-${count++}`;
        main.title.label = "Home";
        main.title.icon = tumorlabIcon;
        const showClose = () => {
          main.title.closable = Array.from(shell.widgets("main")).length > 1;
        };
        shell.layoutModified.connect(showClose, main);
        shell.add(main, "main", {
          activate: args.activate !== false,
          ref: typeof args.ref === "string" ? args.ref : undefined,
        });
        showClose();
        return main;
      },
    });

    commands.addKeyBinding({ command: openHome, keys: ["Accel Shift L"], selector: "body" });
    palette?.addItem({ command: openHome, category: "Tumorlab" });
    menu?.fileMenu.addGroup([{ command: openHome }], 0);
    shell.addButtonEnabled = true;
    shell.addRequested.connect((_shell, bar) => {
      const ref = (bar.currentTitle ?? bar.titles[bar.titles.length - 1]).owner.id;
      void commands.execute(openHome, { ref });
    });
    void Promise.all([app.restored, browser?.model.restored]).then(() => {
      const fillEmptyArea = () => {
        if (shell.isEmpty("main")) void commands.execute(openHome);
      };
      shell.layoutModified.connect(fillEmptyArea);
      // An address that names a document fills the area by itself in a moment.
      if (!PageConfig.getOption("treePath")) fillEmptyArea();
    });
    return model;
  },
};
