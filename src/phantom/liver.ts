import { type Body, labelOf, type Part, solid } from "./body.js";
import { cavityBound, type Diaphragm } from "./chest.js";
import { createEllipsoid, restrict, type Shape, subtract, unite } from "./shape.js";
import { createTube, type TubePoint } from "./tube.js";

/** Liver under the right dome, gall bladder at its lower face, and the vessels inside it. */
export function buildLiver(body: Body, diaphragm: Diaphragm): Part[] {
  const { tissue } = body;
  const draw = body.keyOf("liver").stream();
  const size = 0.95 + 0.05 * Math.max(-2, Math.min(2, draw.normal()));
  const leftReach = draw.uniformBetween(0.8, 1.15);
  const lower = draw.uniformBetween(-12, 10);
  const right = createEllipsoid([80, 46, 44], [74 * size, 96 * size, 106 * size]);
  const left = createEllipsoid([2, 88, 72], [74 * leftReach, 42 * size, 38 * size], [0, 0.25, -0.12]);
  const caudate = createEllipsoid([16, 62, 66], [22, 20, 28]);
  // The lower face rises from the right flank to the left; the rear face of the left lobe clears spine and stomach.
  const lowerFace = (x: number, y: number, z: number): number =>
    (lower - 42 + (0.72 - 0.0009 * (138 - x)) * (138 - x) - 0.25 * (y - 60) - z) * 0.75;
  const rearFace = (x: number, y: number): number => {
    const t = Math.min(1, Math.max(0, (x - 22) / 46));
    const steep = (160 * 6 * t * (1 - t)) / 46;
    const behind = 46 + 0.3 * Math.max(0, 10 - x) - 160 * t * t * (3 - 2 * t) - y;
    return behind / Math.sqrt(4 + steep * steep);
  };
  const under = (x: number, y: number, z: number): number => (z - diaphragm(x, y) + 2) * 0.7;
  const whole = subtract(unite([right, left, caudate], 14), createEllipsoid([66, 2, -2], [34, 34, 56]), 10);
  const shape = restrict(whole, cavityBound(body, 3), under, lowerFace, rearFace);
  const gallBladder = createEllipsoid(
    [66, 92, 4],
    [13 * draw.uniformBetween(0.85, 1.2), 28, 14 * draw.uniformBetween(0.85, 1.2)],
    [-0.35, 0, 0.3],
  );
  return [
    solid(body, "liver", shape, tissue.liver, 3.5),
    ...buildLiverVessels(body),
    {
      name: "gall_bladder",
      labelId: labelOf("gall_bladder"),
      shape: gallBladder,
      hu: (x, y, z, depthMm) => (depthMm < 1.5 ? tissue.bowelWall - 10 : tissue.bile + body.fine(x, y, z)),
    },
  ];
}

/** The three hepatic veins and the branches of the portal vein, painted only inside the liver. */
function buildLiverVessels(body: Body): Part[] {
  const { tissue } = body;
  const veins: readonly (readonly TubePoint[])[] = [
    [
      [30, 34, 108, 6],
      [62, 34, 96, 5],
      [96, 28, 70, 4],
      [118, 30, 36, 2.4],
    ],
    [
      [28, 42, 106, 6],
      [46, 68, 92, 5],
      [64, 88, 66, 4],
      [76, 104, 34, 2.4],
    ],
    [
      [24, 46, 104, 5.5],
      [8, 76, 90, 4.2],
      [-14, 92, 78, 3.2],
      [-40, 98, 70, 2],
    ],
  ];
  const branches: readonly (readonly TubePoint[])[] = [
    [
      [44, 70, 54, 6],
      [70, 62, 60, 5],
      [96, 66, 70, 3.8],
      [122, 70, 78, 2.2],
    ],
    [
      [70, 62, 60, 4.6],
      [92, 42, 40, 3.8],
      [112, 26, 12, 2.6],
      [120, 30, -14, 1.8],
    ],
    [
      [80, 64, 62, 4],
      [84, 92, 50, 3],
      [96, 112, 30, 2],
    ],
    [
      [44, 70, 54, 5],
      [20, 82, 70, 4.2],
      [-8, 96, 76, 3],
      [-34, 108, 66, 2],
    ],
  ];
  const part = (shape: Shape, hu: number): Part => ({
    ...solid(body, "hepatic_vessel", shape, hu, 2),
    onlyOver: [labelOf("liver")],
  });
  return [
    part(unite(veins.map((line) => createTube(line))), tissue.hepaticVein),
    part(unite(branches.map((line) => createTube(line))), tissue.portal),
  ];
}
