import type { Key } from "../core/random.js";
import type { Vec3 } from "../core/types.js";

/** A smooth random pattern in space: mean near 0, standard deviation near 1, repeating after some hundred mm. */
export type Texture = (x: number, y: number, z: number) => number;

const side = 32;

/** A pattern whose blobs are about `grainMm` wide: random numbers on a lattice, read between its nodes. */
export function createTexture(key: Key, grainMm: number): Texture {
  const draw = key.stream();
  const nodes = Float32Array.from({ length: side ** 3 }, () => draw.normal());
  const mask = side - 1;
  const scale = 1 / grainMm;
  // Reading between nodes averages them, which costs (2/3)^3 of the variance on average.
  const gain = (3 / 2) ** 1.5;
  return (x, y, z) => {
    const i = Math.floor(x * scale);
    const j = Math.floor(y * scale);
    const k = Math.floor(z * scale);
    const fx = x * scale - i;
    const fy = y * scale - j;
    const fz = z * scale - k;
    const x0 = i & mask;
    const x1 = (i + 1) & mask;
    const y0 = side * (j & mask);
    const y1 = side * ((j + 1) & mask);
    const z0 = side * side * (k & mask);
    const z1 = side * side * ((k + 1) & mask);
    const a = nodes[x0 + y0 + z0] + fx * (nodes[x1 + y0 + z0] - nodes[x0 + y0 + z0]);
    const b = nodes[x0 + y1 + z0] + fx * (nodes[x1 + y1 + z0] - nodes[x0 + y1 + z0]);
    const c = nodes[x0 + y0 + z1] + fx * (nodes[x1 + y0 + z1] - nodes[x0 + y0 + z1]);
    const d = nodes[x0 + y1 + z1] + fx * (nodes[x1 + y1 + z1] - nodes[x0 + y1 + z1]);
    const low = a + fy * (b - a);
    return gain * (low + fz * (c + fy * (d - c) - low));
  };
}

/** A smooth shift of space that makes every body a little different; see {@link createWarp}. */
export interface Warp {
  /** No point moves further than this along an axis. */
  reachMm: number;
  /** For the points of a row along x: a function that adds their shifts to `into`, three numbers a point. */
  alongX(places: Float64Array): (y: number, z: number, into: Float64Array) => void;
}

/**
 * A shift of space made of plane waves: long ones move organs against each other, short ones give outlines their
 * unevenness. It never folds: the steepest sum of its waves stays below 1 mm per mm.
 *
 * @param amount 0 for none, 1 for an ordinary body.
 */
export function createWarp(key: Key, amount: number): Warp {
  const draw = key.stream();
  const waves = [
    ...[190, 150, 120, 100].map((lengthMm) => ({ lengthMm, heightMm: 1.8 })),
    ...[55, 44, 36].map((lengthMm) => ({ lengthMm, heightMm: 0.5 })),
  ].map(({ lengthMm, heightMm }) => {
    const [dx, dy, dz] = sampleDirection(() => draw.normal());
    const [mx, my, mz] = sampleDirection(() => draw.normal());
    const turn = (2 * Math.PI) / lengthMm;
    const height = heightMm * amount;
    return Float64Array.of(
      dx * turn,
      dy * turn,
      dz * turn,
      2 * Math.PI * draw.uniform(),
      mx * height,
      my * height,
      mz * height,
    );
  });
  const reach = (axis: number): number => waves.reduce((sum, wave) => sum + Math.abs(wave[4 + axis]), 0);
  return {
    reachMm: Math.max(reach(0), reach(1), reach(2)),
    alongX(places) {
      // sin(a + b) from the sines of both: a row then costs two sines a wave and not one per point.
      const tables = waves.map((wave) => ({
        wave,
        sines: places.map((x) => Math.sin(wave[0] * x)),
        cosines: places.map((x) => Math.cos(wave[0] * x)),
      }));
      return (y, z, into) => {
        for (const { wave, sines, cosines } of tables) {
          const rest = wave[1] * y + wave[2] * z + wave[3];
          const [sine, cosine] = [Math.sin(rest), Math.cos(rest)];
          const [dx, dy, dz] = [wave[4], wave[5], wave[6]];
          for (let i = 0, at = 0; i < sines.length; i++, at += 3) {
            const height = sines[i] * cosine + cosines[i] * sine;
            into[at] += dx * height;
            into[at + 1] += dy * height;
            into[at + 2] += dz * height;
          }
        }
      };
    },
  };
}

function sampleDirection(normal: () => number): Vec3 {
  for (;;) {
    const [x, y, z] = [normal(), normal(), normal()];
    const length = Math.hypot(x, y, z);
    if (length > 1e-6) return [x / length, y / length, z / length];
  }
}
