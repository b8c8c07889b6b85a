import type { RandomStream } from "../core/random.js";
import { type Body, labelOf, type Part } from "./body.js";
import { cavityBound } from "./chest.js";
import { restrict, type Shape } from "./shape.js";
import { createTube, type TubePoint } from "./tube.js";

/** Colon round the belly from the right groin over the liver's edge and the spleen to the pelvis; rectum. */
export function buildColon(body: Body): Part[] {
  const draw = body.keyOf("colon").stream();
  const width = draw.uniformBetween(0.85, 1.15);
  const sag = draw.uniformBetween(-10, 30);
  const points: readonly TubePoint[] = [
    [82, 62, -138, 22],
    [90, 56, -118, 28],
    [98, 46, -88, 26],
    [104, 40, -58, 23],
    [100, 58, -34, 22],
    [80, 96, -38, 20],
    [46, 116, -52 - sag / 2, 20],
    [6, 122, -58 - sag, 19],
    [-38, 116, -46 - sag / 2, 18],
    [-78, 96, -14, 18],
    [-106, 64, 20, 18],
    [-112, 38, 14, 17],
    [-112, 24, -20, 15],
    [-110, 26, -64, 15],
    [-106, 38, -104, 15],
    [-92, 52, -140, 15],
    [-64, 54, -162, 15],
    [-34, 60, -152, 15],
    [-6, 44, -156, 15],
    [8, 12, -176, 15],
    [4, -14, -196, 16],
  ];
  const haustra = (alongMm: number): number => 2.2 * Math.sin(alongMm / 4.6) - 0.8;
  const wide = points.map(([x, y, z, r]) => [x, y, z, r * width] as const);
  const colon = restrict(createTube(wide, haustra), cavityBound(body, 3));
  const rectum = createTube([
    [4, -14, -196, 15],
    [0, -26, -220, 19],
    [0, -24, -246, 19],
    [0, -10, -270, 13],
    [0, -14, -296, 11],
  ]);
  return [hollow(body, "colon", colon, draw), hollow(body, "rectum", rectum, draw)];
}

/** Loops of the small intestine: layer on layer, sweeping from side to side. */
export function buildSmallBowel(body: Body): Part[] {
  const { tissue, fine, coarse } = body;
  const draw = body.keyOf("intestine").stream();
  const points: TubePoint[] = [];
  let side = -1;
  for (let layer = 0; layer < 6; layer++) {
    const z = -22 - 27 * layer;
    const reach = [60, 74, 76, 70, 56, 44][layer];
    for (let row = 0; row < 2; row++) {
      const y = (layer % 2 === row ? 70 : 100) - (layer > 3 ? 12 : 0);
      for (let k = 0; k <= 4; k++) {
        const x = side * (reach - (reach * k) / 2);
        const jitter = (size: number): number => draw.uniformBetween(-size, size);
        points.push([x + jitter(8), y + jitter(9), z + jitter(12), 12.5 + jitter(2.5)]);
      }
      side = -side;
    }
  }
  const shape = restrict(
    createTube(points, (alongMm) => 0.6 * Math.sin(alongMm / 2)),
    cavityBound(body, 5),
  );
  return [
    {
      name: "intestine",
      labelId: labelOf("intestine"),
      shape,
      hu(x, y, z, depthMm) {
        if (depthMm < 2.5) return tissue.bowelWall + 5 * fine(x, y, z);
        const gas = y > 104 && depthMm > 4 && coarse(0.4 * x, 0.1 * y, 0.4 * z) > 1 ? 1 : 0;
        return gas ? tissue.gas : tissue.fluid + 12 * coarse(x, y, z);
      },
    },
  ];
}

/** A large bowel: wall, stool with bubbles, and gas where it has collected at the front. */
function hollow(body: Body, name: string, shape: Shape, draw: RandomStream): Part {
  const { tissue, fine, coarse } = body;
  const gassiness = draw.uniformBetween(-0.35, 0.8);
  return {
    name,
    labelId: labelOf(name),
    shape,
    hu(x, y, z, depthMm) {
      const inside = Math.min(1, Math.max(0, depthMm - 2.5));
      const wall = tissue.bowelWall + 4 * fine(x, y, z);
      // Whether a stretch holds gas changes slowly along the body; the front of the belly holds more of it.
      const gas = coarse(0.22 * x, 0.22 * y, 0.22 * z) + gassiness + 0.018 * (y - 70) > 0.35;
      const bubbles = Math.max(0, fine(0.8 * x, 0.8 * y, 0.8 * z) - 0.9) * -110;
      const content = gas ? tissue.gas : tissue.stool + 14 * coarse(2 * x, 2 * y, 2 * z) + bubbles;
      return wall + inside * (content - wall);
    },
  };
}
