import type { PieceSize } from "tumorlab/internal/contracts/scan-description";
import type { PayloadLabel, Triple } from "tumorlab/internal/contracts/volume-payload";
import { planes } from "tumorlab/internal/volume/planes";
import { element } from "../dom";
import { captionPicture, describePiece, namePicture } from "../logic/captions";
import type { DecodedVolume } from "../logic/decode";
import { FullResolution, type OpenProjectFile } from "../logic/full-resolution";
import { formatWindow, type HuRange } from "../logic/grey";
import { layoutPlanes } from "../logic/layout";
import type { PictureSource, ViewerPayload } from "../logic/picture";
import { measureTiltDegrees } from "../logic/planes";
import { describeGrid, explainShrunk, formatPosition, formatValue, readVoxel } from "../logic/readout";
import { formatMm } from "../logic/ruler";
import { isShrunk } from "../logic/source-grid";
import { magnify, type Zoom } from "../logic/zoom";
import { Controls } from "./controls";
import { Help } from "./help";
import { actionOfKey } from "./keys";
import { Legend } from "./legend";
import { Panel3d } from "./panel-3d";
import { PlaneView } from "./plane-view";
import { saveScreenshot } from "./screenshot";
import { keepShortcutsOut, passOnLabKeys } from "./shortcuts";
import {
  createScene,
  createState,
  moveState,
  type Ruler,
  type Scene,
  type Tool,
  type ViewerState,
} from "./state";
import type { Scene3d } from "./view-3d";

let viewers = 0;

/** Milliseconds without a change before a screen reader is told of the voxel. */
const announceAfterMs = 500;

/** What a viewer is made with, beside its scene. */
export interface ViewerOptions {
  /** State to go on with, from {@link VolumeViewer.previewState} of a viewer of the same grid; default: what the scene asks for. */
  state?: ViewerState;
  /** Opens the files that a downsampled payload was made from; default: there is no server to ask. */
  openFile?: OpenProjectFile;
  /** Gives what the 3D view draws, where the scene's volume is not in the page. */
  load3d?: () => Promise<Scene3d>;
  /** Measures the connected piece of the overlay at a voxel; default: the tool is not offered. */
  measurePiece?: (voxel: Triple) => Promise<PieceSize | undefined>;
  /** Whether the viewer has the page to itself: the wheel turns slices without a click. */
  isDocument?: boolean;
  /** Shown above the pictures. */
  extra?: HTMLElement;
}

/** Three planes of a scan with crosshair, window, overlay, tools and read-out; 3D when asked for. */
export class VolumeViewer {
  readonly node: HTMLElement;
  scene: Scene;
  state: ViewerState;
  readonly takesWheel: boolean;
  /** The scene of the payload's own grid. */
  private preview: Scene;
  private readonly full: FullResolution | undefined;
  private readonly sight: IntersectionObserver | undefined;
  private readonly views: PlaneView[];
  private readonly controls: Controls;
  private legend: Legend;
  private readonly panel3d: Panel3d;
  private readonly help = new Help();
  private readonly pictures = element("div", { class: "tl-Volume-planes" });
  private readonly readout = element("div", { class: "tl-Volume-readout" });
  private readonly result = element("p", { class: "tl-Volume-result", role: "status", hidden: true });
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
  private drawing: Ruler | undefined;

  constructor(
    scene: Scene,
    private readonly options: ViewerOptions = {},
  ) {
    const { state = createState(scene), openFile, load3d, measurePiece, isDocument = false, extra } = options;
    const { payload, volume, kind } = scene;
    this.preview = scene;
    this.scene = scene;
    this.state = state;
    this.takesWheel = isDocument;
    const helpId = `tl-volume-help-${viewers++}`;
    this.views = planes.map((plane) => new PlaneView(plane, this, helpId));
    this.controls = new Controls(
      {
        windows: payload.windows,
        unit: kind === "ct" ? "HU" : "",
        hasLabels: scene.hasLabels,
        hasPicture: kind !== "labels",
        canMeasure: measurePiece !== undefined,
      },
      this,
    );
    this.legend = new Legend(this.scene, this);
    const canBeFull = volume && isShrunk(payload) && payload.full && openFile;
    const here = () => {
      const { volume, table } = this.preview;
      if (!volume) throw new Error("There is no volume in this page to draw.");
      return Promise.resolve({ volume, table });
    };
    this.panel3d = new Panel3d(load3d ?? here, canBeFull ? () => this.loadFull() : undefined);
    this.pictures.append(...this.views.map(({ node }) => node));
    const { title } = payload;
    this.node = element(
      "div",
      {
        class: "tl-Volume",
        role: "group",
        "aria-label": `${kind === "ct" ? "CT" : "Scan"} viewer${title ? `: ${title}` : ""}`,
        "data-kind": kind,
      },
      ...(title ? [element("div", { class: "tl-Volume-title" }, title)] : []),
      ...(extra ? [extra] : []),
      this.controls.node,
      this.pictures,
      this.readout,
      this.result,
      this.spoken,
      this.legend.node,
      this.panel3d.node,
      this.createNotes(helpId),
      this.help.node,
    );
    keepShortcutsOut(this.node);
    this.node.addEventListener("keydown", (event) => this.pressKey(event));
    this.observer.observe(this.node);
    this.showGrid(isShrunk(payload) ? explainShrunk(payload, openFile !== undefined) : "");
    this.requestPaint();
    if (!canBeFull || !volume) return;
    const full = new FullResolution(volume, openFile, this);
    this.sight = new IntersectionObserver((entries) => full.see(entries[entries.length - 1].isIntersecting));
    this.sight.observe(this.node);
    this.full = full;
  }

