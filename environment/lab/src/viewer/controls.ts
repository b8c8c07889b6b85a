import type { HuWindow } from "tumorlab/internal/contracts/volume-payload";
import { element } from "../dom";
import { type HuRange, widthLimitsHu } from "../logic/grey";

/** What the row of controls asks of the viewer. */
export interface ControlsHost {
  setWindow(window: HuRange): void;
  setOpacity(opacity: number): void;
  reset(): void;
  toggle3d(): void;
}

const custom = "custom";

/** The row above the pictures: window presets, level and width, opacity of the overlay, reset, 3D. */
export class Controls {
  readonly node: HTMLElement;
  private readonly preset: HTMLSelectElement;
  private readonly level = numberInput("Level in HU", -2000, 4000, 5);
  private readonly width = numberInput("Width in HU", ...widthLimitsHu, 10);
  private readonly opacity = element("input", { type: "range", min: 0, max: 100, step: 5 });
  private readonly view3d = button("3D view");

  constructor(
    private readonly windows: readonly HuWindow[],
    hasLabels: boolean,
    host: ControlsHost,
  ) {
    this.preset = element(
      "select",
      {},
      ...windows.map(({ name }, index) => element("option", { value: index }, name)),
      element("option", { value: custom }, "Custom"),
    );
    const reset = button("Reset");
    this.view3d.setAttribute("aria-pressed", "false");
    this.node = element(
      "div",
      { class: "tl-Volume-controls", role: "group", "aria-label": "How it looks" },
      labelled("Window", this.preset),
      labelled("Level", this.level, "HU"),
      labelled("Width", this.width, "HU"),
      ...(hasLabels ? [labelled("Overlay", this.opacity)] : []),
      reset,
      this.view3d,
    );
    this.preset.addEventListener("change", () => {
      const window = windows[Number(this.preset.value)];
      if (window) host.setWindow(window);
    });
    const setByHand = () => {
      const [centerHu, widthHu] = [this.level.valueAsNumber, this.width.valueAsNumber];
      if (Number.isFinite(centerHu) && widthHu >= widthLimitsHu[0]) {
        host.setWindow({ centerHu, widthHu: Math.min(widthHu, widthLimitsHu[1]) });
      }
    };
    this.level.addEventListener("input", setByHand);
    this.width.addEventListener("input", setByHand);
    this.opacity.addEventListener("input", () => host.setOpacity(this.opacity.valueAsNumber / 100));
    reset.addEventListener("click", () => host.reset());
    this.view3d.addEventListener("click", () => host.toggle3d());
  }

  /** Shows a state. Leaves the number that is being typed alone. */
  show(window: HuRange, opacity: number): void {
    const index = this.windows.findIndex(
      ({ centerHu, widthHu }) => centerHu === window.centerHu && widthHu === window.widthHu,
    );
    this.preset.value = index < 0 ? custom : String(index);
    if (document.activeElement !== this.level) this.level.valueAsNumber = window.centerHu;
    if (document.activeElement !== this.width) this.width.valueAsNumber = window.widthHu;
    this.opacity.valueAsNumber = Math.round(100 * opacity);
    this.opacity.setAttribute("aria-valuetext", `${Math.round(100 * opacity)} percent`);
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

function labelled(text: string, control: HTMLElement, unit = ""): HTMLElement {
  return element(
    "label",
    {},
    element("span", {}, text),
    control,
    ...(unit ? [element("span", {}, unit)] : []),
  );
}
