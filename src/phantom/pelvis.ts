import { type Body, labelOf, type Part, solid } from "./body.js";
import { createEllipsoid, type Shape, unite } from "./shape.js";
import { createTube } from "./tube.js";

/** Bladder, and the uterus of women or the prostate of men. */
export function buildPelvicOrgans(body: Body): Part[] {
  const { tissue, patient, fine } = body;
  const draw = body.keyOf("pelvis").stream();
  const fullness = draw.uniformBetween(0.76, 1.15);
  const half = 30 * fullness;
  const bladder = createEllipsoid([2, 50, -246 + half], [39 * fullness, 33 * fullness, half]);
  const parts: Part[] = [
    {
      name: "bladder",
      labelId: labelOf("bladder"),
      shape: bladder,
      hu(x, y, z, depthMm) {
        const inside = Math.min(1, Math.max(0, depthMm - 2.2));
        return tissue.bladderWall + inside * (tissue.urine - tissue.bladderWall) + 1.5 * fine(x, y, z);
      },
    },
  ];
  if (patient.sex === "male")
    return [...parts, solid(body, "prostate", createEllipsoid([1, 24, -254], [21, 16, 17]), tissue.prostate)];
  return [...parts, buildUterus(body, -246 + 2 * half)];
}

/** Uterus behind and over the bladder: neck below, body tilted to the front. */
function buildUterus(body: Body, bladderTop: number): Part {
  const { tissue, patient, fine } = body;
  const draw = body.keyOf("uterus").stream();
  const size = (patient.ageYears > 52 ? 0.85 : 1.08) * draw.uniformBetween(0.9, 1.15);
  const lean = draw.uniformBetween(-5, 8);
  const top = Math.max(-196, bladderTop + 10);
  const shape: Shape = unite(
    [
      createTube([
        [2, 8, -244, 12 * size],
        [1 + lean / 2, 14, -222, 14 * size],
        [lean, 28, -206, 20 * size],
        [lean, 42, top + 4, 24 * size],
        [lean, 52, top + 8, 22 * size],
      ]),
      createEllipsoid([lean, 48, top + 6], [33 * size, 20 * size, 20 * size]),
    ],
    8,
  );
  return {
    name: "uterus",
    labelId: labelOf("uterus"),
    shape,
    hu(x, y, z, depthMm) {
      const lining = Math.min(1, Math.max(0, (depthMm - 15 * size) / 2));
      return tissue.uterus + 5 * fine(x, y, z) + lining * (tissue.endometrium - tissue.uterus);
    },
  };
}
