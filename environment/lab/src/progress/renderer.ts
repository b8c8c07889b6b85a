import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import {
  parseProgressPayload,
  progressMime,
  type ProgressPayload,
} from "tumorlab/internal/contracts/progress-payload";
import { element } from "../dom";
import { formatProgress, readShare } from "../logic/progress";
import "./progress.css";

/** A slim bar that a thousand updates only move: its elements are made once. */
class ProgressWidget extends Widget implements IRenderMime.IRenderer {
  private readonly label = element("span", { class: "tl-Progress-label" });
  private readonly fill = element("div", { class: "tl-Progress-fill" });
  private readonly track = element(
    "div",
    { class: "tl-Progress-track", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 },
    this.fill,
  );
  private readonly text = element("span", { class: "tl-Progress-text" });

  constructor() {
    super();
    this.addClass("tl-Progress");
    this.node.append(this.label, this.track, this.text);
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    try {
      this.showProgress(parseProgressPayload(model.data[progressMime]));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.text.textContent = `This progress bar cannot be shown: ${reason}.`;
      this.node.dataset.state = "failed";
    }
    return Promise.resolve();
  }

  private showProgress(payload: ProgressPayload): void {
    const share = readShare(payload);
    const text = formatProgress(payload);
    this.node.dataset.state = payload.state;
    this.node.dataset.known = String(share !== undefined);
    this.label.textContent = payload.label;
    this.fill.style.width = `${100 * (share ?? 1)}%`;
    this.text.textContent = text;
    this.track.setAttribute("aria-label", payload.label || "Progress");
    this.track.setAttribute("aria-valuetext", text);
    if (share === undefined) this.track.removeAttribute("aria-valuenow");
    else this.track.setAttribute("aria-valuenow", String(Math.floor(100 * share)));
  }
}

/** Safe: it sets text and a width. */
export const progressRenderer: IRenderMime.IExtension = {
  id: "tumorlab:progress",
  rendererFactory: { safe: true, mimeTypes: [progressMime], createRenderer: () => new ProgressWidget() },
  rank: 0,
  dataType: "json",
};
