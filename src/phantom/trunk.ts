/**
 * The trunk of the reference body as two stacks of rounded ellipses: the inner wall of chest, abdomen and pelvis, and the
 * outside of the muscles. Fat and skin lie round the second. Origin in the second lumbar vertebra.
 */

/** Outline at a height: half width, middle and half depth, in mm. */
interface Ring {
  z: number;
  halfWidth: number;
  middleY: number;
  halfDepth: number;
}

const inner: readonly Ring[] = rings([
  [-320, 34, 12, 34],
  [-270, 52, 16, 50],
  [-220, 78, 26, 66],
  [-170, 100, 35, 77],
  [-120, 122, 39, 87],
  [-60, 133, 43, 91],
  [0, 139, 43, 94],
  [60, 143, 42, 95],
  [120, 139, 36, 92],
  [200, 128, 30, 86],
]);

const outer: readonly Ring[] = rings([
  [-320, 160, 4, 92],
  [-270, 160, 8, 92],
  [-220, 154, 13, 95],
  [-170, 148, 21, 101],
  [-120, 144, 27, 109],
  [-60, 146, 31, 113],
  [0, 151, 31, 116],
  [60, 155, 30, 117],
  [120, 154, 26, 115],
  [200, 150, 22, 112],
]);

const roundness = 2.3;

/** The walls of one body. */
export interface Trunk {
  /** Signed distance to the inside of the wall, in mm: below 0 in the cavity. */
  cavity: (x: number, y: number, z: number) => number;
  /** Signed distance to the outside of the muscles. */
  muscle: (x: number, y: number, z: number) => number;
  /** Thickness of the fat under the skin in the direction of a point: thinner in front of the chest and at the back. */
  fatMm: (x: number, y: number, z: number) => number;
  /** Point on the inside of the wall at an angle from the back (0) over the side (pi/2) to the front (pi). */
  onWall(angleRad: number, z: number, outsideMm: number): readonly [number, number];
  /** Half the width of the body with fat, in mm. */
  halfWidthMm: number;
  /** Most anterior and most posterior place of the skin. */
  frontMm: number;
  backMm: number;
}

/** The walls of a body with `fatness` 0 to 1 and a layer of `fatMm` under the skin. */
export function createTrunk(fatness: number, fatMm: number): Trunk {
  // Fat inside the belly pushes its wall forward, most at the navel.
  const push = (z: number): number => (26 * fatness - 10) * Math.exp(-(((z + 45) / 80) ** 2));
  const at = (stack: readonly Ring[], z: number): Ring => {
    const ring = ringAt(stack, z);
    const forward = push(z);
    return { ...ring, middleY: ring.middleY + forward / 2, halfDepth: ring.halfDepth + forward / 2 };
  };
  const distance = (stack: readonly Ring[]): ((x: number, y: number, z: number) => number) => {
    // Rings are worked out once for every quarter millimetre: this is asked for every voxel of the body.
    const [lowest, highest] = [4 * stack[0].z, 4 * stack[stack.length - 1].z];
    const kept = new Float64Array(3 * (highest - lowest + 1));
    for (let step = lowest; step <= highest; step++) {
      const { halfWidth, middleY, halfDepth } = at(stack, step / 4);
      kept.set([halfWidth, middleY, halfDepth], 3 * (step - lowest));
    }
    return (x, y, z) => {
      const row = 3 * (Math.max(lowest, Math.min(highest, Math.round(4 * z))) - lowest);
      const [halfWidth, halfDepth] = [kept[row], kept[row + 2]];
      const dx = Math.abs(x);
      const dy = Math.abs(y - kept[row + 1]);
      const u = dx / halfWidth;
      const v = dy / halfDepth;
      // x^2.3 costs a logarithm; a mix of the circle's norm and the square's is as round and far cheaper.
      const circle = Math.sqrt(u * u + v * v);
      const square = u > v ? u : v;
      const norm = 0.86 * circle + 0.14 * square;
      if (norm < 1e-6) return -Math.min(halfWidth, halfDepth);
      return ((norm - 1) * Math.sqrt(dx * dx + dy * dy)) / norm;
    };
  };
  const fat = (x: number, y: number, z: number): number => {
    const forward = (y - 30) / Math.sqrt(x * x + (y - 30) * (y - 30) + 1);
    const chest = z > 40 ? Math.min(1, (z - 40) / 60) : 0;
    // Hips and buttocks carry more than the waist.
    const hips = 1 + 0.7 * Math.min(1, Math.max(0, (-z - 90) / 110));
    return Math.max(
      3,
      (fatMm + 6 * (hips - 1)) *
        hips *
        (1 - 0.2 * forward * forward - 0.45 * chest * Math.max(0, forward) + 0.25 * Math.max(0, -forward)),
    );
  };
  const widest = Math.max(...outer.map(({ halfWidth }) => halfWidth));
  const levels = outer.map(({ z }) => at(outer, z));
  return {
    cavity: distance(inner),
    muscle: distance(outer),
    fatMm: fat,
    onWall(angleRad, z, outsideMm) {
      const ring = at(inner, z);
      const [s, c] = [Math.sin(angleRad), -Math.cos(angleRad)];
      const power = 2 / roundness;
      return [
        Math.sign(s) * Math.abs(s) ** power * (ring.halfWidth + outsideMm),
        ring.middleY + Math.sign(c) * Math.abs(c) ** power * (ring.halfDepth + outsideMm),
      ];
    },
    halfWidthMm: widest + 1.7 * fatMm + 8,
    frontMm: Math.max(...levels.map(({ middleY, halfDepth }) => middleY + halfDepth)) + 1.2 * fatMm + 4,
    backMm: Math.min(...levels.map(({ middleY, halfDepth }) => middleY - halfDepth)) - 1.6 * fatMm - 8,
  };
}

function rings(rows: readonly (readonly [number, number, number, number])[]): Ring[] {
  return rows.map(([z, halfWidth, middleY, halfDepth]) => ({ z, halfWidth, middleY, halfDepth }));
}

function ringAt(stack: readonly Ring[], z: number): Ring {
  const level = Math.min(stack[stack.length - 1].z, Math.max(stack[0].z, z));
  const above = Math.max(
    1,
    stack.findIndex((ring) => ring.z >= level),
  );
  const [low, high] = [stack[above - 1], stack[above]];
  const t = (level - low.z) / (high.z - low.z);
  const s = t * t * (3 - 2 * t);
  const between = (from: number, to: number): number => from + (to - from) * s;
  return {
    z: level,
    halfWidth: between(low.halfWidth, high.halfWidth),
    middleY: between(low.middleY, high.middleY),
    halfDepth: between(low.halfDepth, high.halfDepth),
  };
}
