import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { Message } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";
import { plotlyMime } from "tumorlab/internal/contracts/plotly-payload";
import { choosePlotlyBuild } from "tumorlab/internal/plot/plotly-build";
import { element } from "../dom";
import { type Figure, parseFigure, readTitle } from "../logic/figure";
import { applyFigureTheme, type FigureTheme } from "../logic/figure-theme";
import { onThemeChange } from "../theme";
import { loadPlotly, type Plotly } from "./plotly";
import "./plotly.css";

/** CSS pixels of a figure that asks for no height. Left to plotly, a second drawing would take that of its box. */
const usualHeight = 450;

/** CSS pixels from the screen at which a figure is drawn, so that it stands there when it is scrolled to. */
const margin = "600px";

let count = 0;

/**
 * Draws a plotly figure in a cell's output once it is near the screen: a long lesson opens as fast as a short one. What
 * it shows in words is there from the start.
 */
class PlotlyWidget extends Widget implements IRenderMime.IRenderer {
  private plotly: Plotly | undefined;
  private figure: Figure | undefined;
  private readonly plot = element("div", { class: "tl-Plotly-plot" });
  /** What the figure shows in words, for those who do not see it: its text twin. */
  private readonly words = element("div", { class: "tl-Plotly-words", id: `tl-plotly-words-${++count}` });
  private readonly observer = new ResizeObserver(() => this.followWidth());
  private isNear = false;
  // Browsers that know no margin of a scrolled box draw a figure as it comes into sight.
  private readonly watcher = new IntersectionObserver(
    (entries) => this.approach(entries[entries.length - 1].isIntersecting),
    { rootMargin: margin, scrollMargin: margin },
  );
  private readonly stopTheme = onThemeChange(() => {
    if (this.node.dataset.plot === "ready") void this.draw();
  });

  constructor() {
    super();
    this.addClass("tl-Plotly");
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    try {
      this.figure = parseFigure(model.data[plotlyMime]);
      const words = model.data["text/plain"];
      this.describe(this.figure, typeof words === "string" ? words : "");
    } catch (error) {
      this.showError(error, model.data[plotlyMime]);
      return;
    }
    if (this.isNear) await this.draw();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.observer.disconnect();
    this.watcher.disconnect();
    this.stopTheme();
    this.plotly?.purge(this.plot);
    super.dispose();
  }

  protected override onAfterAttach(_message: Message): void {
    this.observer.observe(this.node);
    this.watcher.observe(this.node);
  }

  private approach(isNear: boolean): void {
    this.isNear = isNear;
    if (isNear && this.node.dataset.plot === "waiting") void this.draw();
  }

  /** Puts the figure's place and its words there, and draws nothing. */
  private describe({ layout }: Figure, words: string): void {
    this.words.textContent = words;
    if (!this.plot.isConnected) this.node.replaceChildren(this.plot, this.words);
    const { width, height = usualHeight } = layout;
    // A width is taken as the most that the figure wants: a narrower page gets all of it.
    this.plot.style.maxWidth = typeof width === "number" ? `${width}px` : "";
    this.plot.style.minHeight = typeof height === "number" ? `${height}px` : "";
    // Not a picture: Plotly's buttons are in it, and a picture hides what is in it from readers of the screen.
    this.plot.setAttribute("role", "figure");
    this.plot.setAttribute("aria-label", readTitle(layout) ?? "Plot without a title");
    if (words !== "") this.plot.setAttribute("aria-describedby", this.words.id);
    this.node.dataset.plot = "waiting";
  }

  private async draw(): Promise<void> {
    const { figure } = this;
    if (!figure) return;
    this.node.dataset.plot = "drawing";
    try {
      await this.drawWith(await loadPlotly(choosePlotlyBuild(figure)), figure);
      if (figure === this.figure) this.node.dataset.plot = "ready";
    } catch (error) {
      this.showError(error, figure);
    }
  }

  private async drawWith(plotly: Plotly, figure: Figure): Promise<void> {
    if (this.isDisposed || figure !== this.figure) return;
    if (this.plotly !== plotly) this.plotly?.purge(this.plot);
    this.plotly = plotly;
    // Plotly writes defaults into what it is given: hand it copies, so that the next theme starts afresh.
    const themed = applyFigureTheme(figure, readTheme());
    const { data, layout, config, frames } = structuredClone(themed);
    const { width: _width, height = usualHeight, ...rest } = layout;
    await plotly.react(
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
    if (frames) await plotly.addFrames(this.plot, frames);
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
  rendererFactory: { safe: true, mimeTypes: [plotlyMime], createRenderer: () => new PlotlyWidget() },
  rank: 0,
  dataType: "json",
};
