import { type Body, labelOf, type Part, solid } from "./body.js";
import { cavityBound, type Diaphragm } from "./chest.js";
import { createEllipsoid, restrict, subtract } from "./shape.js";
import { createTube } from "./tube.js";

/** Spleen under the left dome: a shell round the stomach's rear, hollow toward the middle. */
export function buildSpleen(body: Body, diaphragm: Diaphragm): Part[] {
  const draw = body.keyOf("spleen").stream();
  const size = 1 + 0.09 * Math.max(-2, Math.min(2, draw.normal()));
  const outer = createEllipsoid([-106, 0, 50], [40 * size, 60 * size, 58 * size], [0.45, 0.12, 0.1]);
  const hollow = createEllipsoid([-66, 20, 52], [36, 50, 62], [0.3, 0, 0.35]);
  const shape = restrict(
    subtract(outer, hollow, 8),
    cavityBound(body, 4),
    (x, y, z) => (z - diaphragm(x, y) + 3) * 0.7,
  );
  return [solid(body, "spleen", shape, body.tissue.spleen, 3.5)];
}

/** Both kidneys behind the belly, the right one lower, with cortex, pyramids and the fat of the sinus. */
export function buildKidneys(body: Body): Part[] {
  return [...buildKidney(body, "kidney_right", 1, -8), ...buildKidney(body, "kidney_left", -1, 12)];
}

function buildKidney(body: Body, name: string, side: 1 | -1, level: number): Part[] {
  const { tissue, fine } = body;
  const draw = body.keyOf(name).stream();
  const size = 1 + 0.04 * Math.max(-2, Math.min(2, draw.normal()));
  const z0 = level + draw.uniformBetween(-5, 5);
  const [x0, y0] = [side * 68, 4];
  // Upper pole toward the spine and the back, hilum toward the middle and the front.
  const outer = createEllipsoid(
    [x0, y0, z0],
    [30 * size, 25 * size, 54 * size],
    [-0.16, -side * 0.2, side * 0.45],
  );
  const sinus = createEllipsoid(
    [x0 - side * 20, y0 + 10, z0 - 1],
    [16, 10, 21],
    [-0.16, -side * 0.2, side * 0.45],
  );
  const shape = subtract(outer, sinus, 5);
  const pyramids = 7;
  const pelvis = createTube([
    [x0 - side * 10, y0 + 6, z0 + 10, 4],
    [x0 - side * 18, y0 + 9, z0 - 2, 7],
    [x0 - side * 30, y0 + 14, z0 - 18, 4],
    [side * 34, 22, -50, 2.2],
    [side * 36, 38, -110, 2],
    [side * 46, 34, -160, 2],
    [side * 36, 28, -215, 2],
  ]);
  return [
    { name: "renal_pelvis", labelId: 0, shape: pelvis, hu: () => tissue.renalPelvis },
    {
      name,
      labelId: labelOf(name),
      shape,
      hu(x, y, z, depthMm) {
        // Cortex outside, columns of it between the pyramids, which point to the sinus.
        const around = Math.atan2(z - z0, side * (x - x0) + 8);
        const column = Math.cos(pyramids * around) > 0.55 ? 1 : 0;
        const medulla = Math.min(1, Math.max(0, (depthMm - 6.5) / 1.5)) * (1 - column);
        return tissue.cortex + 3 * fine(x, y, z) + medulla * (tissue.medulla - tissue.cortex);
      },
    },
  ];
}

/** The adrenal glands above the kidneys: thin limbs like a wishbone. */
export function buildAdrenals(body: Body): Part[] {
  const limb = (side: 1 | -1, [x, y, z]: readonly [number, number, number]): ReturnType<typeof createTube> =>
    createTube([
      [side * (x + 9), y - 14, z - 10, 2.6],
      [side * (x + 2), y, z, 3.4],
      [side * x, y + 6, z + 6, 3.6],
      [side * (x - 6), y - 12, z - 6, 2.6],
    ]);
  return [
    solid(body, "adrenal_gland_right", limb(1, [34, 26, 56]), body.tissue.adrenal),
    solid(body, "adrenal_gland_left", limb(-1, [40, 30, 58]), body.tissue.adrenal),
  ];
}
