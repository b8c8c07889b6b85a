import type { Triple } from "tumorlab/internal/contracts/volume-payload";
import { type PlaneGeometry, planeSize, voxelToPixel } from "tumorlab/internal/volume/planes";
import { element } from "../dom";
import { dragWindow, type HuRange } from "../logic/grey";
import { pixelToVoxel, stepVoxel } from "../logic/planes";
import { createWheelSteps } from "../logic/wheel";
import { movePicture, placePicture, type Zoom } from "../logic/zoom";
import { type PlaneArea, paintPlane } from "./paint";
import type { Ruler, Scene, ViewerState } from "./state";

/** What a plane asks of the viewer it is part of. */
export interface PlaneHost {
  readonly scene: Scene;
  readonly state: ViewerState;
  /** Whether the wheel turns slices wherever it is over a picture, and not only in one that was clicked. */
  readonly takesWheel: boolean;
  moveTo(voxel: Triple): void;
  setWindow(window: HuRange): void;
  setZoom(zoom: Zoom): void;
  /** Magnifies all pictures about the crosshair. */
  magnify(by: number): void;
  /** Shows a length that is being measured, and keeps it at the end. */
  measure(ruler: Ruler, isDone: boolean): void;
  /** Measures the connected piece at a voxel. */
  measurePiece(voxel: Triple): void;
}

/** Pixels of a drag, or of the wheel, that magnify twice. */
const pixelsPerDouble = 150;

/** One plane: the picture, and a slider for its slices. */
export class PlaneView {
  readonly node: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  private readonly slider: HTMLInputElement;
  private readonly count = element("output", { class: "tl-Volume-count" });
  /** Where the picture lies when it fits. */
  private area: PlaneArea | undefined;
  private readonly turn = createWheelSteps();

