import type { Triple } from "tumorlab/internal/contracts/volume-payload";
import { type PlaneGeometry, planeSize } from "tumorlab/internal/volume/planes";
import { element } from "../dom";
import { dragWindow, type HuRange } from "../logic/grey";
import { pixelToVoxel, stepVoxel } from "../logic/planes";
import { createWheelSteps } from "../logic/wheel";
import { type PlaneArea, paintPlane } from "./paint";
import type { Scene, ViewerState } from "./state";

/** What a plane asks of the viewer it is part of. */
export interface PlaneHost {
  readonly scene: Scene;
  readonly state: ViewerState;
  moveTo(voxel: Triple): void;
  setWindow(window: HuRange): void;
}

/** One plane: the picture, and a slider for its slices. */
export class PlaneView {
  readonly node: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly slider: HTMLInputElement;
  private readonly count = element("output", { class: "tl-Volume-count" });
  private area: PlaneArea | undefined;
  private readonly turn = createWheelSteps();

  /** @param helpId id of the element that explains the keys */
  constructor(
    private readonly plane: PlaneGeometry,
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

  paint(): void {
    if (!this.area) return;
    const { scene, state } = this.host;
    const { shape } = scene.volume.payload;
    const index = state.voxel[this.plane.through];
    const total = shape[this.plane.through];
    paintPlane(this.canvas, this.plane, this.area, scene, state);
    this.slider.max = String(total - 1);
    this.slider.valueAsNumber = index;
    this.slider.setAttribute("aria-valuetext", `${index + 1} of ${total}`);
    this.count.value = `${index + 1} / ${total}`;
    this.canvas.dataset.slice = String(index);
    this.canvas.setAttribute("aria-label", `${this.plane.title} slice ${index + 1} of ${total}`);
  }

  private showSlice(index: number): void {
    const voxel: Triple = [...this.host.state.voxel];
    voxel[this.plane.through] = index;
    this.host.moveTo(voxel);
  }

  /** Moves the crosshair; with Shift, the window. */
  private startDrag(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    const { window } = this.host.state;
    const start = event;
    const follow = (move: PointerEvent) => {
      if (start.shiftKey) {
        const dx = move.clientX - start.clientX;
        this.host.setWindow(dragWindow(window, dx, move.clientY - start.clientY));
      } else {
        this.pointAt(move);
      }
    };
    const end = () => {
      this.canvas.removeEventListener("pointermove", follow);
      this.canvas.removeEventListener("pointerup", end);
      this.canvas.removeEventListener("pointercancel", end);
    };
    this.canvas.addEventListener("pointermove", follow);
    this.canvas.addEventListener("pointerup", end);
    this.canvas.addEventListener("pointercancel", end);
    follow(event);
  }

  private pointAt(event: PointerEvent): void {
    if (!this.area) return;
    const { picture } = this.area;
    const { shape } = this.host.scene.volume.payload;
    const [columns, rows] = planeSize(this.plane, shape);
    const box = this.canvas.getBoundingClientRect();
    // The page may be zoomed by a transform: measure the box that is really there.
    const zoom = box.width / this.area.canvas[0];
    const x = (event.clientX - box.left) / zoom - picture.left;
    const y = (event.clientY - box.top) / zoom - picture.top;
    const pixel: [number, number] = [(x / picture.width) * columns - 0.5, (y / picture.height) * rows - 0.5];
    this.host.moveTo(pixelToVoxel(this.plane, shape, pixel, this.host.state.voxel));
  }

  /** Only in a focused picture: elsewhere the wheel scrolls the notebook. */
  private turnWheel(event: WheelEvent): void {
    if (document.activeElement !== this.canvas || event.ctrlKey) return;
    event.preventDefault();
    const slices = this.turn(event);
    if (slices === 0) return;
    this.step(this.plane.through, -slices);
  }

  /** Arrows go through the slices, with Shift they move the crosshair in the picture. */
  private pressKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { along, down, through } = this.plane;
    const far = this.host.scene.volume.payload.shape[through];
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
        };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    this.step(...move);
  }

  private step(axis: number, steps: number): void {
    this.host.moveTo(stepVoxel(this.host.state.voxel, this.host.scene.volume.payload.shape, axis, steps));
  }
}
