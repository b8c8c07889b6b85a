import { fontAscent, fontDescent } from "../../viewer/fonts.js";
import type { TextMeasure, TextStyle } from "../../viewer/text-measure.js";
import { flattenPath } from "./path-points.js";

/** As much of an SVG element as is read here. */
export interface SvgElement {
  nodeName: string;
  parentNode: SvgElement | null;
  childNodes: ArrayLike<SvgElement>;
  textContent: string | null;
  getAttribute?(name: string): string | null;
}

/** An upright rectangle in pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** `[a, b, c, d, e, f]` as in SVG's `matrix(...)`. */
type Matrix = readonly [number, number, number, number, number, number];

const identity: Matrix = [1, 0, 0, 1, 0, 0];

/**
 * Bounds of an SVG element in its own coordinates: the element's own transform is left out, those of
 * its children count. Text is measured in the shipped font. An empty element has a box of size 0.
 */
export function measureBox(element: SvgElement, measure: TextMeasure): Box {
  const corners: [number, number][] = [];
  collect(element, identity, measure, corners);
  if (corners.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  let [left, top] = corners[0];
  let [right, bottom] = corners[0];
  for (const [x, y] of corners) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Sum of the widths of all runs of a text element. */
export function measureTextLength(element: SvgElement, measure: TextMeasure): number {
  return runWidth(element, styleOf(element), measure);
}

function collect(
  element: SvgElement,
  matrix: Matrix,
  measure: TextMeasure,
  corners: [number, number][],
): void {
  const add = (x: number, y: number) => {
    corners.push([matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]]);
  };
  const addBox = (box: Box) => {
    for (const x of [box.x, box.x + box.width]) for (const y of [box.y, box.y + box.height]) add(x, y);
  };
  switch (element.nodeName.toLowerCase()) {
    case "text":
    case "tspan":
      for (const box of textBoxes(element, measure)) addBox(box);
      return;
    case "rect":
    case "image":
      addBox({
        x: length(element, "x"),
        y: length(element, "y"),
        width: length(element, "width"),
        height: length(element, "height"),
      });
      return;
    case "circle": {
      const r = length(element, "r");
      addBox({ x: length(element, "cx") - r, y: length(element, "cy") - r, width: 2 * r, height: 2 * r });
      return;
    }
    case "line":
      add(length(element, "x1"), length(element, "y1"));
      add(length(element, "x2"), length(element, "y2"));
      return;
    case "path":
      for (const [x, y] of flattenPath(attribute(element, "d"))) add(x, y);
      return;
    case "g":
    case "a":
    case "svg":
      for (const child of Array.from(element.childNodes)) {
        collect(child, multiply(matrix, parseTransform(attribute(child, "transform"))), measure, corners);
      }
  }
}

function textBoxes(element: SvgElement, measure: TextMeasure): Box[] {
  const style = styleOf(element);
  const anchor = inherited(element, "text-anchor");
  const lines = Array.from(element.childNodes).filter((child) => attribute(child, "class") === "line");
  const parts = lines.length > 0 ? lines : [element];
  return parts.flatMap((part) => {
    const width = runWidth(part, part === element ? style : childStyle(part, style), measure);
    if (width === 0) return [];
    const x = length(part, "x") || length(element, "x");
    const baseline = (length(part, "y") || length(element, "y")) + shift(attribute(part, "dy"), style.sizePx);
    const left = anchor === "middle" ? x - width / 2 : anchor === "end" ? x - width : x;
    const height = (fontAscent + fontDescent) * style.sizePx;
    return [{ x: left, y: baseline - fontAscent * style.sizePx, width, height }];
  });
}

function runWidth(element: SvgElement, style: TextStyle, measure: TextMeasure): number {
  let width = 0;
  for (const child of Array.from(element.childNodes)) {
    width +=
      child.nodeName === "#text"
        ? measure(child.textContent ?? "", style)
        : runWidth(child, childStyle(child, style), measure);
  }
  return width;
}

function styleOf(element: SvgElement): TextStyle {
  const chain: SvgElement[] = [];
  for (let at: SvgElement | null = element; at?.getAttribute; at = at.parentNode) chain.unshift(at);
  return chain.reduce<TextStyle>((style, at) => childStyle(at, style), {
    sizePx: 12,
    bold: false,
    italic: false,
  });
}

function childStyle(element: SvgElement, parent: TextStyle): TextStyle {
  const size = property(element, "font-size");
  const weight = property(element, "font-weight");
  const slope = property(element, "font-style");
  return {
    sizePx: size === "" ? parent.sizePx : shift(size, parent.sizePx),
    bold: weight === "" ? parent.bold : weight === "bold" || Number(weight) >= 600,
    italic: slope === "" ? parent.italic : slope !== "normal",
  };
}

function property(element: SvgElement, name: string): string {
  const found = new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([^;]+)`).exec(attribute(element, "style"));
  return (found?.[1] ?? attribute(element, name)).trim();
}

function inherited(element: SvgElement, name: string): string {
  for (let at: SvgElement | null = element; at?.getAttribute; at = at.parentNode) {
    const value = property(at, name);
    if (value !== "") return value;
  }
  return "";
}

/** A length in pixels from `12px`, `1.3em`, `70%` or a bare number. */
function shift(value: string, emPx: number): number {
  const number = Number.parseFloat(value);
  if (!Number.isFinite(number)) return 0;
  if (value.endsWith("em")) return number * emPx;
  return value.endsWith("%") ? (number / 100) * emPx : number;
}

function length(element: SvgElement, name: string): number {
  return shift(attribute(element, name), 12);
}

function attribute(element: SvgElement, name: string): string {
  return element.getAttribute?.(name) ?? "";
}

/** Reads `translate`, `rotate`, `scale` and `matrix` lists, the only transforms Plotly writes. */
export function parseTransform(transform: string): Matrix {
  let result = identity;
  for (const [, name, list] of transform.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const n = list
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(Number);
    if (name === "translate") result = multiply(result, [1, 0, 0, 1, n[0], n[1] ?? 0]);
    else if (name === "scale") result = multiply(result, [n[0], 0, 0, n[1] ?? n[0], 0, 0]);
    else if (name === "matrix") result = multiply(result, [n[0], n[1], n[2], n[3], n[4], n[5]]);
    else if (name === "rotate") {
      const angle = (n[0] * Math.PI) / 180;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const [cx, cy] = [n[1] ?? 0, n[2] ?? 0];
      result = multiply(result, [1, 0, 0, 1, cx, cy]);
      result = multiply(result, [cos, sin, -sin, cos, 0, 0]);
      result = multiply(result, [1, 0, 0, 1, -cx, -cy]);
    }
  }
  return result;
}

function multiply(m: Matrix, n: Matrix): Matrix {
  return [
    m[0] * n[0] + m[2] * n[1],
    m[1] * n[0] + m[3] * n[1],
    m[0] * n[2] + m[2] * n[3],
    m[1] * n[2] + m[3] * n[3],
    m[0] * n[4] + m[2] * n[5] + m[4],
    m[1] * n[4] + m[3] * n[5] + m[5],
  ];
}
