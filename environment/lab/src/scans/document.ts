import { Widget } from "@lumino/widgets";
import type { ScanDescription, SeriesChoice } from "tumorlab/internal/contracts/scan-description";
import { element } from "../dom";
import { openVolume } from "../logic/decode";
import { ServedPlanes } from "../logic/served-planes";
import { createServedSource, explainOtherGrid, payloadOf } from "../logic/served-source";
import { button } from "../viewer/controls";
import type { Scene } from "../viewer/state";
import { VolumeViewer } from "../viewer/viewer";
import { OverlayBar } from "./overlay-bar";
import {
  askAbout,
  askForCopy,
  askForOverlays,
  askForPiece,
  askForPlane,
  type ScanAddress,
} from "./scan-client";
import "../viewer/viewer.css";
import "./scans.css";

/** What a scan's document can ask of the lab. */
export interface ScanHost {
  /** Puts a cell that reads the scan into a notebook. */
  insertCell(address: ScanAddress, overlay: string | undefined): void;
}

/** A scan of the project as a document: the viewer, a list of series to choose from, or a sentence on what is wrong. */
export class ScanDocument extends Widget {
  private viewer: VolumeViewer | undefined;
  private planes: ServedPlanes | undefined;
  private over: { planes: ServedPlanes; path: string; version: string } | undefined;
  private choosing: AbortController | undefined;
  private readonly leaving = new AbortController();

  constructor(
    private address: ScanAddress,
    private readonly host: ScanHost,
  ) {
    super();
    this.addClass("tl-Scan");
    this.node.tabIndex = -1;
  }

  /** Asks for the scan and shows it; never rejected. */
  async open(): Promise<void> {
    this.node.replaceChildren(element("p", { class: "tl-Scan-word", role: "status" }, "Reading the scan..."));
    try {
      const found = await askAbout(this.address, this.leaving.signal);
      if (this.isDisposed) return;
      if ("series" in found) this.offerSeries(found);
      else this.showScan(found);
    } catch (error) {
      if (!this.isDisposed) this.refuse(error);
    }
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.leaving.abort();
    this.planes?.dispose();
    this.over?.planes.dispose();
    this.viewer?.dispose();
    super.dispose();
  }

  private refuse(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const again = button("Open again");
    again.addEventListener("click", () => {
      this.viewer?.dispose();
      this.planes?.dispose();
      void this.open();
    });
    this.node.replaceChildren(
      element("p", { class: "tl-Error", role: "alert" }, message),
      element("p", { class: "tl-Volume tl-Scan-again" }, again),
    );
  }

  /** Several series lie under the path: one is chosen by its name. */
  private offerSeries({ series }: SeriesChoice): void {
    const list = element("ul", { class: "tl-Scan-series" });
    for (const { name, words } of series) {
      const choice = button(words);
      choice.addEventListener("click", () => {
        this.address = { ...this.address, series: name };
        void this.open();
      });
      list.append(element("li", {}, choice));
    }
    this.node.replaceChildren(
      element(
        "div",
        { class: "tl-Volume tl-Scan-choice" },
        element("p", {}, `${series.length} series lie here. Which one?`),
        list,
      ),
    );
    list.querySelector("button")?.focus();
  }

  private showScan(about: ScanDescription): void {
    const isLabels = about.kind === "labels";
    const { address } = this;
    const planes = this.askForPlanes(address, about, (message) => this.refuse(new Error(message)));
    this.planes = planes;
    const scene: Scene = {
      payload: payloadOf(about),
      source: isLabels ? createServedSource(undefined, planes) : createServedSource(planes, undefined),
      kind: about.kind,
      table: about.table,
      present: new Set(about.table.map(({ value }) => value)),
      hasLabels: isLabels,
    };
    const { signal } = this.leaving;
    const bar = new OverlayBar({
      choose: (path) => void this.chooseOverlay(path, about, bar),
      insertCell: () => this.host.insertCell(this.address, this.over?.path),
    });
    const viewer = new VolumeViewer(scene, {
      isDocument: true,
      extra: bar.node,
      load3d: async () => {
        const volume = await openVolume(await askForCopy(address, this.over?.path, signal));
        return { volume, table: volume.payload.labels?.table ?? [] };
      },
      measurePiece: (voxel) =>
        this.over
          ? askForPiece({ path: this.over.path, asLabels: true }, this.over.version, voxel, signal)
          : askForPiece(address, about.version, voxel, signal),
    });
    this.viewer = viewer;
    const notes = about.notes.map((note) => element("p", { class: "tl-Scan-note" }, note));
    this.node.replaceChildren(viewer.node, ...notes);
    if (isLabels) return;
    askForOverlays(address, signal).then(
      (overlays) => bar.offer(overlays),
      () => undefined, // Without a list nothing is offered; the scan itself shows.
    );
  }

  /** Lays a label map over the scan, or none. One that cannot lie there leaves what was there. */
  private async chooseOverlay(
    path: string | undefined,
    about: ScanDescription,
    bar: OverlayBar,
  ): Promise<void> {
    this.choosing?.abort();
    const choosing = (this.choosing = new AbortController());
    this.leaving.signal.addEventListener("abort", () => choosing.abort(), { once: true });
    try {
      if (path === undefined) {
        this.layOver(undefined, []);
        bar.show(undefined, "");
        return;
      }
      bar.show(this.over?.path, `Reading ${path}...`);
      const address = { path, asLabels: true };
      const labels = await askAbout(address, choosing.signal);
      if (choosing.signal.aborted || "series" in labels) return;
      const other = explainOtherGrid(about, labels);
      if (other !== undefined)
        throw new Error(
          `${path} is not drawn over this scan. ${other}. Resample it onto the scan's grid first.`,
        );
      const planes = this.askForPlanes(address, labels, (message) =>
        bar.show(this.over?.path, message, true),
      );
      this.layOver({ planes, path, version: labels.version }, labels.table);
      const words = labels.table.length === 0 ? `${path} holds no structure.` : "";
      bar.show(path, words);
    } catch (error) {
      if (choosing.signal.aborted) return;
      bar.show(this.over?.path, error instanceof Error ? error.message : String(error), true);
    }
  }

  private layOver(over: ScanDocument["over"], table: ScanDescription["table"]): void {
    this.over?.planes.dispose();
    this.over = over;
    this.viewer?.showOverlay(createServedSource(this.planes, over?.planes), table);
  }

  private askForPlanes(
    address: ScanAddress,
    { shape, version }: ScanDescription,
    fail: (message: string) => void,
  ): ServedPlanes {
    return new ServedPlanes(
      shape,
      (plane, index, signal) => askForPlane(address, version, plane, index, signal),
      { arrive: () => this.viewer?.requestPaint(), fail },
    );
  }
}
