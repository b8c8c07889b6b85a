import type { RandomStream } from "../core/random.js";
import type { Vec3 } from "../core/types.js";

/** How a patch is changed before the network sees it. Every probability of 0 leaves that change out. */
export interface Augmentation {
  /** Probability of mirroring along x, y and z. */
  flip: Vec3;
  rotation: { probability: number; maxDegrees: number };
  /** Factor of size, drawn evenly on the logarithm between both. */
  scaling: { probability: number; low: number; high: number };
  /** The image is multiplied by a number between both. */
  brightness: { probability: number; low: number; high: number };
  /** Distance from the patch's mean is multiplied by a number between both. */
  contrast: { probability: number; low: number; high: number };
  /** The image, from 0 to 1, is raised to a power between both. */
  gamma: { probability: number; low: number; high: number };
  /** Normal noise of a deviation from 0 to `maxDeviation`, in units of the window's width. */
  noise: { probability: number; maxDeviation: number };
  /** The image as a coarser scanner had seen it: voxels larger by a factor between both, then linear between them. */
  lowResolution: { probability: number; low: number; high: number };
}

/**
 * Much as nnU-Net changes its patches, but without mirroring: the liver is on the right, and a network that is trained
 * for minutes should not have to unlearn it.
 */
export const defaultAugmentation: Augmentation = {
  flip: [0, 0, 0],
  rotation: { probability: 0.2, maxDegrees: 20 },
  scaling: { probability: 0.2, low: 0.8, high: 1.25 },
  brightness: { probability: 0.15, low: 0.75, high: 1.25 },
  contrast: { probability: 0.15, low: 0.75, high: 1.25 },
  gamma: { probability: 0.15, low: 0.7, high: 1.5 },
  noise: { probability: 0.15, maxDeviation: 0.1 },
  lowResolution: { probability: 0.1, low: 1, high: 2 },
};

/** No change at all. */
export const noAugmentation: Augmentation = {
  flip: [0, 0, 0],
  rotation: { probability: 0, maxDegrees: 0 },
  scaling: { probability: 0, low: 1, high: 1 },
  brightness: { probability: 0, low: 1, high: 1 },
  contrast: { probability: 0, low: 1, high: 1 },
  gamma: { probability: 0, low: 1, high: 1 },
  noise: { probability: 0, maxDeviation: 0 },
  lowResolution: { probability: 0, low: 1, high: 1 },
};

/**
 * Draws how a patch lies in its scan: the nine numbers of a matrix, row by row, that takes a step in the patch (in
 * voxels) to a step in the scan (in voxels). Rotation and size are meant in mm, so voxels need not be cubes.
 *
 * @returns `undefined` where nothing but the patch itself was drawn.
 */
export function samplePlacement(
  { flip, rotation, scaling }: Augmentation,
  spacingMm: Vec3,
  stream: RandomStream,
): number[] | undefined {
  const sign = flip.map((probability) => (stream.uniform() < probability ? -1 : 1));
  const turns = stream.uniform() < rotation.probability;
  const angles = [0, 1, 2].map(() => {
    const angle = ((stream.uniform() * 2 - 1) * rotation.maxDegrees * Math.PI) / 180;
    return turns ? angle : 0;
  });
  const scales = stream.uniform() < scaling.probability;
  const factor = sampleBetween(Math.log(scaling.low), Math.log(scaling.high), stream);
  if (!turns && !scales && sign.every((each) => each === 1)) return undefined;
  const size = scales ? Math.exp(-factor) : 1;
  const turn = rotationMatrix(angles);
  return turn.map((value, at) => {
    const [row, column] = [Math.floor(at / 3), at % 3];
    return (value * size * sign[column] * spacingMm[column]) / spacingMm[row];
  });
}

function rotationMatrix([a, b, c]: readonly number[]): number[] {
  const [ca, sa, cb, sb, cc, sc] = [
    Math.cos(a),
    Math.sin(a),
    Math.cos(b),
    Math.sin(b),
    Math.cos(c),
    Math.sin(c),
  ];
  return [
    cb * cc,
    sa * sb * cc - ca * sc,
    ca * sb * cc + sa * sc,
    cb * sc,
    sa * sb * sc + ca * cc,
    ca * sb * sc - sa * cc,
    -sb,
    sa * cb,
    ca * cb,
  ];
}

/**
 * Changes the intensities of a patch in place: low resolution, noise, brightness, contrast, gamma, in this order; the
 * result stays from 0 to 1.
 *
 * @param image `[x, y, z]` with z fastest, from 0 to 1.
 */
export function changeIntensities(
  image: Float32Array,
  shape: Vec3,
  augmentation: Augmentation,
  stream: RandomStream,
): void {
  const { lowResolution, noise, brightness, contrast, gamma } = augmentation;
  // Each change draws its numbers whether it happens or not: another probability for one changes no other.
  const draw = ({ probability, low, high }: { probability: number; low: number; high: number }) => {
    const happens = stream.uniform() < probability;
    const value = sampleBetween(low, high, stream);
    return happens ? value : undefined;
  };
  const voxelFactor = draw(lowResolution);
  const deviation = draw({ probability: noise.probability, low: 0, high: noise.maxDeviation });
  const [gain, spread, power] = [brightness, contrast, gamma].map(draw);
  if (voxelFactor !== undefined && voxelFactor > 1) coarsen(image, shape, voxelFactor);
  if (deviation !== undefined) for (let i = 0; i < image.length; i++) image[i] += deviation * stream.normal();
  if (gain !== undefined) for (let i = 0; i < image.length; i++) image[i] *= gain;
  if (spread !== undefined) {
    let sum = 0;
    for (let i = 0; i < image.length; i++) sum += image[i];
    const mean = sum / image.length;
    for (let i = 0; i < image.length; i++) image[i] = mean + (image[i] - mean) * spread;
  }
  for (let i = 0; i < image.length; i++) {
    const value = image[i] > 0 ? (image[i] < 1 ? image[i] : 1) : 0;
    image[i] = power === undefined ? value : value ** power;
  }
}

function sampleBetween(low: number, high: number, stream: RandomStream): number {
  return low + (high - low) * stream.uniform();
}

/** Samples every `factor` voxels along each axis and goes back, linear between voxels both ways. */
function coarsen(image: Float32Array, shape: Vec3, factor: number): void {
  const strides = [shape[1] * shape[2], shape[2], 1];
  for (let axis = 0; axis < 3; axis++) {
    const [n, stride] = [shape[axis], strides[axis]];
    const fine = new Float64Array(n);
    const coarse = new Float64Array(Math.max(1, Math.round(n / factor)));
    for (let start = 0; start < image.length; start++) {
      if (Math.floor(start / stride) % n !== 0) continue;
      for (let i = 0; i < n; i++) fine[i] = image[start + i * stride];
      stretch(fine, coarse);
      stretch(coarse, fine);
      for (let i = 0; i < n; i++) image[start + i * stride] = fine[i];
    }
  }
}

/** Spreads the values of one line over another of the same extent, linear between voxel centres. */
function stretch(from: Float64Array, to: Float64Array): void {
  const n = from.length;
  for (let i = 0; i < to.length; i++) {
    const place = Math.min(n - 1, Math.max(0, ((i + 0.5) * n) / to.length - 0.5));
    const below = Math.max(0, Math.min(n - 2, Math.floor(place)));
    const above = Math.min(n - 1, below + 1);
    to[i] = from[below] + (from[above] - from[below]) * (place - below);
  }
}
