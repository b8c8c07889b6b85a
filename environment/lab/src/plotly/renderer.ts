import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { Message } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";
import { element } from "../dom";
import { type Figure, parseFigure, readTitle } from "../logic/figure";
import { applyFigureTheme, type FigureTheme } from "../logic/figure-theme";
import { onThemeChange } from "../theme";
import { loadPlotly, type Plotly } from "./plotly";
import "./plotly.css";

const mimeType = "application/vnd.plotly.v1+json";

/** CSS pixels of a figure that asks for no height. Left to plotly, a second drawing would take that of its box. */
const usualHeight = 450;

let count = 0;

/** Draws a plotly figure in a cell's output. */
class PlotlyWidget extends Widget implements IRenderMime.IRenderer {
  private plotly: Plotly | undefined;
  private figure: Figure | undefined;
  private readonly plot = element("div", { class: "tl-Plotly-plot" });
  /** What the figure shows in words, for those who do not see it: its text twin. */
  private readonly words = element("div", { class: "tl-Plotly-words", id: `tl-plotly-words-${++count}` });
  private readonly observer = new ResizeObserver(() => this.followWidth());
  private readonly stopTheme = onThemeChange(() => void this.draw());

  constructor() {
    super();
    this.addClass("tl-Plotly");
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    try {
      this.figure = parseFigure(model.data[mimeType]);
      const words = model.data["text/plain"];
      this.words.textContent = typeof words === "string" ? words : "";
      this.plotly ??= await loadPlotly();
      await this.draw();
    } catch (error) {
      this.showError(error, model.data[mimeType]);
    }
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.observer.disconnect();
    this.stopTheme();
    this.plotly?.purge(this.plot);
    super.dispose();
  }

  protected override onAfterAttach(_message: Message): void {
    this.observer.observe(this.node);
  }

  private async draw(): Promise<void> {
    if (!this.figure || !this.plotly || this.isDisposed) return;
    if (!this.plot.isConnected) this.node.replaceChildren(this.plot, this.words);
    // Plotly writes defaults into what it is given: hand it copies, so that the next theme starts afresh.
    const themed = applyFigureTheme(this.figure, readTheme());
    const { data, layout, config, frames } = structuredClone(themed);
    // A width is taken as the most that the figure wants: a narrower page gets all of it.
    const { width, height = usualHeight, ...rest } = layout;
    this.plot.style.maxWidth = typeof width === "number" ? `${width}px` : "";
    await this.plotly.react(
      this.plot,
      data,
      { ...rest, height },
      {
        displaylogo: false,
        ...config,
        responsive: false,
      },
    );
    // A frame takes the place of an earlier one of its name.
    if (frames) await this.plotly.addFrames(this.plot, frames);
    // Not a picture: Plotly's buttons are in it, and a picture hides what is in it from readers of the screen.
    this.plot.setAttribute("role", "figure");
    this.plot.setAttribute("aria-label", readTitle(this.figure.layout) ?? "Plot without a title");
    if (this.words.textContent !== "") this.plot.setAttribute("aria-describedby", this.words.id);
    this.node.dataset.plot = "ready";
  }

  /** Follows the width of the output, also when a side bar opens. */
  private followWidth(): void {
    const shown = this.plot.isConnected && this.plot.offsetWidth > 0;
    if (shown && this.node.dataset.plot === "ready") {
      void this.plotly?.Plots.resize(this.plot);
    }
  }

  private showError(error: unknown, json: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const text = JSON.stringify(json, null, 1) ?? "";
    const shown = text.length > 2000 ? `${text.slice(0, 2000)} ...` : text;
    this.node.replaceChildren(
      element("p", { class: "tl-Error", role: "alert" }, message),
      element("pre", { class: "tl-Error-source" }, shown),
    );
    this.node.dataset.plot = "failed";
  }
}

function readTheme(): FigureTheme {
  const style = getComputedStyle(document.body);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    isLight: document.body.dataset.jpThemeLight !== "false",
    muted: read("--jp-ui-font-color2") || "#757575",
    text: read("--jp-ui-font-color1") || "#212121",
    grid: read("--jp-border-color2") || "#e0e0e0",
    zeroLine: read("--jp-border-color0") || "#9e9e9e",
    font: read("--jp-ui-font-family") || "sans-serif",
  };
}

/** Safe: {@link parseFigure} lets nothing through that could run or fetch. */
export const plotlyRenderer: IRenderMime.IExtension = {
  id: "tumorlab:plotly",
  rendererFactory: { safe: true, mimeTypes: [mimeType], createRenderer: () => new PlotlyWidget() },
  rank: 0,
  dataType: "json",
};
