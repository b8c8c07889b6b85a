import { createVolume } from "../core/grid.js";
import type { Key } from "../core/random.js";
import type { Vec3 } from "../core/types.js";
import { gaussianFilter } from "../volume/gaussian.js";

/** What is sampled of a texture, as records hold it: the spread of its two blurs in mm, and how densely its grains lie. */
export interface TextureParameters {
  textureCoarseMm: number;
  textureFineMm: number;
  textureDensity: number;
  textureFloor: number;
}

/** Tissue of a lesion as a factor of its contrast: mean about 1, from 0 up. */
export interface LesionTexture {
  /** Factor at a place in mm from the lesion's middle. */
  at(x: number, y: number, z: number): number;
  parameters: TextureParameters;
}

/** Distance of the lattice's nodes in mm; blurs below are at least three times that. */
const cellMm = 1;

/** Standard deviations of the two blurs in mm: least and greatest. Seven of ten fine ones are at most 5. */
export const textureRangesMm = { coarse: [3, 15], fine: [3, 8] } as const;

/** Samples a texture of a key. */
export function sampleTexture(key: Key): TextureParameters {
  const draw = key.stream();
  const [finest, widest] = textureRangesMm.fine;
  return {
    textureCoarseMm: draw.uniformBetween(...textureRangesMm.coarse),
    textureFineMm: draw.uniform() < 0.7 ? draw.uniformBetween(finest, 5) : draw.uniformBetween(5, widest),
    textureDensity: draw.uniformBetween(0.19, 0.21),
    textureFloor: draw.uniformBetween(0.04, 0.06),
  };
}

/**
 * Renders a texture of two scales, as the hand-crafted generators of the literature do: salt noise whose density follows
 * coarse blurred noise, blurred once more. Millimetres, so that it does not change with the scan's spacing.
 *
 * @param key names its noise.
 * @param reachMm half the side of the cube it is rendered in; beyond that it goes on mirrored.
 */
export function renderTexture(parameters: TextureParameters, key: Key, reachMm: number): LesionTexture {
  const {
    textureCoarseMm: coarseMm,
    textureFineMm: fineMm,
    textureDensity: density,
    textureFloor: floor,
  } = parameters;
  const side = 2 * Math.ceil(reachMm / cellMm) + 1;
  const shape: Vec3 = [side, side, side];
  const grid = { spacingMm: [cellMm, cellMm, cellMm] as const };
  const blur = (values: Float32Array, sigmaMm: number): Float32Array =>
    // A kernel wider than the lattice would be mirrored many times over for nothing.
    gaussianFilter(createVolume(values, shape, grid), Math.min(sigmaMm, (side * cellMm) / 3)).data;
  const coarse = blur(noise(key.split("coarse"), side), coarseMm);
  let lowest = Infinity;
  let highest = -Infinity;
  for (const value of coarse) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  const grains = noise(key.split("salt"), side);
  for (let i = 0; i < grains.length; i++) {
    const share = (density * (coarse[i] - lowest)) / (highest - lowest) + floor;
    grains[i] = grains[i] < share ? 1 : 0;
  }
  const tissue = blur(grains, fineMm);
  let sum = 0;
  for (const value of tissue) sum += value;
  const scale = sum > 0 ? tissue.length / sum : 1;
  const middle = (side - 1) / 2;
  const slice = side * side;
  return {
    at(x, y, z) {
      const u = fold(x / cellMm + middle, side);
      const v = fold(y / cellMm + middle, side);
      const w = fold(z / cellMm + middle, side);
      const i = Math.floor(u);
      const j = Math.floor(v);
      const k = Math.floor(w);
      const fx = u - i;
      const fy = v - j;
      const fz = w - k;
      const at = i + side * j + slice * k;
      const nextY = j + 1 < side ? side : 0;
      const nextZ = k + 1 < side ? slice : 0;
      const nextX = i + 1 < side ? 1 : 0;
      const low = mix(
        mix(tissue[at], tissue[at + nextX], fx),
        mix(tissue[at + nextY], tissue[at + nextY + nextX], fx),
        fy,
      );
      const high = mix(
        mix(tissue[at + nextZ], tissue[at + nextZ + nextX], fx),
        mix(tissue[at + nextZ + nextY], tissue[at + nextZ + nextY + nextX], fx),
        fy,
      );
      return scale * mix(low, high, fz);
    },
    parameters,
  };
}

function noise(key: Key, side: number): Float32Array {
  const draw = key.stream();
  const values = new Float32Array(side * side * side);
  for (let i = 0; i < values.length; i++) values[i] = draw.nextUint32() / 2 ** 32;
  return values;
}

function mix(first: number, second: number, share: number): number {
  return first + share * (second - first);
}

/** Mirrors a place at both ends of the lattice until it lies in it. */
function fold(place: number, side: number): number {
  const last = side - 1;
  const period = 2 * last;
  const within = place >= 0 && place <= last ? place : ((place % period) + period) % period;
  return within <= last ? within : period - within;
}
