import type { Figure } from "./figure.js";

type Json = Record<string, unknown>;

/** Tells which parts of a figure lie on a ground of their own and not on the page. */
export interface FigureGround {
  /** Whether a trace lies on a picture. */
  readonly ownsTrace: (trace: Json) => boolean;
  /** Whether a shape lies on a picture. */
  readonly ownsShape: (shape: Json) => boolean;
  /** Whether an annotation lies on a picture or in a filled box. */
  readonly ownsAnnotation: (annotation: Json) => boolean;
}

/** Traces that colour their whole panel. */
const pictureTrace = /^(heatmap|image|contour|histogram2d|histogram2dcontour)$/;

/** A colour that lets nothing of the page through. */
const opaque = /^(#[\da-f]{3}|#[\da-f]{6}|rgb\([^)]*\))$/i;

/**
 * Finds the pictures of a figure: panels with an image of their own (also one that a frame brings in) or a trace that
 * fills them. Colours on them were chosen against the picture, whatever page it stands on.
 */
export function findGround({ data, layout, frames = [] }: Figure): FigureGround {
  const images = [layout, ...frames.map((frame) => asObject(frame.layout))].flatMap((part) =>
    listObjects(part.images),
  );
  const pictured = new Set([
    ...images.map((image) => panelOf(image.xref, image.yref)),
    ...data
      .filter(({ type }) => pictureTrace.test(String(type)))
      .map(({ xaxis, yaxis }) => panelOf(xaxis ?? "x", yaxis ?? "y")),
  ]);
  const fills = listObjects(layout.shapes).filter(({ fillcolor }) => opaque.test(String(fillcolor)));
  return {
    ownsTrace: ({ xaxis = "x", yaxis = "y" }) => pictured.has(panelOf(xaxis, yaxis)),
    ownsShape: ({ xref = "x", yref = "y" }) => pictured.has(panelOf(xref, yref)),
    ownsAnnotation: (annotation) => {
      const { xref = "x", yref = "y" } = annotation;
      if (fills.some((shape) => isInside(annotation, shape))) return true;
      return pictured.has(panelOf(xref, yref)) && !isBeside(annotation, "x") && !isBeside(annotation, "y");
    },
  };
}

/** A panel by its two axes; places such as "x2 domain" are on the axis too. */
function panelOf(xref: unknown, yref: unknown): string {
  return [xref, yref].map((ref) => String(ref).replace(/ domain$/, "")).join(" ");
}

/** Whether an annotation begins at the edge of its panel and goes away from it, as captions do. */
function isBeside(annotation: Json, axis: "x" | "y"): boolean {
  if (!/ domain$/.test(String(annotation[`${axis}ref`]))) return false;
  const [place, anchor] = [Number(annotation[axis]), annotation[`${axis}anchor`]];
  const [before, after] = axis === "x" ? ["right", "left"] : ["top", "bottom"];
  return (place <= 0 && anchor === before) || (place >= 1 && anchor === after);
}

function isInside(annotation: Json, shape: Json): boolean {
  return (["x", "y"] as const).every((axis) => {
    const ref = `${axis}ref`;
    if ((annotation[ref] ?? axis) !== (shape[ref] ?? axis)) return false;
    const ends = [Number(shape[`${axis}0`]), Number(shape[`${axis}1`])];
    const place = Number(annotation[axis]);
    return place >= Math.min(...ends) && place <= Math.max(...ends);
  });
}

function listObjects(value: unknown): Json[] {
  return Array.isArray(value) ? (value as unknown[]).map(asObject) : [];
}

function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}
