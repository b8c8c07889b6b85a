import { type Body, labelOf, type Part } from "./body.js";
import { unite } from "./shape.js";
import { createTube } from "./tube.js";

/** Pancreas: head in the loop of the duodenum, body over aorta and spine, tail toward the spleen. */
export function buildPancreas(body: Body): Part[] {
  const { tissue, fine, coarse, patient } = body;
  const draw = body.keyOf("pancreas").stream();
  const size = 1 + 0.07 * Math.max(-2, Math.min(2, draw.normal())) - 0.002 * (patient.ageYears - 55);
  const lift = draw.uniformBetween(-6, 8);
  const gland = createTube(
    [
      [32, 68, -18, 13 * size],
      [34, 74, 0, 14.5 * size],
      [18, 80, 13, 11 * size],
      [-6, 82, 22, 10 * size],
      [-34, 72, 28 + lift / 2, 11 * size],
      [-62, 50, 36 + lift, 11 * size],
      [-84, 28, 42 + lift, 9 * size],
    ],
    // The gland is lobed: its outline swells and narrows every centimetre.
    (alongMm) => 0.7 * Math.sin(alongMm / 1.9) + 0.6 * Math.sin(alongMm / 4.3),
  );
  const uncinate = createTube([
    [30, 66, -18, 9 * size],
    [17, 60, -16, 6 * size],
  ]);
  const lobules = 8 + 30 * Math.max(0, (patient.ageYears - 40) / 45) * (0.4 + patient.fatness);
  return [
    {
      name: "pancreas",
      labelId: labelOf("pancreas"),
      shape: unite([gland, uncinate], 6),
      // Fat between the lobules, more of it with age.
      hu: (x, y, z) =>
        tissue.pancreas + 4 * fine(x, y, z) - lobules * Math.max(0, coarse(3 * x, 3 * y, 3 * z) - 0.6),
    },
  ];
}

/** Duodenum: a C round the head of the pancreas, its last part crossing under it between aorta and mesentery. */
export function buildDuodenum(body: Body): Part[] {
  const { tissue, fine, coarse } = body;
  const shape = createTube(
    [
      [42, 88, 22, 12],
      [56, 78, 14, 12],
      [62, 66, -12, 12.5],
      [58, 62, -40, 12.5],
      [36, 64, -54, 11.5],
      [4, 66, -54, 10.5],
      [-24, 66, -44, 11.5],
      [-36, 72, -24, 11.5],
    ],
    (alongMm) => 0.8 * Math.sin(alongMm / 3),
  );
  return [
    {
      name: "duodenum",
      labelId: labelOf("duodenum"),
      shape,
      hu(x, y, z, depthMm) {
        if (depthMm < 3) return tissue.bowelWall + 4 * fine(x, y, z);
        // Some gas rises to the front of the first part.
        if (z > 5 && y > 84 && depthMm > 4) return tissue.gas;
        return tissue.fluid + 8 * coarse(x, y, z);
      },
    },
  ];
}
