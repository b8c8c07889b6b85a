import { ILabShell, ILayoutRestorer, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { MainAreaWidget, WidgetTracker } from "@jupyterlab/apputils";
import {
  ABCWidgetFactory,
  type DocumentRegistry,
  DocumentWidget,
  TextModelFactory,
} from "@jupyterlab/docregistry";
import { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import { INotebookTracker } from "@jupyterlab/notebook";
import { imageIcon } from "@jupyterlab/ui-components";
import { scanEndings } from "../logic/scan-names";
import { ScanDocument, type ScanHost } from "./document";
import { takeDroppedScans } from "./drop-scans";
import { insertScanCell } from "./insert-cell";

const fileType = "tumorlab-scan";
const archiveType = "tumorlab-scan-archive";
const factoryName = "Scan viewer";

const openScan = "tumorlab:open-scan";
const insertCell = "tumorlab:insert-scan-cell";

/** The model of a scan: nothing, since the server reads it. JupyterLab would load the whole file as text. */
class ScanModelFactory extends TextModelFactory {
  override get name(): string {
    return fileType;
  }

  override get contentType() {
    return "file" as const;
  }

  override get fileFormat() {
    return null;
  }
}

class ScanFactory extends ABCWidgetFactory<DocumentWidget<ScanDocument>> {
  constructor(
    options: DocumentRegistry.IWidgetFactoryOptions,
    private readonly host: ScanHost,
  ) {
    super(options);
  }

  protected createNewWidget(context: DocumentRegistry.Context): DocumentWidget<ScanDocument> {
    const content = new ScanDocument({ path: context.localPath }, this.host);
    void context.ready.then(() => content.open());
    return new DocumentWidget({ content, context });
  }
}

/** Opens scans in the viewer: on a double-click, a folder of DICOM from its menu, and what is dropped on the lab. */
export const scansPlugin: JupyterFrontEndPlugin<void> = {
  id: "tumorlab:scans",
  autoStart: true,
  requires: [ILabShell],
  optional: [IDefaultFileBrowser, INotebookTracker, ILayoutRestorer],
  activate: (
    { docRegistry, commands, contextMenu },
    shell: ILabShell,
    browser: IDefaultFileBrowser | null,
    notebooks: INotebookTracker | null,
    restorer: ILayoutRestorer | null,
  ) => {
    const host: ScanHost = {
      insertCell: ({ path, series }, labels) =>
        insertScanCell(notebooks, { path, series, labels }, (id) => shell.activateById(id)),
    };
    docRegistry.addFileType({
      name: fileType,
      displayName: "Scan",
      extensions: [...scanEndings],
      mimeTypes: ["application/x-nifti"],
      contentType: "file",
      fileFormat: "base64",
      icon: imageIcon,
    });
    docRegistry.addFileType({
      name: archiveType,
      displayName: "Archive",
      extensions: [".zip"],
      mimeTypes: ["application/zip"],
      contentType: "file",
      fileFormat: "base64",
    });
    docRegistry.addModelFactory(new ScanModelFactory());
    docRegistry.addWidgetFactory(
      new ScanFactory(
        {
          name: factoryName,
          modelName: fileType,
          fileTypes: [fileType, archiveType],
          defaultFor: [fileType, archiveType],
          readOnly: true,
        },
        host,
      ),
    );

    const selected = (): { path: string; isFolder: boolean } | undefined => {
      const [item] = browser ? [...browser.selectedItems()] : [];
      return item && { path: item.path, isFolder: item.type === "directory" };
    };
    const folders = new WidgetTracker<MainAreaWidget<ScanDocument>>({ namespace: "tumorlab-scan-folder" });
    const openFolder = (path: string): void => {
      const known = folders.find(({ title }) => title.dataset.path === path);
      const content = known ? known.content : new ScanDocument({ path }, host);
      const main = known ?? new MainAreaWidget({ content });
      if (!known) {
        main.title.label = path.slice(path.lastIndexOf("/") + 1);
        main.title.caption = path;
        main.title.dataset = { path };
        main.title.icon = imageIcon;
        main.title.closable = true;
        main.id = `tumorlab-scan-folder-${encodeURIComponent(path)}`;
        void folders.add(main);
        void content.open();
        shell.add(main, "main");
      }
      shell.activateById(main.id);
    };
    commands.addCommand(openScan, {
      label: "Open as Scan",
      caption: "Show the DICOM series of this folder, or this file, in the viewer",
      icon: imageIcon,
      isVisible: () => selected() !== undefined,
      execute: (args) => {
        const item = typeof args.path === "string" ? { path: args.path, isFolder: true } : selected();
        if (!item) return undefined;
        if (item.isFolder) return openFolder(item.path);
        return commands.execute("docmanager:open", { path: item.path, factory: factoryName });
      },
    });
    commands.addCommand(insertCell, {
      label: "Insert Cell That Reads This",
      caption: "A cell that reads the scan, in the TypeScript notebook that was used last",
      isVisible: () => selected() !== undefined,
      execute: () => {
        const item = selected();
        if (item) host.insertCell({ path: item.path }, undefined);
      },
    });
    for (const [selector, command] of [
      ['.jp-DirListing-item[data-isdir="true"]', openScan],
      ['.jp-DirListing-item[data-isdir="true"]', insertCell],
      [`.jp-DirListing-item[data-file-type="${fileType}"]`, insertCell],
      [`.jp-DirListing-item[data-file-type="${archiveType}"]`, insertCell],
    ] as const)
      contextMenu.addItem({ command, selector, rank: 3 });
    void restorer?.restore(folders, {
      command: openScan,
      args: ({ title }) => ({ path: title.dataset.path }),
      name: ({ title }) => title.dataset.path,
    });
    if (browser)
      takeDroppedScans(
        document.body,
        browser.model,
        (path) => void commands.execute("docmanager:open", { path, factory: factoryName }),
      );
  },
};
