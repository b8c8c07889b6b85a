import fullUrl from "plotly.js/plotly.min.js?url";
import basicUrl from "plotly.js-basic-dist-min/plotly-basic.min.js?url";
import type { PlotlyBuild } from "tumorlab/internal/plot/plotly-build";

/** The part of plotly.js that the renderer calls. */
export interface Plotly {
  react(node: HTMLElement, data: unknown[], layout: object, config: object): Promise<unknown>;
  addFrames(node: HTMLElement, frames: unknown[]): Promise<unknown>;
  purge(node: HTMLElement): void;
  Plots: { resize(node: HTMLElement): Promise<unknown> };
}

const urls: Readonly<Record<PlotlyBuild, string>> = { basic: basicUrl, full: fullUrl };
const loading: Partial<Record<PlotlyBuild, Promise<Plotly>>> = {};

/**
 * A build of plotly.js, fetched with the first figure that needs it and once. It comes as its makers minified it, in a
 * script of its own: bundling it again would treble the build's time. A failed fetch is tried again with the next figure.
 */
export function loadPlotly(build: PlotlyBuild): Promise<Plotly> {
  return (loading[build] ??= new Promise<Plotly>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = urls[build];
    // Each build leaves itself under the same name, which is taken the moment it has run.
    script.addEventListener("load", () => resolve((window as unknown as { Plotly: Plotly }).Plotly));
    script.addEventListener("error", () => {
      delete loading[build];
      script.remove();
      reject(new Error("plotly.js could not be loaded from the server: is it still running?"));
    });
    document.head.append(script);
  }));
}
