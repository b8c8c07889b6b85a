import { describeStructure } from "../anatomy/organs.js";
import { fillWith } from "../core/fill-with.js";
import { requireSameGrid, withData } from "../core/grid.js";
import type { LabelMap } from "../core/types.js";
import { shapeAtSpacing, shrinkVolume } from "../viewer/shrink.js";
import { boundingBox, crop, pad } from "../volume/crop.js";
import { gaussianFilter } from "../volume/gaussian.js";
import { extractSurface } from "../volume/surface-net.js";
import { escapeMarkup, type Figure, type Trace } from "./figure.js";
import { baseLayout } from "./theme.js";

/** Which surfaces are drawn. */
export interface SurfaceOptions {
  title?: string;
  /** Label values; default all in the map. Lesions are drawn solid, other structures as glass. */
  values?: readonly number[];
  /** Triangles of all surfaces together, at most; finer surfaces are thinned by a coarser grid. Default 12,000. */
  maxTriangles?: number;
}

/**
 * Surfaces of labelled structures in 3D, to be turned around, in RAS+ mm: organs as glass, lesions solid, in the colours
 * of the organ table. Structures without a voxel are left out.
 */
export function surfaceFigure(labels: LabelMap, options: SurfaceOptions = {}): Figure {
  const { title = "Organ and lesion", maxTriangles = 12_000 } = options;
  requireSameGrid(labels, labels);
  const values = options.values ?? Object.keys(labels.names).map(Number);
  const present = values.filter((value) => labels.data.includes(value));
  const traces = present.map((value) => meshOf(labels, value, maxTriangles / present.length));
  const axis = (text: string): Record<string, unknown> => ({
    title: { text },
    showbackground: false,
    gridcolor: "#e3e6ec",
    zeroline: false,
    // Lines that follow the mouse would be drawn through the organ.
    showspikes: false,
  });
  return {
    data: traces,
    layout: baseLayout(title, {
      width: 720,
      height: 560,
      margin: { l: 8, r: 8, t: 52, b: 8 },
      showlegend: true,
      legend: { x: 0, y: 1 },
      scene: {
        aspectmode: "data",
        xaxis: axis("Right (mm)"),
        yaxis: axis("Anterior (mm)"),
        zaxis: axis("Superior (mm)"),
        // From the front and a little above, the patient's right on the left, far enough for the names of the axes.
        camera: { eye: { x: 0.68, y: 2.15, z: 0.68 }, up: { x: 0, y: 0, z: 1 } },
      },
    }),
  };
}

function meshOf(labels: LabelMap, value: number, maxTriangles: number): Trace {
  const { displayName, color, lesion } = describeStructure(labels.names[value] ?? `label ${value}`);
  const whole = withData(
    labels,
    fillWith(new Uint8Array(labels.data.length), labels.data, (each) => (each === value ? 1 : 0)),
  );
  const box = boundingBox(whole, 4)!;
  const part = pad(crop(whole, box), [1, 1, 1], [1, 1, 1]);
  const finest = Math.min(...part.spacingMm);
  let mesh = extractSurface(soften(part, finest, lesion), 0.5);
  for (let spacingMm = 1.25 * finest; mesh.i.length > maxTriangles; spacingMm *= 1.25)
    mesh = extractSurface(soften(part, spacingMm, lesion), 0.5);
  const round = (values: Float32Array): number[] => Array.from(values, (at) => Math.round(10 * at) / 10);
  return {
    type: "mesh3d",
    name: escapeMarkup(displayName),
    x: round(mesh.x),
    y: round(mesh.y),
    z: round(mesh.z),
    i: Array.from(mesh.i),
    j: Array.from(mesh.j),
    k: Array.from(mesh.k),
    color,
    opacity: lesion ? 1 : 0.25,
    flatshading: false,
    lighting: { ambient: 0.55, diffuse: 0.7, specular: 0.1 },
    showlegend: true,
    hoverinfo: "name",
  };
}

/** A mask on a grid of about that spacing, blurred so that no steps of voxels are seen; small lesions less. */
function soften(
  mask: Parameters<typeof shrinkVolume>[0],
  spacingMm: number,
  lesion: boolean,
): ReturnType<typeof shrinkVolume> {
  const coarse = shrinkVolume(mask, shapeAtSpacing(mask, spacingMm));
  return gaussianFilter(coarse, (lesion ? 0.5 : 0.8) * spacingMm);
}
