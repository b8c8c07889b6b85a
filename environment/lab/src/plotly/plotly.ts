import plotlyUrl from "plotly.js/plotly.min.js?url";

/** The part of plotly.js that the renderer calls. */
export interface Plotly {
  react(node: HTMLElement, data: unknown[], layout: object, config: object): Promise<unknown>;
  addFrames(node: HTMLElement, frames: unknown[]): Promise<unknown>;
  purge(node: HTMLElement): void;
  Plots: { resize(node: HTMLElement): Promise<unknown> };
}

let loading: Promise<Plotly> | undefined;

/**
 * plotly.js, fetched with the first figure and once. It comes as its makers minified it, in a script of its own:
 * bundling its 4.8 MB again would treble the build's time. A failed fetch is tried again with the next figure.
 */
export function loadPlotly(): Promise<Plotly> {
  loading ??= new Promise<Plotly>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = plotlyUrl;
    script.addEventListener("load", () => resolve((window as unknown as { Plotly: Plotly }).Plotly));
    script.addEventListener("error", () => {
      loading = undefined;
      script.remove();
      reject(new Error("plotly.js could not be loaded from the server: is it still running?"));
    });
    document.head.append(script);
  });
  return loading;
}
