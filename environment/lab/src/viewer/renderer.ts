import { PageConfig } from "@jupyterlab/coreutils";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import { volumeMime } from "tumorlab/internal/contracts/volume-payload";
import { element } from "../dom";
import { openVolume } from "../logic/decode";
import { openServedFile } from "../logic/served-file";
import { createScene } from "./state";
import { VolumeViewer } from "./viewer";
import "./viewer.css";

/** Shows a volume in a cell's output, or says why it cannot. */
class VolumeWidget extends Widget implements IRenderMime.IRenderer {
  private viewer: VolumeViewer | undefined;
  private rendering = 0;

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const rendering = ++this.rendering;
    try {
      const volume = await openVolume(model.data[volumeMime]);
      if (rendering !== this.rendering || this.isDisposed) return;
      const old = this.viewer;
      const sameGrid = old?.payload.shape.join() === volume.payload.shape.join();
      const state = sameGrid ? old?.previewState : undefined;
      this.viewer = new VolumeViewer(createScene(volume), { state, openFile });
      this.node.replaceChildren(this.viewer.node);
      old?.dispose();
    } catch (error) {
      if (rendering !== this.rendering || this.isDisposed) return;
      this.viewer?.dispose();
      this.viewer = undefined;
      const message = error instanceof Error ? error.message : String(error);
      this.node.replaceChildren(element("p", { class: "tl-Error", role: "alert" }, message));
    }
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.viewer?.dispose();
    super.dispose();
  }
}

/** Opens a file of the project for a viewer, through this page's server. */
export function openFile(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  return openServedFile(PageConfig.getBaseUrl(), path, signal);
}

/**
 * Safe: the payload is checked field by field, and ends up as pixels and text nodes; the files it names are asked of this
 * server alone, and their bytes end up as pixels too.
 */
export const volumeRenderer: IRenderMime.IExtension = {
  id: "tumorlab:volume",
  rendererFactory: { safe: true, mimeTypes: [volumeMime], createRenderer: () => new VolumeWidget() },
  rank: 0,
  dataType: "json",
};
