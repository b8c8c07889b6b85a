import type { Triple, VolumePayload } from "tumorlab/internal/contracts/volume-payload";
import { planes } from "tumorlab/internal/volume/planes";
import { element } from "../dom";
import type { DecodedVolume } from "../logic/decode";
import { FullResolution, type OpenProjectFile } from "../logic/full-resolution";
import { formatWindow, type HuRange } from "../logic/grey";
import { layoutPlanes } from "../logic/layout";
import { measureTiltDegrees } from "../logic/planes";
import { describeGrid, explainShrunk, formatHu, formatPosition, readVoxel } from "../logic/readout";
import { isShrunk } from "../logic/source-grid";
import { Controls } from "./controls";
import { Legend } from "./legend";
import { Panel3d } from "./panel-3d";
import { PlaneView } from "./plane-view";
import { keepShortcutsOut, passOnLabKeys } from "./shortcuts";
import { createScene, createState, moveState, type Scene, type ViewerState } from "./state";

let viewers = 0;

/** Milliseconds without a change before a screen reader is told of the voxel. */
const announceAfterMs = 500;

/** Three planes of a CT with crosshair, window, overlay and read-out; 3D when asked for. */
export class VolumeViewer {
  readonly node: HTMLElement;
  scene: Scene;
  state: ViewerState;
  /** The scene of the payload's own grid. */
  private readonly preview: Scene;
  private readonly full: FullResolution | undefined;
  private readonly sight: IntersectionObserver | undefined;
  private readonly views: PlaneView[];
  private readonly controls: Controls;
  private readonly legend: Legend;
  private readonly panel3d: Panel3d;
  private readonly pictures = element("div", { class: "tl-Volume-planes" });
  private readonly readout = element("div", { class: "tl-Volume-readout" });
  private readonly spoken = element("div", {
    class: "tl-Volume-spoken",
    "aria-live": "polite",
    role: "status",
  });
  private readonly grid = element("p", { class: "tl-Volume-grid", role: "status" });
  private readonly observer = new ResizeObserver(() => this.layout());
  private frame = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private width = 0;
  private density = 0;

  /**
   * @param state state to go on with, from {@link previewState} of a viewer of the same grid; default: what the payload
   *   asks for
   * @param openFile opens the files that a downsampled payload was made from; default: there is no server to ask
   */
  constructor(volume: DecodedVolume, state: ViewerState = createState(volume), openFile?: OpenProjectFile) {
    const { payload } = volume;
    this.preview = createScene(volume);
    this.scene = this.preview;
    this.state = state;
    const helpId = `tl-volume-help-${viewers++}`;
    this.views = planes.map((plane) => new PlaneView(plane, this, helpId));
    this.controls = new Controls(volume.payload.windows, volume.labels !== undefined, this);
    this.legend = new Legend(this.scene, this);
    const canBeFull = isShrunk(payload) && payload.full && openFile;
    this.panel3d = new Panel3d(this.preview, canBeFull ? () => this.loadFull() : undefined);
    this.pictures.append(...this.views.map(({ node }) => node));
    const { title } = payload;
    this.node = element(
      "div",
      { class: "tl-Volume", role: "group", "aria-label": title ? `CT viewer: ${title}` : "CT viewer" },
      ...(title ? [element("div", { class: "tl-Volume-title" }, title)] : []),
      this.controls.node,
      this.pictures,
      this.readout,
      this.spoken,
      this.legend.node,
      this.panel3d.node,
      this.createNotes(helpId),
    );
    keepShortcutsOut(this.node);
    this.node.addEventListener("keydown", (event) => passOnLabKeys(this.node, event));
    this.observer.observe(this.node);
    this.showGrid(isShrunk(payload) ? explainShrunk(payload, openFile !== undefined) : "");
    this.requestPaint();
    if (!canBeFull) return;
    const full = new FullResolution(volume, openFile, this);
    this.sight = new IntersectionObserver((entries) => full.see(entries[entries.length - 1].isIntersecting));
    this.sight.observe(this.node);
    this.full = full;
  }

  get payload(): VolumePayload {
    return this.preview.volume.payload;
  }

  /** The state on the payload's own grid. */
  get previewState(): ViewerState {
    return moveState(this.state, this.scene.volume.payload, this.preview.volume.payload);
  }

  dispose(): void {
    this.sight?.disconnect();
    this.full?.dispose();
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.panel3d.dispose();
  }

