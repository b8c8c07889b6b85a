import type {
  ControlPayload,
  ControlState,
  InteractPayload,
} from "tumorlab/internal/contracts/interact-payload";
import { element } from "../dom";
import { formatStop } from "../logic/format-stop";

/** Values of a panel by the names of its controls. */
export type PanelValues = Record<string, ControlState>;

/** What a panel tells of: `settled` when the reader has let go of the control. */
export type OnMove = (values: PanelValues, settled: boolean) => void;

let panelCount = 0;

/** The controls of a panel as elements of the page, a line each, and a line for what there is to say. */
export class ControlPanel {
  readonly node = element("div", { class: "tl-Interact", role: "group", "aria-label": "Controls" });
  private readonly status = element("div", { class: "tl-Interact-status", role: "status" });
  private readonly values: PanelValues = {};
  private readonly inputs: (HTMLInputElement | HTMLSelectElement | HTMLButtonElement)[] = [];

  constructor(
    { controls }: InteractPayload,
    private readonly onMove: OnMove,
  ) {
    const prefix = `tl-interact-${++panelCount}`;
    controls.forEach((control, i) => this.node.append(...this.addControl(control, `${prefix}-${i}`)));
    this.node.append(this.status);
  }

  /** Says something under the controls; an empty text says nothing. */
  say(text: string, state: "note" | "failed" = "note"): void {
    this.status.textContent = text;
    this.node.dataset.state = text === "" ? "" : state;
  }

  /** Takes no more input, since nobody would answer. */
  disable(): void {
    for (const input of this.inputs) input.disabled = true;
  }

  private addControl(control: ControlPayload, id: string): HTMLElement[] {
    this.values[control.name] = control.value;
    if (control.kind === "pictures") return this.addPictures(control, id);
    const label = element("label", { class: "tl-Interact-label", for: id }, control.label);
    const shown = element("output", { class: "tl-Interact-value", for: id });
    const input = makeInput(control, id);
    const read = (): void => {
      this.values[control.name] = readInput(input, control);
      if (control.kind !== "slider") return;
      shown.textContent = formatStop(this.values[control.name] as number, control);
      input.setAttribute("aria-valuetext", shown.textContent);
    };
    const move = (settled: boolean) => (): void => {
      read();
      this.onMove({ ...this.values }, settled);
    };
    if (control.kind === "slider") input.addEventListener("input", move(false));
    input.addEventListener("change", move(true));
    // Else the notebook would take arrow keys for its cells.
    input.setAttribute("data-lm-suppress-shortcuts", "true");
    read();
    this.inputs.push(input);
    return [label, input, shown];
  }

  /** A button for each picture, which is down while the picture is picked. */
  private addPictures({ name, label, pictures = [], value }: ControlPayload, id: string): HTMLElement[] {
    const picked = [...(value as boolean[])];
    const buttons = pictures.map((source, k) => {
      const picture = element("img", { src: source, alt: "" });
      const number = element("span", { class: "tl-Interact-number" }, `Picture ${k + 1}`);
      const button = element(
        "button",
        { type: "button", class: "tl-Interact-picture", "aria-pressed": String(picked[k]) },
        picture,
        number,
      );
      button.addEventListener("click", () => {
        picked[k] = !picked[k];
        button.setAttribute("aria-pressed", String(picked[k]));
        this.values[name] = [...picked];
        this.onMove({ ...this.values }, true);
      });
      button.setAttribute("data-lm-suppress-shortcuts", "true");
      return button;
    });
    this.inputs.push(...buttons);
    const heading = element("div", { id, class: "tl-Interact-label tl-Interact-wide" }, label);
    const group = { class: "tl-Interact-pictures tl-Interact-wide", role: "group", "aria-labelledby": id };
    return [heading, element("div", group, ...buttons)];
  }
}

function makeInput(control: ControlPayload, id: string): HTMLInputElement | HTMLSelectElement {
  const { kind, min, max, step, options = [], value } = control;
  if (kind === "slider") {
    const slider = element("input", { id, type: "range", min, max, step });
    slider.value = String(value);
    return slider;
  }
  if (kind === "checkbox") {
    const box = element("input", { id, type: "checkbox" });
    box.checked = value === true;
    return box;
  }
  const choice = element(
    "select",
    { id },
    ...options.map((text, i) => element("option", { value: i }, text)),
  );
  choice.value = String(value);
  return choice;
}

function readInput(input: HTMLInputElement | HTMLSelectElement, { kind }: ControlPayload): number | boolean {
  return kind === "checkbox" ? (input as HTMLInputElement).checked : Number(input.value);
}
