import type { Body, Part } from "./body.js";
import { mirror, type Shape, unite } from "./shape.js";
import { createTube } from "./tube.js";

const skinMm = 2;
/** Added to the depth of points under the fat, so that the depth tells how deep in the muscle they are. */
const deepMm = 200;

/** Skin, fat under it, the muscles of the wall and of the back, and the fat that fills the belly. */
export function buildWall(body: Body): Part[] {
  const { trunk, tissue, fine, coarse } = body;
  const { fatMm, muscle, cavity } = trunk;
  const box = {
    min: [-trunk.halfWidthMm - 8, trunk.backMm - 8, -330] as const,
    max: [trunk.halfWidthMm + 8, trunk.frontMm + 8, 230] as const,
  };
  const skin: Shape = {
    box,
    distance: (x, y, z) => {
      const outside = muscle(x, y, z);
      return outside < -4 ? outside - deepMm : outside - fatMm(x, y, z) - skinMm;
    },
  };
  // Muscle, skin, fat and belly fat are one part, so that the walls are found once a voxel.
  return [
    {
      name: "trunk",
      labelId: 0,
      shape: skin,
      hu(x, y, z, depthMm) {
        const grain = fine(x, y, z);
        const outside = depthMm > deepMm ? deepMm - depthMm : fatMm(x, y, z) + skinMm - depthMm;
        if (outside > 0.5) return mix(tissue.fat + 5 * grain, tissue.skin, share(skinMm - depthMm));
        const inside = share(-cavity(x, y, z));
        // Fat lies between the bundles of muscle, more of it in heavier people.
        if (inside === 1) return tissue.mesentery + 8 * grain + 5 * coarse(x, y, z);
        const streak =
          Math.max(0, coarse(1.6 * x, 1.6 * y, 0.4 * z) - 1.5) * (20 + 40 * body.patient.fatness);
        const flesh = tissue.muscle + 5 * grain - streak;
        const within = mix(flesh, tissue.mesentery + 8 * grain, inside);
        return mix(within, tissue.fat, share(outside + 0.5));
      },
    },
    ...buildCouch(body),
  ];
}

/** The muscles inside the wall beside the spine: psoas, crura, those of the back and, in the pelvis, iliacus. */
export function buildInnerMuscles(body: Body): Part[] {
  const bulk = body.patient.sex === "male" ? 1 : 0.86;
  const psoas = createTube(
    (
      [
        [27, 0, 40, 9],
        [34, 6, 5, 14],
        [42, 12, -40, 19],
        [51, 22, -90, 23],
        [64, 36, -140, 24],
        [82, 46, -190, 20],
        [96, 44, -240, 16],
        [112, 10, -285, 12],
      ] as const
    ).map(([x, y, z, r]) => [x, y, z, r * bulk] as const),
  );
  const iliacus = createTube([
    [88, 0, -115, 9],
    [92, 20, -140, 13],
    [92, 36, -180, 13],
  ]);
  const crus = createTube([
    [11, 26, 95, 4],
    [13, 30, 60, 5],
    [12, 33, 20, 3],
  ]);
  // The muscles that hold the back straight, and the square one between rib and hip.
  const back = [26, 50].map((x) =>
    createTube([
      [x * 0.8, -62, -170, 14],
      [x, -40, -130, 21],
      [x, -35, -80, 24],
      [x, -41, -20, 22],
      [x * 0.95, -54, 50, 18],
      [x * 0.85, -66, 130, 15],
      [x * 0.8, -68, 235, 14],
    ]),
  );
  // Between them and the spinous processes, from vertebra to vertebra.
  const deep = createTube([
    [9, -44, -150, 13],
    [10, -30, -110, 16],
    [10, -26, -68, 16],
    [10, -32, -20, 15],
    [10, -42, 40, 13],
    [9, -56, 110, 11],
    [9, -62, 200, 10],
  ]);
  const square = createTube([
    [78, -28, -105, 10],
    [70, -26, -50, 12],
    [60, -32, 25, 8],
  ]);
  const right = unite([psoas, iliacus, crus, ...back, deep, square], 4);
  return [right, mirror(right)].map((shape, side) => ({
    name: side === 0 ? "inner_muscles_right" : "inner_muscles_left",
    labelId: 0,
    shape,
    hu: (x, y, z) => body.tissue.muscle + 5 * body.fine(x, y, z),
  }));
}

/** The couch under the back: a thin shell, slightly hollow. */
function buildCouch({ trunk, tissue }: Body): Part[] {
  const top = trunk.backMm - 6;
  const shape: Shape = {
    box: { min: [-230, top - 40, -2000], max: [230, top + 40, 2000] },
    distance(x, y) {
      const surface = top + 0.0007 * x * x;
      const slab = Math.abs(y - surface + 14) - 14;
      return Math.max(Math.abs(slab + 1.2) - 1.2, Math.abs(x) - 215);
    },
  };
  return [{ name: "couch", labelId: 0, shape, hu: () => tissue.couch }];
}

/** How much of a 1 mm step lies beyond a surface, 0 to 1. */
function share(beyondMm: number): number {
  return Math.min(1, Math.max(0, beyondMm + 0.5));
}

function mix(from: number, to: number, part: number): number {
  return from + (to - from) * part;
}
