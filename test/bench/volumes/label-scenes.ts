import { createKey } from "tumorlab/internal/core/random";
import type { RandomStream } from "tumorlab/internal/core/random";
import type { Vec3 } from "tumorlab/internal/core/types";

/**
 * Pairs of label maps for the benchmark, the same bytes on every machine: what a segmentation model leaves behind,
 * drawn rather than predicted.
 */

/** A reference and a prediction on one grid, x fastest. */
export interface LabelScene {
  reference: Uint8Array;
  prediction: Uint8Array;
  shape: Vec3;
  spacingMm: Vec3;
}

/** One wobbly ellipsoid: centre and radii in mm. */
interface Blob {
  centerMm: Vec3;
  radiiMm: Vec3;
}

/**
 * Nine labels: 1 is one large organ, 2 to 9 are twenty lesions of radius 3 to 18 mm each, strewn over the whole
 * volume. In the prediction a tenth of the lesions is missed, each of the others is moved and resized a little, and
 * every label has two false positives. Boxes around a label are nearly the volume: the worst case for cropping.
 */
export function createLesionScene(
  shape: Vec3 = [512, 512, 300],
  spacingMm: Vec3 = [0.7, 0.7, 1],
): LabelScene {
  const scene = createScene(shape, spacingMm);
  const extent = scale(shape, spacingMm, 1);
  const draw = createKey(17).split("lesion scene").stream();
  const organ = {
    centerMm: scale(extent, [0.4, 0.45, 0.5], 1),
    radiiMm: [75, 60, 70].map((r, k) => Math.min(r, extent[k] * 0.3)),
  };
  paint(scene.reference, scene, { ...organ, radiiMm: toVec3(organ.radiiMm) }, 1);
  paint(scene.prediction, scene, jitter({ ...organ, radiiMm: toVec3(organ.radiiMm) }, draw, 1.5, 0.01), 1);
  for (let label = 2; label <= 9; label++) {
    for (let k = 0; k < 20; k++) {
      const radius = draw.uniformBetween(3, 18);
      const lesion = {
        centerMm: sampleCenter(extent, draw),
        radiiMm: toVec3([0, 1, 2].map(() => radius * draw.uniformBetween(0.7, 1.3))),
      };
      paint(scene.reference, scene, lesion, label);
      const found = draw.uniform() < 0.9;
      const moved = jitter(lesion, draw, 1, 0.1);
      if (found) paint(scene.prediction, scene, moved, label);
    }
    for (let k = 0; k < 2; k++) {
      const radius = draw.uniformBetween(3, 8);
      paint(
        scene.prediction,
        scene,
        { centerMm: sampleCenter(extent, draw), radiiMm: [radius, radius, radius] },
        label,
      );
    }
  }
  return scene;
}

/** One compact organ that the prediction follows closely: the usual case. */
export function createOrganScene(shape: Vec3 = [512, 512, 300], spacingMm: Vec3 = [0.7, 0.7, 1]): LabelScene {
  const scene = createScene(shape, spacingMm);
  const extent = scale(shape, spacingMm, 1);
  const draw = createKey(17).split("organ scene").stream();
  const organ: Blob = { centerMm: scale(extent, [0.45, 0.5, 0.5], 1), radiiMm: [58, 58, 66] };
  paint(scene.reference, scene, organ, 1);
  paint(scene.prediction, scene, jitter(organ, draw, 0.5, 0.01), 1);
  return scene;
}

function createScene(shape: Vec3, spacingMm: Vec3): LabelScene {
  const voxels = shape[0] * shape[1] * shape[2];
  return { reference: new Uint8Array(voxels), prediction: new Uint8Array(voxels), shape, spacingMm };
}

function sampleCenter(extent: Vec3, draw: RandomStream): Vec3 {
  return scale(
    extent,
    [draw.uniformBetween(0.12, 0.88), draw.uniformBetween(0.2, 0.8), draw.uniformBetween(0.06, 0.94)],
    1,
  );
}

function jitter({ centerMm, radiiMm }: Blob, draw: RandomStream, shiftMm: number, growth: number): Blob {
  return {
    centerMm: toVec3(centerMm.map((c) => c + shiftMm * draw.normal())),
    radiiMm: scale(radiiMm, [1, 1, 1], 1 + draw.uniformBetween(-growth, growth)),
  };
}

function paint(
  labels: Uint8Array,
  { shape, spacingMm }: LabelScene,
  { centerMm, radiiMm }: Blob,
  label: number,
): void {
  const reach = Math.max(...radiiMm) * 1.2;
  const from = [0, 1, 2].map((k) => Math.max(0, Math.floor((centerMm[k] - reach) / spacingMm[k])));
  const to = [0, 1, 2].map((k) => Math.min(shape[k], Math.ceil((centerMm[k] + reach) / spacingMm[k]) + 1));
  const phase = centerMm[0] + centerMm[1] + centerMm[2];
  for (let z = from[2]; z < to[2]; z++)
    for (let y = from[1]; y < to[1]; y++)
      for (let x = from[0]; x < to[0]; x++) {
        const u = (x * spacingMm[0] - centerMm[0]) / radiiMm[0];
        const v = (y * spacingMm[1] - centerMm[1]) / radiiMm[1];
        const w = (z * spacingMm[2] - centerMm[2]) / radiiMm[2];
        const square = u * u + v * v + w * w;
        if (square > 1.26) continue;
        const wobble = 1 + 0.12 * Math.sin(4 * u + phase) * Math.sin(3 * v) * Math.cos(3 * w);
        if (square < wobble * wobble) labels[x + shape[0] * (y + shape[1] * z)] = label;
      }
}

function scale(a: Vec3, b: Vec3, factor: number): Vec3 {
  return [a[0] * b[0] * factor, a[1] * b[1] * factor, a[2] * b[2] * factor];
}

function toVec3(values: readonly number[]): Vec3 {
  return [values[0], values[1], values[2]];
}
