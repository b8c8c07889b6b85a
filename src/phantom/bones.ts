import type { Vec3 } from "../core/types.js";
import { type Body, labelOf, type Part } from "./body.js";
import { createEllipsoid, createPlate, mirror, type Shape, unite } from "./shape.js";
import { createTube, type TubePoint } from "./tube.js";

/** Height and depth of the middle of each vertebral body, from the fifth lumbar up to the eighth thoracic. */
const vertebrae: readonly (readonly [number, number])[] = [
  [-103, 21],
  [-69, 23],
  [-34, 19],
  [0, 12],
  [33, 4],
  [64, -4],
  [93, -10],
  [120, -14],
  [146, -16],
  [171, -17],
];

/** Spine with discs and canal, sacrum. */
export function buildSpine(body: Body): Part[] {
  const canal = createTube(vertebrae.map(([z, y]) => [0, y - 27, z, 8.5] as const));
  const discs = createTube(vertebrae.map(([z, y]) => [0, y, z, 18] as const));
  const sacrum = unite(
    [
      createTube([
        [0, 3, -132, 21],
        [0, -18, -158, 19],
        [0, -40, -190, 15],
        [0, -50, -222, 8],
      ]),
      // The wings, which the hip bones hold between them.
      createTube([
        [-44, -22, -146, 15],
        [0, -10, -142, 20],
        [44, -22, -146, 15],
      ]),
      createTube([
        [-38, -32, -168, 12],
        [0, -24, -164, 16],
        [38, -32, -168, 12],
      ]),
      createTube([
        [-24, -42, -190, 9],
        [0, -38, -188, 12],
        [24, -42, -190, 9],
      ]),
    ],
    8,
  );
  return [
    { name: "discs", labelId: 0, shape: discs, hu: () => body.tissue.disc },
    bone(body, "sacrum", sacrum),
    ...vertebrae.map(([z, y], i) => bone(body, `vertebra_${i}`, vertebra(z, y))),
    {
      name: "spinal_canal",
      labelId: 0,
      shape: canal,
      hu: (_x, _y, _z, depth) => (depth > 3 ? body.tissue.cord : body.tissue.fluid),
    },
  ];
}

function vertebra(z: number, y: number): Shape {
  const size = z < 40 ? 1 : Math.max(0.78, 1 - (z - 40) / 500);
  const [width, depth, half] = [23.5 * size, 16.5 * size, 13.5 * size];
  const bodyShape: Shape = {
    box: { min: [-width, y - depth, z - half], max: [width, y + depth, z + half] },
    distance(px, py, pz) {
      const u = px / width;
      const v = (py - y) / depth;
      // Vertebral bodies are drawn in at their middle.
      const waist = 0.92 + 0.08 * ((pz - z) / half) ** 2;
      const side = (Math.sqrt(u * u + v * v) - waist) * depth;
      return Math.max(side, Math.abs(pz - z) - half);
    },
  };
  const arch = createTube([
    [-14, y - 14, z + 4, 5],
    [-15, y - 27, z, 5.5],
    [0, y - 38, z - 4, 5],
    [15, y - 27, z, 5.5],
    [14, y - 14, z + 4, 5],
  ]);
  const spine = createTube([
    [0, y - 38, z - 4, 4.5],
    [0, y - 62, z - 12, 4],
  ]);
  const transverse = createTube([
    [-38 * size, y - 26, z + 2, 3.2],
    [0, y - 30, z, 4],
    [38 * size, y - 26, z + 2, 3.2],
  ]);
  return unite([bodyShape, arch, spine, transverse], 2);
}

