import type * as CanvasModule from "@napi-rs/canvas";
import { decodeText } from "../../core/files.js";
import { readFileNow } from "../../platform/files.js";
import { loadPackage, resolvePackage } from "../../platform/packages.js";
import { createTextMeasure, type TextMeasure } from "../../viewer/text-measure.js";
import { type PlotlyBuild, plotlyFiles } from "../plotly-build.js";
import { measureBox, measureTextLength, type SvgElement } from "./bounding-box.js";
import { flattenPath, pathLength, pointAtLength } from "./path-points.js";

/** A window without a screen in which Plotly runs. */
export interface PlotWindow {
  /** Draws a figure given as JSON text `{ data, layout, config }` and gives its SVG text. */
  toSvg(figureJson: string, size: { width: number; height: number }): Promise<string>;
  close(): void;
}

/** As much of jsdom's window as is touched here; its own types would bring the browser's into every file. */
interface DomWindow extends Record<string, unknown> {
  eval(source: string): unknown;
  close(): void;
  Math: { random: () => number };
  URL: Record<string, unknown>;
  Element: DomClass;
  SVGElement: DomClass;
  HTMLCanvasElement: DomClass;
}

interface DomClass {
  prototype: Record<string, unknown>;
}

interface JsdomModule {
  JSDOM: new (html: string, options: Record<string, unknown>) => { window: DomWindow };
  VirtualConsole: new () => object;
}

/**
 * Opens a window with Plotly in it. Costs up to 0.7 s and 150 MB, so it lives in the drawing worker and
 * serves many figures.
 *
 * @param build the build of Plotly that the figures need
 */
export function openPlotWindow(build: PlotlyBuild): PlotWindow {
  const { JSDOM, VirtualConsole } = loadPackage("jsdom") as JsdomModule;
  const canvas = loadPackage("@napi-rs/canvas") as typeof CanvasModule;
  const { window } = new JSDOM("<!doctype html><html><body></body></html>", {
    runScripts: "outside-only",
    pretendToBeVisual: true,
    url: "http://localhost/",
    virtualConsole: new VirtualConsole(),
  });
  addMissingGlobals(window);
  addGeometry(window, createTextMeasure(canvas));
  addCanvas(window, canvas);
  window.eval(decodeText(readFileNow(resolvePackage(plotlyFiles[build]))));
  window.eval(renderSource);
  const draw = window.tumorlabRender as (json: string, width: number, height: number) => Promise<string>;
  return {
    toSvg: (figureJson, { width, height }) => {
      window.Math.random = createRepeatableRandom();
      return draw(figureJson, width, height);
    },
    close: () => window.close(),
  };
}

/** Runs inside the window, so that Plotly sees objects and promises of its own realm. */
const renderSource = `
window.tumorlabRender = function (json, width, height) {
  const figure = JSON.parse(json);
  figure.layout = Object.assign({}, figure.layout, { width: width, height: height });
  figure.config = Object.assign({}, figure.config, { staticPlot: true });
  return Plotly.toImage(figure, { format: "svg", width: width, height: height, imageDataOnly: true });
};`;

/** Plotly makes element ids from random numbers; the same ones for each figure give the same bytes. */
function createRepeatableRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

function addMissingGlobals(window: DomWindow): void {
  Object.assign(window, { TextDecoder, TextEncoder, structuredClone });
  Object.assign(window.URL, { createObjectURL: () => "blob:none", revokeObjectURL: () => undefined });
  window.matchMedia ??= () => ({
    matches: false,
    addListener: () => undefined,
    removeListener: () => undefined,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  });
}

function addGeometry(window: DomWindow, measure: TextMeasure): void {
  const pathOf = (element: SvgElement) => flattenPath(element.getAttribute?.("d") ?? "");
  Object.assign(window.SVGElement.prototype, {
    getBBox(this: SvgElement) {
      return measureBox(this, measure);
    },
    getComputedTextLength(this: SvgElement) {
      return measureTextLength(this, measure);
    },
    getBoundingClientRect(this: SvgElement) {
      const { x, y, width, height } = measureBox(this, measure);
      return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
    },
    getTotalLength(this: SvgElement) {
      return pathLength(pathOf(this));
    },
    getPointAtLength(this: SvgElement, distance: number) {
      return pointAtLength(pathOf(this), distance);
    },
  });
}

function addCanvas(window: DomWindow, canvas: typeof CanvasModule): void {
  type CanvasElement = { width: number; height: number };
  const surfaces = new WeakMap<CanvasElement, CanvasModule.Canvas>();
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: CanvasElement, kind: string) {
      if (kind !== "2d") return null;
      let surface = surfaces.get(this);
      if (surface?.width !== this.width || surface.height !== this.height) {
        surface = canvas.createCanvas(this.width, this.height);
        surfaces.set(this, surface);
      }
      return surface.getContext("2d");
    },
    toDataURL(this: CanvasElement) {
      return surfaces.get(this)?.toDataURL("image/png") ?? "data:,";
    },
  });
}
