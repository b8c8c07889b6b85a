import { type Body, type Part, solid } from "./body.js";
import { mirror, unite } from "./shape.js";
import { createTube, type TubePoint } from "./tube.js";

/** The great vessels of the belly: aorta left of the middle, vena cava right of it, and what branches from them. */
export function buildVessels(body: Body): Part[] {
  const { tissue, patient } = body;
  // The aorta widens with age.
  const wide = 0.9 + 0.004 * (patient.ageYears - 40);
  const aorta = createTube(
    (
      [
        [-19, 6, 235, 12],
        [-18, 10, 170, 11.5],
        [-16, 15, 120, 11],
        [-13, 21, 80, 10.5],
        [-10, 34, 40, 10],
        [-9, 41, 0, 9.5],
        [-6, 49, -40, 9],
        [-2, 52, -74, 8.5],
      ] as const
    ).map(([x, y, z, r]) => [x, y, z, r * wide] as const),
  );
  const cava = createTube([
    [26, 44, 128, 12],
    [26, 42, 100, 12.5],
    [23, 42, 68, 12],
    [18, 45, 34, 12],
    [16, 47, 0, 11.5],
    [15, 50, -40, 11],
    [13, 48, -84, 10.5],
  ]);
  const iliac = (start: TubePoint, radius: number, shift: number): ReturnType<typeof createTube> =>
    createTube([
      start,
      [36, 47 - shift, -122, radius],
      [48, 40 - shift, -160, radius],
      [62, 56 - shift, -200, radius],
      [68, 76 - shift, -240, radius],
      [72, 84 - shift, -290, radius],
    ]);
  const arteries = iliac([1, 52, -74, 6.5], 5, 0);
  const veins = iliac([8, 47, -84, 8], 6.5, 12);
  const renalVein = unite([
    createTube([
      [18, 46, 6, 5],
      [40, 30, 0, 4.5],
      [56, 16, -8, 4],
    ]),
    createTube([
      [14, 48, 10, 4.5],
      [-8, 55, 12, 3.4],
      [-34, 34, 12, 4.5],
      [-56, 16, 12, 4],
    ]),
  ]);
  const renalArtery = unite([
    createTube([
      [-10, 38, 6, 3.4],
      [22, 28, 2, 3],
      [52, 12, -6, 2.6],
    ]),
    createTube([
      [-10, 38, 12, 3.4],
      [-34, 24, 12, 3],
      [-52, 12, 13, 2.6],
    ]),
  ]);
  const mesenteric = createTube([
    [-9, 44, 22, 4],
    [-6, 60, 8, 4],
    [-4, 78, -30, 3.6],
    [2, 84, -80, 2.8],
    [14, 86, -120, 2],
  ]);
  const celiac = unite([
    createTube([
      [-11, 36, 36, 4],
      [-9, 50, 38, 3.6],
      [-8, 58, 39, 3.4],
    ]),
    createTube([
      [-8, 58, 39, 3],
      [10, 66, 40, 2.6],
      [26, 72, 42, 2.2],
    ]),
    createTube([
      [-8, 58, 39, 3],
      [-34, 54, 46, 2.6],
      [-66, 30, 54, 2.4],
    ]),
  ]);
  const portal = unite(
    [
      createTube([
        [-88, 16, 50, 3.6],
        [-62, 40, 44, 4.2],
        [-34, 60, 36, 4.6],
        [-6, 68, 28, 5],
        [12, 68, 20, 6],
      ]),
      createTube([
        [12, 68, 20, 6.6],
        [28, 70, 38, 6.8],
        [46, 70, 54, 6.5],
      ]),
      createTube([
        [12, 68, 20, 6],
        [9, 76, -10, 5.4],
        [9, 82, -48, 4.6],
        [18, 86, -96, 3.4],
      ]),
    ],
    2,
  );
  return [
    solid(body, "renal_vein", renalVein, tissue.cava, 2),
    solid(body, "iliac_veins", unite([veins, mirror(veins)]), tissue.cava, 2),
    solid(body, "postcava", cava, tissue.cava, 2),
    solid(body, "renal_artery", renalArtery, tissue.artery, 2),
    solid(body, "iliac_arteries", unite([arteries, mirror(arteries)]), tissue.artery, 2),
    solid(body, "mesenteric_artery", mesenteric, tissue.artery, 2),
    solid(body, "portal_vein_and_splenic_vein", portal, tissue.portal, 2),
    solid(body, "aorta", aorta, tissue.artery, 2),
    solid(body, "celiac_trunk", celiac, tissue.artery, 2),
  ];
}
