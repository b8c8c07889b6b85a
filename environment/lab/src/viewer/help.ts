import { element } from "../dom";
import { button } from "./controls";

/** What mouse and keys do, in the order of use; the help lists it. */
const entries: readonly (readonly [keys: string, words: string])[] = [
  ["Wheel", "slices"],
  ["Left drag", "crosshair, or the tool that is chosen"],
  ["Shift + left drag", "window: right is wider, up is brighter"],
  ["Right drag, Ctrl + left drag, Ctrl + wheel", "zoom"],
  ["Middle drag", "move the picture"],
  ["Arrows, F and B", "next and previous slice"],
  ["Page Up, Page Down", "ten slices"],
  ["Home, End", "first and last slice"],
  ["Shift + arrows", "crosshair by one voxel"],
  ["1 to 9", "window from the list"],
  ["X", "crosshair on and off"],
  ["S or G", "overlay on and off"],
  ["A, D", "overlay fainter and stronger"],
  ["O", "overlay as outlines or tints"],
  ["M", "ruler: drag from end to end"],
  ["L", "size: click a structure or lesion of the overlay"],
  ["Delete", "remove the last ruler"],
  ["R", "whole picture again: zoom and place"],
  ["P", "screenshot of the three planes"],
  ["?", "this list"],
];

/** The list of keys and mouse habits, hidden until it is asked for. */
export class Help {
  readonly node: HTMLElement;
  private before: Element | null = null;

  constructor() {
    const close = button("Close");
    close.addEventListener("click", () => this.toggle());
    this.node = element(
      "div",
      { class: "tl-Volume-help", role: "dialog", "aria-label": "Keys and mouse", tabindex: -1, hidden: true },
      element("strong", {}, "Keys and mouse"),
      element(
        "dl",
        {},
        ...entries.flatMap(([keys, words]) => [element("dt", {}, keys), element("dd", {}, words)]),
      ),
      element("p", {}, "Keys work in a picture that was clicked."),
      close,
    );
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.toggle();
    });
  }

  toggle(): void {
    this.node.hidden = !this.node.hidden;
    if (this.node.hidden) {
      if (this.before instanceof HTMLElement) this.before.focus({ preventScroll: true });
      return;
    }
    this.before = document.activeElement;
    this.node.focus({ preventScroll: true });
  }
}
