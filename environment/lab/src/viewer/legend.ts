import { element } from "../dom";
import { button } from "./controls";
import type { Scene } from "./state";

/** What the legend asks of the viewer. */
export interface LegendHost {
  setHidden(hidden: Set<number>): void;
}

/** A toggle for each label: a filled swatch for organs, a ring for lesions. */
export class Legend {
  readonly node: HTMLElement;
  private readonly toggles = new Map<number, HTMLButtonElement>();
  private readonly all = button("Hide all");
  private hidden: ReadonlySet<number> = new Set();
  private present: ReadonlySet<number> = new Set();

  constructor({ table, present }: Scene, host: LegendHost) {
    for (const { value, name, color, lesion } of table) {
      const swatch = element("span", {
        class: "tl-Volume-swatch",
        "data-lesion": lesion,
        "aria-hidden": "true",
      });
      swatch.style.setProperty("--swatch", color);
      const toggle = element(
        "button",
        { type: "button", class: "tl-Volume-label", "data-label": value },
        swatch,
        name.replaceAll("_", " "),
      );
      toggle.addEventListener("click", () => {
        const hidden = new Set(this.hidden);
        if (!hidden.delete(value)) hidden.add(value);
        host.setHidden(hidden);
      });
      this.toggles.set(value, toggle);
    }
    this.all.addEventListener("click", () =>
      host.setHidden(new Set(this.hidden.size > 0 ? [] : this.present)),
    );
    this.node = element(
      "div",
      { class: "tl-Volume-legend", role: "group", "aria-label": "Labels shown" },
      ...this.toggles.values(),
      this.all,
    );
    this.node.hidden = table.length === 0;
    this.setPresent(present);
  }

  /** Another grid of the same volume may hold what a coarser one lost. */
  setPresent(present: ReadonlySet<number>): void {
    this.present = present;
    for (const [value, toggle] of this.toggles) {
      toggle.disabled = !present.has(value);
      toggle.title = toggle.disabled ? "Not in this volume" : "";
    }
  }

  show(hidden: ReadonlySet<number>): void {
    this.hidden = hidden;
    for (const [value, toggle] of this.toggles) {
      toggle.setAttribute("aria-pressed", String(!toggle.disabled && !hidden.has(value)));
    }
    this.all.textContent = hidden.size > 0 ? "Show all" : "Hide all";
  }
}
