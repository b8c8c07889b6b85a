import { element } from "../dom";
import type { DecodedVolume } from "../logic/decode";
import { hasWebGl2 } from "../webgl";
import type { Scene3d, View3d } from "./view-3d";

/** The place for the 3D view: empty until it is asked for, with a message where it cannot be had. */
export class Panel3d {
  readonly node = element("div", { class: "tl-Volume-3d", hidden: true });
  private view: View3d | undefined;
  private opening = 0;
  private hidden: ReadonlySet<number> = new Set();

  /**
   * @param load gives the volume that is drawn first
   * @param loadFull reads the volume at its own resolution, where that is finer and can be had
   */
  constructor(
    private readonly load: () => Promise<Scene3d>,
    private readonly loadFull: (() => Promise<DecodedVolume>) | undefined,
  ) {}

  get isOpen(): boolean {
    return !this.node.hidden;
  }

  toggle(hidden: ReadonlySet<number>): void {
    this.hidden = hidden;
    if (this.isOpen) this.close();
    else void this.open();
  }

  setHidden(hidden: ReadonlySet<number>): void {
    this.hidden = hidden;
    void this.view?.setHidden(hidden);
  }

  dispose(): void {
    this.close();
  }

  private async open(): Promise<void> {
    this.node.hidden = false;
    if (!hasWebGl2()) {
      this.say("This browser has no WebGL 2, which the 3D view needs. The three planes work without it.");
      this.node.dataset.state = "unavailable";
      return;
    }
    const opening = ++this.opening;
    this.say("Loading the 3D view...");
    this.node.dataset.state = "loading";
    try {
      const { createView3d } = await import("./view-3d");
      if (opening !== this.opening) return;
      const scene = await this.load();
      if (opening !== this.opening) return;
      const view = await createView3d(scene, this.hidden, this.node, this.loadFull);
      if (opening !== this.opening) {
        view.dispose();
        return;
      }
      this.view = view;
      this.node.dataset.state = "ready";
    } catch (error) {
      if (opening !== this.opening) return;
      this.say(`The 3D view failed: ${error instanceof Error ? error.message : String(error)}`);
      this.node.dataset.state = "failed";
    }
  }

  /** Frees the WebGL context: browsers allow only a few. */
  private close(): void {
    this.opening++;
    this.view?.dispose();
    this.view = undefined;
    this.node.replaceChildren();
    this.node.hidden = true;
    delete this.node.dataset.state;
  }

  private say(text: string): void {
    this.node.replaceChildren(element("p", { role: "status" }, text));
  }
}
