import type { HuWindow } from "tumorlab/internal/contracts/volume-payload";
import { element } from "../dom";
import { type HuRange, widthLimitsHu } from "../logic/grey";
import type { Tool, ViewerState } from "./state";

/** What the row of controls asks of the viewer. */
export interface ControlsHost {
  setWindow(window: HuRange): void;
  setOpacity(opacity: number): void;
  setOutlines(outlines: boolean): void;
  setTool(tool: Tool): void;
  reset(): void;
  toggle3d(): void;
  saveScreenshot(): void;
  toggleHelp(): void;
}

const custom = "custom";

/** What the row is made for. */
export interface ControlsParts {
  windows: readonly HuWindow[];
  /** `"HU"`, or nothing where the numbers are no HU. */
  unit: string;
  hasLabels: boolean;
  /** Whether there is a picture under the labels. */
  hasPicture: boolean;
  /** Whether a click can measure a lesion. */
  canMeasure: boolean;
}

/** The row above the pictures: window presets, level and width, how the overlay looks, tools, reset, 3D. */
export class Controls {
  readonly node: HTMLElement;
  private readonly preset: HTMLSelectElement;
  private readonly level: HTMLInputElement;
  private readonly width: HTMLInputElement;
  private readonly opacity = element("input", { type: "range", min: 0, max: 100, step: 5 });
  private readonly outlines = element("input", { type: "checkbox" });
  private readonly overlay: HTMLElement;
  private readonly view3d = button("3D view");
  private readonly ruler = button("Ruler");
  private readonly size = button("Size");
  private readonly windows: readonly HuWindow[];

  constructor({ windows, unit, hasLabels, hasPicture, canMeasure }: ControlsParts, host: ControlsHost) {
    this.windows = windows;
    const isHu = unit !== "";
    this.level = isHu ? numberInput("Level in HU", -2000, 4000, 5) : freeInput("Level");
    this.width = isHu ? numberInput("Width in HU", ...widthLimitsHu, 10) : freeInput("Width");
    this.preset = element(
      "select",
      {},
      ...windows.map(({ name }, index) => element("option", { value: index }, name)),
      element("option", { value: custom }, "Custom"),
    );
    const [reset, picture, help] = [button("Reset"), button("Screenshot"), button("?")];
    help.title = "Keys and mouse (?)";
    help.setAttribute("aria-label", "Keys and mouse");
    picture.title = "Save the three pictures as a PNG file (P)";
    this.ruler.title = "Drag in a picture to measure a length (M)";
    this.size.title = "Click a structure to measure its connected piece (L)";
    for (const toggle of [this.view3d, this.ruler, this.size]) toggle.setAttribute("aria-pressed", "false");
    this.overlay = element(
      "span",
      { class: "tl-Volume-overlay" },
      labelled("Overlay", this.opacity),
      element("label", {}, this.outlines, element("span", {}, "Outlines")),
      ...(canMeasure ? [this.size] : []),
    );
    this.node = element(
      "div",
      { class: "tl-Volume-controls", role: "group", "aria-label": "How it looks" },
      ...(hasPicture
        ? [
            labelled("Window", this.preset),
            labelled("Level", this.level, unit),
            labelled("Width", this.width, unit),
          ]
        : []),
      this.overlay,
      this.ruler,
      reset,
      picture,
      this.view3d,
      help,
    );
    this.showLabels(hasLabels);
    this.preset.addEventListener("change", () => {
      const window = windows[Number(this.preset.value)];
      if (window) host.setWindow(window);
    });
    const setByHand = () => {
      const [centerHu, widthHu] = [this.level.valueAsNumber, this.width.valueAsNumber];
      if (!Number.isFinite(centerHu) || !(widthHu >= (isHu ? widthLimitsHu[0] : Number.MIN_VALUE))) return;
      host.setWindow({ centerHu, widthHu: isHu ? Math.min(widthHu, widthLimitsHu[1]) : widthHu });
    };
    this.level.addEventListener("input", setByHand);
    this.width.addEventListener("input", setByHand);
    this.opacity.addEventListener("input", () => host.setOpacity(this.opacity.valueAsNumber / 100));
    this.outlines.addEventListener("change", () => host.setOutlines(this.outlines.checked));
    const choose = (toggle: HTMLElement, tool: Tool) =>
      toggle.addEventListener("click", () =>
        host.setTool(toggle.getAttribute("aria-pressed") === "true" ? "crosshair" : tool),
      );
    choose(this.ruler, "ruler");
    choose(this.size, "size");
    reset.addEventListener("click", () => host.reset());
    picture.addEventListener("click", () => host.saveScreenshot());
    this.view3d.addEventListener("click", () => host.toggle3d());
    help.addEventListener("click", () => host.toggleHelp());
  }

  /** Whether there is an overlay whose looks can be set. */
  showLabels(hasLabels: boolean): void {
    this.overlay.hidden = !hasLabels;
  }

  /** Shows a state. Leaves the number that is being typed alone. */
  show({ window, opacity, outlines, tool }: ViewerState): void {
    const index = this.windows.findIndex(
      ({ centerHu, widthHu }) => centerHu === window.centerHu && widthHu === window.widthHu,
    );
    this.preset.value = index < 0 ? custom : String(index);
    if (document.activeElement !== this.level) this.level.valueAsNumber = window.centerHu;
    if (document.activeElement !== this.width) this.width.valueAsNumber = window.widthHu;
    this.opacity.valueAsNumber = Math.round(100 * opacity);
    this.opacity.setAttribute("aria-valuetext", `${Math.round(100 * opacity)} percent`);
    this.outlines.checked = outlines;
    this.ruler.setAttribute("aria-pressed", String(tool === "ruler"));
    this.size.setAttribute("aria-pressed", String(tool === "size"));
  }

  show3d(open: boolean): void {
    this.view3d.setAttribute("aria-pressed", String(open));
  }
}

export function button(text: string): HTMLButtonElement {
  return element("button", { type: "button", class: "tl-Volume-button" }, text);
}

function numberInput(label: string, min: number, max: number, step: number): HTMLInputElement {
  return element("input", { type: "number", min, max, step, "aria-label": label });
}

function freeInput(label: string): HTMLInputElement {
  return element("input", { type: "number", step: "any", "aria-label": label });
}

function labelled(text: string, control: HTMLElement, unit = ""): HTMLElement {
  return element(
    "label",
    {},
    element("span", {}, text),
    control,
    ...(unit ? [element("span", {}, unit)] : []),
  );
}
