import { type Body, labelOf, type Part } from "./body.js";
import { cavityBound, type Diaphragm } from "./chest.js";
import { restrict } from "./shape.js";
import { createTube, type TubePoint } from "./tube.js";

/** Stomach: fundus under the left dome, body down the left side, antrum across to the duodenum. */
export function buildStomach(body: Body, diaphragm: Diaphragm): Part[] {
  const { tissue, fine, coarse } = body;
  const draw = body.keyOf("stomach").stream();
  const fullness = draw.uniformBetween(0.7, 1);
  const drop = draw.uniformBetween(-8, 14);
  const points: readonly TubePoint[] = [
    [-58, 34, 94, 36 * fullness],
    [-68, 48, 72, 37 * fullness],
    [-72, 76, 42, 32 * fullness],
    [-54, 102, 12 - drop / 2, 25 * fullness],
    [-20, 112, -8 - drop, 21 * fullness],
    [14, 108, 0 - drop / 2, 16 * fullness],
    [38, 94, 18, 9],
  ];
  const shape = restrict(
    createTube(points),
    cavityBound(body, 4),
    (x, y, z) => (z - diaphragm(x, y) + 4) * 0.7,
  );
  // Lying on the back, gas collects at the front above a level surface of fluid.
  const fluidLevelY = draw.uniformBetween(84, 112);
  const food = draw.uniform() < 0.5 ? draw.uniformBetween(10, 35) : 0;
  return [
    {
      name: "stomach",
      labelId: labelOf("stomach"),
      shape,
      hu(x, y, z, depthMm) {
        const inside = Math.min(1, Math.max(0, depthMm - 4));
        const content =
          y > fluidLevelY
            ? tissue.gas
            : tissue.fluid + food * (0.6 + 0.6 * coarse(1.4 * x, 1.4 * y, 1.4 * z));
        const wall = tissue.stomachWall + 4 * fine(x, y, z);
        return wall + inside * (content - wall);
      },
    },
  ];
}