/** Ribs 7 to 12 of both sides with the cartilage of the arch; each runs round the wall and sinks toward the front. */
export function buildRibs(body: Body): Part[] {
  // Height at the spine, angle where bone ends (from the back), drop by then, and whether cartilage goes on to the front.
  const rows = [
    [176, 2.45, 96, 0.5],
    [150, 2.3, 98, 0.6],
    [124, 2.15, 96, 0.7],
    [98, 1.95, 84, 0.8],
    [72, 1.45, 62, 0],
    [50, 0.95, 36, 0],
  ] as const;
  return rows.flatMap(([z, end, drop, cartilage], i) => {
    const point = (angle: number, radius: number): TubePoint => {
      const level = z - drop * (1 - Math.cos(Math.min(angle, end))) * (1 / (1 - Math.cos(end)));
      const rise = angle > end ? (angle - end) * 55 : 0;
      const [x, y] = body.trunk.onWall(angle, level + rise, 5.5);
      return [x, y, level + rise, radius];
    };
    const steps = Array.from({ length: 9 }, (_, k) => 0.22 + ((end - 0.22) * k) / 8);
    const right = createTube(steps.map((angle) => point(angle, 5 - 0.12 * i)));
    const parts = [bone(body, `rib_right_${i}`, right), bone(body, `rib_left_${i}`, mirror(right))];
    if (cartilage === 0) return parts;
    const front = createTube([0, 0.33, 0.66, 1].map((k) => point(end + k * cartilage, 5)));
    const hu = (): number => body.tissue.cartilage;
    return [
      ...parts,
      { name: `cartilage_right_${i}`, labelId: 0, shape: front, hu },
      { name: `cartilage_left_${i}`, labelId: 0, shape: mirror(front), hu },
    ];
  });
}

/** The breastbone in front: its body, and the process below it to which the cartilage of the arch runs. */
export function buildBreastbone(body: Body): Part[] {
  const at = (z: number): number => body.trunk.onWall(Math.PI, z, 4)[1];
  const board = (x: number): Shape =>
    createTube([
      [x, at(235), 235, 6],
      [x * 1.15, at(190), 190, 6],
      [x * 0.8, at(158), 158, 5.5],
    ]);
  const process = createTube([
    [0, at(160), 160, 5],
    [0, at(132) - 2, 132, 3],
  ]);
  return [bone(body, "sternum", unite([board(-12), board(0), board(12), process], 8))];
}

/** Hip bones and femurs. */
export function buildPelvicBones(body: Body): Part[] {
  const [joint, behind, back, crest, front, socket]: readonly Vec3[] = [
    [58, -24, -142],
    [52, -42, -176],
    [66, -58, -112],
    [122, 8, -92],
    [124, 66, -132],
    [86, 22, -214],
  ];
  const hip = unite(
    [
      createPlate([joint, back, crest], 5),
      createPlate([joint, back, behind], 5),
      createPlate([joint, crest, socket], 4.5),
      createPlate([crest, front, socket], 4.5),
      createEllipsoid([92, 18, -232], [30, 30, 30]),
      createTube([
        [78, 38, -222, 12],
        [48, 64, -244, 9],
        [9, 62, -262, 10],
        [28, 40, -290, 9],
        [58, 0, -300, 13],
        [74, 0, -262, 12],
        [84, 12, -235, 14],
      ]),
    ],
    6,
  );
  const femur = unite(
    [
      createEllipsoid([97, 14, -236], [23, 23, 23]),
      createTube([
        [97, 14, -236, 15],
        [122, 8, -254, 14],
        [138, 0, -268, 18],
        [134, 6, -310, 15],
        [128, 12, -400, 13],
      ]),
    ],
    8,
  );
  const gapToSocket: Shape = createEllipsoid([97, 14, -236], [25, 25, 25]);
  const muscleGap = (shape: Shape): Part => ({
    name: "hip_joint",
    labelId: 0,
    shape,
    hu: () => body.tissue.cartilage,
  });
  return [
    bone(body, "hip_right", hip),
    bone(body, "hip_left", mirror(hip)),
    muscleGap(gapToSocket),
    muscleGap(mirror(gapToSocket)),
    bone(body, "femur_right", femur),
    bone(body, "femur_left", mirror(femur)),
  ];
}

/** Bone: a dense shell round marrow that fades with age. */
function bone(body: Body, name: string, shape: Shape): Part {
  const { tissue, fine } = body;
  const marrow = tissue.marrow - 1.6 * (body.patient.ageYears - 50);
  return {
    name,
    labelId: labelOf(name),
    shape,
    hu(x, y, z, depthMm) {
      const shell = Math.min(1, Math.max(0, (3.2 - depthMm) / 1.6));
      return marrow + 28 * fine(x, y, z) + shell * (tissue.corticalBone - marrow);
    },
  };
}