  showFull(volume: DecodedVolume | undefined, word: string): void {
    const next = volume ? createScene(volume, this.preview.table) : this.preview;
    if (next.volume !== this.scene.volume) {
      this.state = moveState(this.state, this.scene.volume.payload, next.volume.payload);
      this.scene = next;
      this.legend.setPresent(next.present);
      this.width = 0;
      this.layout();
    }
    this.showGrid(word);
  }

  moveTo(voxel: Triple): void {
    this.update({ voxel });
  }

  setWindow({ centerHu, widthHu }: HuRange): void {
    this.update({ window: { centerHu, widthHu } });
  }

  setOpacity(opacity: number): void {
    this.update({ opacity });
  }

  setHidden(hidden: Set<number>): void {
    this.update({ hidden });
    this.panel3d.setHidden(hidden);
  }

  reset(): void {
    this.update(createState(this.scene.volume));
    this.panel3d.setHidden(this.state.hidden);
  }

  toggle3d(): void {
    this.panel3d.toggle(this.state.hidden);
    this.controls.show3d(this.panel3d.isOpen);
  }

  private loadFull(): Promise<DecodedVolume> {
    return this.full?.load() ?? Promise.resolve(this.preview.volume);
  }

  private update(change: Partial<ViewerState>): void {
    this.state = { ...this.state, ...change };
    this.requestPaint();
  }

  /** Many changes between two frames are painted once. */
  private requestPaint(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint());
  }

  private layout(): void {
    const width = this.node.clientWidth - 24;
    const density = window.devicePixelRatio || 1;
    if (width <= 0 || (width === this.width && density === this.density)) return;
    this.width = width;
    this.density = density;
    const { shape, spacingMm } = this.scene.volume.payload;
    const { canvases, pictures, pixelsPerMm, stacked } = layoutPlanes(shape, spacingMm, width);
    this.pictures.dataset.stacked = String(stacked);
    this.views.forEach((view, i) =>
      view.layout({ canvas: canvases[i], picture: pictures[i], pixelsPerMm, density }),
    );
    this.paint();
  }

  private paint(): void {
    for (const view of this.views) view.paint();
    const { window, opacity, hidden, voxel } = this.state;
    this.controls.show(window, opacity);
    this.legend.show(hidden);
    this.showReadout();
    this.node.dataset.window = formatWindow(window);
    this.node.dataset.voxel = voxel.join(",");
    if (this.width > 0) this.node.dataset.state = "ready";
  }

  private showReadout(): void {
    const found = readVoxel(this.scene.volume, this.scene.table, this.state.voxel);
    const name = found.label?.name.replaceAll("_", " ");
    const swatch = element("span", { class: "tl-Volume-swatch", "data-lesion": found.label?.lesion });
    if (found.label) swatch.style.setProperty("--swatch", found.label.color);
    this.readout.replaceChildren(
      element("strong", {}, formatHu(found)),
      element("span", {}, formatPosition(found.worldMm)),
      element("span", {}, `voxel ${found.voxel.join(", ")}`),
      ...(name ? [element("span", { class: "tl-Volume-found" }, swatch, name)] : []),
    );
    clearTimeout(this.timer);
    const text = `${name ?? "No label"}, ${formatHu(found)}, ${formatPosition(found.worldMm)}`;
    this.timer = setTimeout(() => {
      if (this.spoken.textContent !== text) this.spoken.textContent = text;
    }, announceAfterMs);
  }

  /** Says in words and as data how fine the picture is. */
  private showGrid(word: string): void {
    const { volume } = this.scene;
    const tilt = measureTiltDegrees(volume.payload.affine);
    const tilted =
      tilt > 1 ? ` Tilted ${tilt.toFixed(0)}° against the patient's axes: sides are nearest sides.` : "";
    const known = word === "" ? "" : ` ${word}`;
    this.grid.textContent = `${describeGrid(volume)}.${known}${tilted} Patient's right is on the left of axial and coronal.`;
    this.node.dataset.resolution = isShrunk(volume.payload) ? "downsampled" : "full";
  }

  private createNotes(helpId: string): HTMLElement {
    return element(
      "div",
      { class: "tl-Volume-notes" },
      this.grid,
      element(
        "p",
        { id: helpId },
        "Click or drag: crosshair. Shift and drag: window. In a clicked picture, wheel, arrows, Page Up and Page " +
          "Down go through the slices; Shift and arrows move the crosshair.",
      ),
    );
  }
}
