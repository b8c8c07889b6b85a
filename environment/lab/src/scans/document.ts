import { PageConfig } from "@jupyterlab/coreutils";
import type { DocumentRegistry } from "@jupyterlab/docregistry";
import { ServerConnection } from "@jupyterlab/services";
import { Widget } from "@lumino/widgets";
import { element } from "../dom";
import { openVolume } from "../logic/decode";
import { openFile } from "../viewer/renderer";
import { VolumeViewer } from "../viewer/viewer";
import "../viewer/viewer.css";
import "./scans.css";

/** A scan of the project as a document: the viewer, or a sentence on what is wrong with the file. */
export class ScanDocument extends Widget {
  private viewer: VolumeViewer | undefined;
  private readonly leaving = new AbortController();

  constructor(private readonly context: DocumentRegistry.Context) {
    super();
    this.addClass("tl-Scan");
    this.node.tabIndex = -1;
    this.node.append(element("p", { class: "tl-Scan-word", role: "status" }, "Reading the scan..."));
  }

  /** Reads the scan and shows it; never rejected. */
  async open(): Promise<void> {
    const { signal } = this.leaving;
    try {
      const volume = await openVolume(await askForScan(this.context.localPath, signal));
      if (this.isDisposed) return;
      this.viewer = new VolumeViewer(volume, undefined, openFile);
      this.node.replaceChildren(this.viewer.node);
    } catch (error) {
      if (this.isDisposed) return;
      const message = error instanceof Error ? error.message : String(error);
      this.node.replaceChildren(element("p", { class: "tl-Error", role: "alert" }, message));
    }
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.leaving.abort();
    this.viewer?.dispose();
    super.dispose();
  }
}

async function askForScan(path: string, signal: AbortSignal): Promise<unknown> {
  const url = `${PageConfig.getBaseUrl()}lab/api/scans/${path.split("/").map(encodeURIComponent).join("/")}`;
  const response = await ServerConnection.makeRequest(url, { signal }, ServerConnection.makeSettings());
  const json: unknown = await response.json();
  if (response.ok) return json;
  const { message } = json as { message?: string };
  throw new Error(message ?? `${path} could not be read: ${response.status} ${response.statusText}.`);
}
