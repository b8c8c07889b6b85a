import type { OverlayChoice } from "tumorlab/internal/contracts/scan-description";
import { element } from "../dom";
import { button } from "../viewer/controls";

/** What the bar asks of the document. */
export interface OverlayHost {
  /** Lays a label map over the scan; none where it is undefined. */
  choose(path: string | undefined): void;
  insertCell(): void;
}

/** Above the pictures of a scan: which label map lies over it, and a cell for a notebook. */
export class OverlayBar {
  readonly node: HTMLElement;
  private readonly select = element("select", { "aria-label": "Label map over the scan" });
  private readonly labels: HTMLElement;
  private readonly word = element("span", { class: "tl-Scan-overlayWord", role: "status" });
  private overlays: readonly OverlayChoice[] = [];

  constructor(host: OverlayHost) {
    const insert = button("Insert cell that reads this");
    insert.title = "Into the TypeScript notebook that was used last";
    insert.addEventListener("click", () => host.insertCell());
    this.labels = element("label", { hidden: true }, element("span", {}, "Label map"), this.select);
    this.select.addEventListener("change", () => {
      const { value } = this.select;
      host.choose(value === "" ? undefined : value);
    });
    this.node = element("div", { class: "tl-Volume-controls tl-Scan-bar" }, this.labels, insert, this.word);
  }

  /** Offers label maps that were found. */
  offer(overlays: readonly OverlayChoice[]): void {
    this.overlays = overlays;
    this.labels.hidden = overlays.length === 0;
    this.select.replaceChildren(
      element("option", { value: "" }, "None"),
      ...overlays.map(({ path, name }) => element("option", { value: path }, name)),
    );
  }

  /** Shows which one lies there, and a word on how it stands. */
  show(path: string | undefined, word: string, isRefusal = false): void {
    if (this.overlays.some((each) => each.path === path) || path === undefined)
      this.select.value = path ?? "";
    this.word.textContent = word;
    this.word.classList.toggle("tl-Error", isRefusal);
  }
}
