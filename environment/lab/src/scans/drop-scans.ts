import { Notification } from "@jupyterlab/apputils";
import type { FileBrowserModel } from "@jupyterlab/filebrowser";
import { isScanName } from "../logic/scan-names";

/**
 * A scan that is dropped on the lab, outside the file browser (which uploads by itself) and what takes files on its own, is
 * uploaded to the folder that the file browser shows, and opened. Other files are left to whoever takes them.
 *
 * @param open opens a path of the project
 * @param area element on which scans are taken
 */
export function takeDroppedScans(
  area: HTMLElement,
  model: FileBrowserModel,
  open: (path: string) => void,
): void {
  const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
  area.addEventListener("dragover", (event) => {
    if (!holdsFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
  });
  area.addEventListener("drop", (event) => {
    if (!holdsFiles(event) || event.defaultPrevented) return;
    // A browser would leave the lab to show the file.
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    const scans = files.filter(({ name }) => isScanName(name));
    if (scans.length < files.length)
      Notification.warning("Only scans are taken here. Drop other files on the file browser.", {
        autoClose: 6000,
      });
    void upload(scans, model, open);
  });
}

async function upload(
  files: readonly File[],
  model: FileBrowserModel,
  open: (path: string) => void,
): Promise<void> {
  for (const file of files) {
    try {
      const { path } = await model.upload(file);
      open(path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // The reader who was asked whether to replace a file, and did not want to, knows.
      if (!/not uploaded|cancel/i.test(reason))
        Notification.error(`${file.name} was not uploaded: ${reason}`);
    }
  }
}