  /** @param helpId id of the element that explains the keys */
  constructor(
    readonly plane: PlaneGeometry,
    private readonly host: PlaneHost,
    helpId: string,
  ) {
    this.canvas = element("canvas", {
      class: "tl-Volume-canvas",
      role: "img",
      tabindex: 0,
      "data-plane": plane.name,
      "aria-describedby": helpId,
    });
    this.slider = element("input", { type: "range", min: 0, step: 1, "aria-label": `${plane.title} slice` });
    this.node = element(
      "div",
      { class: "tl-Volume-plane" },
      this.canvas,
      element(
        "label",
        { class: "tl-Volume-slider" },
        element("span", {}, plane.title),
        this.slider,
        this.count,
      ),
    );
    this.slider.addEventListener("input", () => this.showSlice(this.slider.valueAsNumber));
    this.canvas.addEventListener("pointerdown", (event) => this.startDrag(event));
    this.canvas.addEventListener("wheel", (event) => this.turnWheel(event), { passive: false });
    this.canvas.addEventListener("keydown", (event) => this.pressKey(event));
    // The right button magnifies, the middle one moves: neither may open a menu or scroll the page.
    this.canvas.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      event.stopPropagation();
    });
    this.canvas.addEventListener("mousedown", (event) => {
      if (event.button === 1) event.preventDefault();
    });
  }

  /** Sets the place of the picture; {@link paint} must follow. */
  layout(area: PlaneArea): void {
    this.area = area;
    const [width, height] = area.canvas;
    this.canvas.width = Math.round(width * area.density);
    this.canvas.height = Math.round(height * area.density);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.node.style.width = `${width}px`;
  }

  /** Paints, where the slice is there; till then the last one stays. */
  paint(): void {
    const area = this.magnified;
    if (!area) return;
    const { scene, state } = this.host;
    const { shape } = scene.payload;
    const index = state.voxel[this.plane.through];
    const total = shape[this.plane.through];
    this.slider.max = String(total - 1);
    this.slider.valueAsNumber = index;
    this.slider.setAttribute("aria-valuetext", `${index + 1} of ${total}`);
    this.count.value = `${index + 1} / ${total}`;
    this.canvas.setAttribute("aria-label", `${this.plane.title} slice ${index + 1} of ${total}`);
    this.canvas.dataset.tool = state.tool;
    const isReady = scene.source.isReady(this.plane, index);
    if (!isReady && this.canvas.dataset.slice !== undefined) return;
    paintPlane(this.canvas, this.plane, area, scene, state);
    if (isReady) this.canvas.dataset.slice = String(index);
  }

  /** Where the crosshair is, in CSS pixels from the canvas's middle. */
  get crosshairFromMiddle(): [number, number] {
    const area = this.magnified;
    if (!area) return [0, 0];
    const { shape } = this.host.scene.payload;
    const [columns, rows] = planeSize(this.plane, shape);
    const [column, row] = voxelToPixel(this.plane, shape, this.host.state.voxel);
    const { picture, canvas } = area;
    return [
      picture.left + ((column + 0.5) / columns) * picture.width - canvas[0] / 2,
      picture.top + ((row + 0.5) / rows) * picture.height - canvas[1] / 2,
    ];
  }

  private get magnified(): PlaneArea | undefined {
    if (!this.area) return undefined;
    const { zoom } = this.host.state;
    const { picture, canvas, pixelsPerMm } = this.area;
    return {
      ...this.area,
      picture: placePicture(picture, canvas, this.plane.name, zoom),
      pixelsPerMm: pixelsPerMm * zoom.factor,
    };
  }

  private showSlice(index: number): void {
    const voxel: Triple = [...this.host.state.voxel];
    voxel[this.plane.through] = index;
    this.host.moveTo(voxel);
  }

  /**
   * Left: the crosshair, or the tool that was chosen; with Shift, the window. Right, or left with Ctrl or Cmd: magnifies.
   * Middle: moves the picture.
   */
  private startDrag(event: PointerEvent): void {
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    const drag = this.chooseDrag(event);
    if (!drag) return;
    this.canvas.setPointerCapture(event.pointerId);
    const end = (last: PointerEvent) => {
      this.canvas.removeEventListener("pointermove", drag.follow);
      this.canvas.removeEventListener("pointerup", end);
      this.canvas.removeEventListener("pointercancel", end);
      drag.end?.(last);
    };
    this.canvas.addEventListener("pointermove", drag.follow);
    this.canvas.addEventListener("pointerup", end);
    this.canvas.addEventListener("pointercancel", end);
    drag.follow(event);
  }

  private chooseDrag(
    start: PointerEvent,
  ): { follow: (event: PointerEvent) => void; end?: (event: PointerEvent) => void } | undefined {
    const { window, zoom, tool, voxel } = this.host.state;
    const isMain = start.button === 0;
    if (start.button === 1)
      return {
        follow: ({ clientX, clientY }) =>
          this.host.setZoom(
            movePicture(zoom, this.plane.name, clientX - start.clientX, clientY - start.clientY),
          ),
      };
    if (start.button === 2 || (isMain && (start.ctrlKey || start.metaKey))) {
      let y = start.clientY;
      // Up magnifies, as in ITK-SNAP and 3D Slicer's slice views.
      return {
        follow: (event) => {
          this.host.magnify(2 ** ((y - event.clientY) / pixelsPerDouble));
          y = event.clientY;
        },
      };
    }
    if (!isMain) return undefined;
    if (start.shiftKey) {
      const isHu = this.host.scene.kind === "ct";
      return {
        follow: ({ clientX, clientY }) =>
          this.host.setWindow(dragWindow(window, clientX - start.clientX, clientY - start.clientY, isHu)),
      };
    }
    if (tool === "ruler") {
      const from = this.placeUnder(start);
      if (!from) return undefined;
      const rulerTo = (event: PointerEvent): Ruler => ({
        plane: this.plane.name,
        ends: [from, this.placeUnder(event) ?? from],
      });
      return {
        follow: (event) => this.host.measure(rulerTo(event), false),
        end: (event) => this.host.measure(rulerTo(event), true),
      };
    }
    if (tool === "size") {
      const at = this.voxelUnder(start, voxel);
      if (at) this.host.moveTo(at);
      if (at) this.host.measurePiece(at);
      return undefined;
    }
    return {
      follow: (event) => {
        const at = this.voxelUnder(event, this.host.state.voxel);
        if (at) this.host.moveTo(at);
      },
    };
  }

  /** Column and row under a pointer, whole numbers at the centres of pixels. */
  private pixelUnder(event: PointerEvent): [number, number] | undefined {
    const area = this.magnified;
    if (!area) return undefined;
    const { picture } = area;
    const [columns, rows] = planeSize(this.plane, this.host.scene.payload.shape);
    const box = this.canvas.getBoundingClientRect();
    // The page may be zoomed by a transform: measure the box that is really there.
    const zoom = box.width / area.canvas[0];
    const x = (event.clientX - box.left) / zoom - picture.left;
    const y = (event.clientY - box.top) / zoom - picture.top;
    return [(x / picture.width) * columns - 0.5, (y / picture.height) * rows - 0.5];
  }

  private voxelUnder(event: PointerEvent, voxel: Triple): Triple | undefined {
    const pixel = this.pixelUnder(event);
    return pixel && pixelToVoxel(this.plane, this.host.scene.payload.shape, pixel, voxel);
  }

  /** The place under a pointer, between voxels too. */
  private placeUnder(event: PointerEvent): Triple | undefined {
    const pixel = this.pixelUnder(event);
    if (!pixel) return undefined;
    const { along, down } = this.plane;
    const { shape } = this.host.scene.payload;
    const place: Triple = [...this.host.state.voxel];
    place[along] = shape[along] - 1 - pixel[0];
    place[down] = shape[down] - 1 - pixel[1];
    return place;
  }

  /** Slices; with Ctrl, magnifies. In a notebook only in a focused picture: elsewhere the wheel scrolls the notebook. */
  private turnWheel(event: WheelEvent): void {
    if (!this.host.takesWheel && document.activeElement !== this.canvas) return;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      this.host.magnify(2 ** (-event.deltaY / (2 * pixelsPerDouble)));
      return;
    }
    const slices = this.turn(event);
    if (slices === 0) return;
    this.step(this.plane.through, -slices);
  }

  /** Arrows go through the slices, with Shift they move the crosshair in the picture. */
  private pressKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { along, down, through } = this.plane;
    const far = this.host.scene.payload.shape[through];
    const moves: Record<string, [number, number]> = event.shiftKey
      ? { ArrowLeft: [along, 1], ArrowRight: [along, -1], ArrowUp: [down, 1], ArrowDown: [down, -1] }
      : {
          ArrowUp: [through, 1],
          ArrowRight: [through, 1],
          ArrowDown: [through, -1],
          ArrowLeft: [through, -1],
          PageUp: [through, 10],
          PageDown: [through, -10],
          Home: [through, -far],
          End: [through, far],
          f: [through, 1],
          b: [through, -1],
        };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    this.step(...move);
  }

  private step(axis: number, steps: number): void {
    this.host.moveTo(stepVoxel(this.host.state.voxel, this.host.scene.payload.shape, axis, steps));
  }
}