  get payload(): ViewerPayload {
    return this.preview.payload;
  }

  /** The state on the payload's own grid. */
  get previewState(): ViewerState {
    return moveState(this.state, this.scene.payload, this.preview.payload);
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
      this.state = moveState(this.state, this.scene.payload, next.payload);
      this.scene = next;
      this.legend.setPresent(next.present);
      this.width = 0;
      this.layout();
    }
    this.showGrid(word);
  }

  /** Puts other labels over the picture, or none; `source` gives the slices of both. */
  showOverlay(source: PictureSource, table: readonly PayloadLabel[]): void {
    const present = new Set(table.map(({ value }) => value));
    this.scene = { ...this.scene, source, table: [...table], present, hasLabels: table.length > 0 };
    this.preview = this.scene;
    const legend = new Legend(this.scene, this);
    this.legend.node.replaceWith(legend.node);
    this.legend = legend;
    keepShortcutsOut(legend.node);
    this.controls.showLabels(table.length > 0);
    this.say("");
    if (this.panel3d.isOpen) this.toggle3d();
    const rulers = this.state.rulers.filter(({ words }) => words === undefined);
    const tool = this.state.tool === "size" ? "crosshair" : this.state.tool;
    this.update({ hidden: new Set(), rulers, tool });
  }

  /** To be called when slices have come. */
  requestPaint(): void {
    cancelAnimationFrame(this.frame);
    // Many changes between two frames are painted once.
    this.frame = requestAnimationFrame(() => this.paint());
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

  setOutlines(outlines: boolean): void {
    this.update({ outlines });
  }

  setZoom(zoom: Zoom): void {
    this.update({ zoom });
  }

  setTool(tool: Tool): void {
    this.update({ tool });
  }

  magnify(by: number): void {
    const points = this.views.map((view) => [view.plane.name, view.crosshairFromMiddle] as const);
    this.update({ zoom: magnify(this.state.zoom, by, Object.fromEntries(points)) });
  }

  measure(ruler: Ruler, isDone: boolean): void {
    const others = this.state.rulers.filter((each) => each !== this.drawing);
    const [from, to] = ruler.ends;
    const isLong = from.some((place, axis) => place !== to[axis]);
    this.drawing = isDone ? undefined : ruler;
    this.update({ rulers: isLong || !isDone ? [...others, ruler] : others });
  }

  measurePiece(voxel: Triple): void {
    this.say("Measuring...");
    this.options.measurePiece?.(voxel).then(
      (piece) => this.showPiece(piece),
      (error: unknown) => this.say(error instanceof Error ? error.message : String(error)),
    );
  }

  setHidden(hidden: Set<number>): void {
    this.update({ hidden });
    this.panel3d.setHidden(hidden);
  }

  reset(): void {
    this.say("");
    this.update(createState(this.scene));
    this.panel3d.setHidden(this.state.hidden);
  }

  toggle3d(): void {
    this.panel3d.toggle(this.state.hidden);
    this.controls.show3d(this.panel3d.isOpen);
  }

  toggleHelp(): void {
    this.help.toggle();
  }

  saveScreenshot(): void {
    const { window, voxel } = this.state;
    void saveScreenshot(
      this.views.map(({ canvas }) => canvas),
      captionPicture(this.scene, window, voxel),
      namePicture(this.payload, voxel),
    );
  }

  /** A sentence below the pictures; an empty one takes it away. */
  say(text: string): void {
    this.result.textContent = text;
    this.result.hidden = text === "";
  }

  private loadFull(): Promise<DecodedVolume> {
    const { volume } = this.preview;
    if (this.full) return this.full.load();
    return volume ? Promise.resolve(volume) : Promise.reject(new Error("There is no volume in this page."));
  }

  /** Shows another state; `setWindow` and the like tell the controls too. */
  update(change: Partial<ViewerState>): void {
    this.state = { ...this.state, ...change };
    this.requestPaint();
  }

  private showPiece(piece: PieceSize | undefined): void {
    const rulers = this.state.rulers.filter(({ words }) => words === undefined);
    if (!piece) {
      this.say("No structure there: click one of the overlay.");
      this.update({ rulers });
      return;
    }
    const { value, axialDiameterMm, axialEnds } = piece;
    const entry = this.scene.table.find((each) => each.value === value);
    this.say(describePiece(piece, entry?.name.replaceAll("_", " ") ?? "Piece"));
    const ruler: Ruler = { plane: "axial", ends: axialEnds, words: formatMm(axialDiameterMm) };
    const voxel: Triple = [...this.state.voxel];
    voxel[2] = axialEnds[0][2];
    this.update({ rulers: [...rulers, ruler], voxel });
  }

  /** Keys of the whole viewer, as ITK-SNAP and 3D Slicer have them; what is meant for the lab is handed on. */
  private pressKey(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey, altKey } = event;
    const isTyped = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    const act =
      ctrlKey || metaKey || altKey || isTyped
        ? undefined
        : actionOfKey(this, key, this.options.measurePiece !== undefined);
    if (!act) {
      passOnLabKeys(this.node, event);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  private layout(): void {
    const width = this.node.clientWidth - 24;
    const density = window.devicePixelRatio || 1;
    if (width <= 0 || (width === this.width && density === this.density)) return;
    this.width = width;
    this.density = density;
    const { shape, spacingMm } = this.scene.payload;
    const { canvases, pictures, pixelsPerMm, stacked } = layoutPlanes(shape, spacingMm, width);
    this.pictures.dataset.stacked = String(stacked);
    this.views.forEach((view, i) =>
      view.layout({ canvas: canvases[i], picture: pictures[i], pixelsPerMm, density }),
    );
    this.paint();
  }

  private paint(): void {
    for (const view of this.views) view.paint();
    const { window, hidden, voxel, zoom, tool } = this.state;
    this.controls.show(this.state);
    this.legend.show(hidden);
    this.showReadout();
    this.node.dataset.window = formatWindow(window);
    this.node.dataset.voxel = voxel.join(",");
    this.node.dataset.zoom = String(Number(zoom.factor.toFixed(2)));
    this.node.dataset.tool = tool;
    const isThere = planes.every((plane) => this.scene.source.isReady(plane, voxel[plane.through]));
    if (this.width > 0 && isThere) this.node.dataset.state = "ready";
  }

  private showReadout(): void {
    const { scene } = this;
    const { voxel } = this.state;
    const found = readVoxel(scene.payload.affine, scene.source.find(voxel), scene.table, voxel);
    const value = formatValue(found, scene.kind);
    const name = found.label?.name.replaceAll("_", " ");
    const swatch = element("span", { class: "tl-Volume-swatch", "data-lesion": found.label?.lesion });
    if (found.label) swatch.style.setProperty("--swatch", found.label.color);
    const label = name ? [element("span", { class: "tl-Volume-found" }, swatch, name)] : [];
    this.readout.replaceChildren(
      ...(value === "" ? label : [element("strong", {}, value)]),
      element("span", {}, formatPosition(found.worldMm)),
      element("span", {}, `voxel ${found.voxel.join(", ")}`),
      ...(value === "" ? [] : label),
    );
    clearTimeout(this.timer);
    const text = [name ?? (value === "No label" ? "" : "No label"), value, formatPosition(found.worldMm)]
      .filter((part) => part !== "")
      .join(", ");
    this.timer = setTimeout(() => {
      if (this.spoken.textContent !== text) this.spoken.textContent = text;
    }, announceAfterMs);
  }

  /** Says in words and as data how fine the picture is. */
  private showGrid(word: string): void {
    const { payload } = this.scene;
    const tilt = measureTiltDegrees(payload.affine);
    const tilted =
      tilt > 1 ? ` Tilted ${tilt.toFixed(0)}° against the patient's axes: sides are nearest sides.` : "";
    const known = word === "" ? "" : ` ${word}`;
    this.grid.textContent = `${describeGrid(payload)}.${known}${tilted} Patient's right is on the left of axial and coronal.`;
    this.node.dataset.resolution = isShrunk(payload) ? "downsampled" : "full";
  }

  private createNotes(helpId: string): HTMLElement {
    return element(
      "div",
      { class: "tl-Volume-notes" },
      this.grid,
      element(
        "p",
        { id: helpId },
        "Drag: crosshair. Shift and drag: window. Right button and drag: zoom. Middle button and drag: move. " +
          `${this.takesWheel ? "Wheel" : "In a clicked picture, wheel"}, arrows, Page Up and Page Down go through ` +
          "the slices. Press ? for all keys.",
      ),
    );
  }
}
