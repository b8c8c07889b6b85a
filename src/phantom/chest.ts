import type { Body, Part } from "./body.js";
import { labelOf, solid } from "./body.js";
import { createEllipsoid, restrict, type Shape, smoothMin } from "./shape.js";
import { createTube } from "./tube.js";

/** Height of the diaphragm above a place: a higher dome on the right, gutters along the wall. */
export type Diaphragm = (x: number, y: number) => number;

/** The diaphragm of one body; how deep the patient has breathed in moves its domes. */
export function createDiaphragm(body: Body): Diaphragm {
  const breath = body.keyOf("diaphragm").stream().uniformBetween(-8, 8);
  const { trunk } = body;
  return tabulate((x, y) => {
    // Depth below the wall of the chest, measured at one height, so that the height does not depend on itself.
    const edge = Math.min(1, Math.max(0, -trunk.cavity(x, y, 80) / 62));
    const rise = Math.sqrt(edge * (2 - edge));
    const right = 1 / (1 + Math.exp(-(x - 4) / 16));
    const saddle = 12 * Math.exp(-((x / 26) ** 2));
    const top = 108 + 20 * right - saddle - breath;
    const gutter = y > 60 ? 72 : 72 - 36 * Math.min(1, (60 - y) / 90);
    return gutter + (top - gutter) * rise;
  });
}

/** A smooth function of a place of the trunk, worked out every 2 mm and read between: organs ask for it in each voxel. */
function tabulate(height: Diaphragm): Diaphragm {
  const [stepMm, left, back, width, depth] = [2, -220, -160, 221, 181];
  const heights = new Float64Array(width * depth);
  for (let j = 0; j < depth; j++)
    for (let i = 0; i < width; i++) heights[i + width * j] = height(left + i * stepMm, back + j * stepMm);
  return (x, y) => {
    const u = Math.min(width - 1.001, Math.max(0, (x - left) / stepMm));
    const v = Math.min(depth - 1.001, Math.max(0, (y - back) / stepMm));
    const [i, j] = [Math.floor(u), Math.floor(v)];
    const at = i + width * j;
    const near = heights[at] + (u - i) * (heights[at + 1] - heights[at]);
    const far = heights[at + width] + (u - i) * (heights[at + width + 1] - heights[at + width]);
    return near + (v - j) * (far - near);
  };
}

/** Bases of both lungs with their vessels, the heart between them, the lower esophagus. */
export function buildChest(body: Body, diaphragm: Diaphragm): Part[] {
  const { trunk, tissue, coarse, fine } = body;
  const heart = createEllipsoid([-26, 74, 158], [62, 48, 52], [0, 0.35, -0.4]);
  // Between the lungs: spine with aorta and esophagus behind, the heart in its sac, a thin wall in front.
  const behind = createEllipsoid([-2, -2, 150], [36, 48, 400]);
  const sac = createEllipsoid([-26, 74, 158], [67, 53, 57], [0, 0.35, -0.4]);
  const inChest = (x: number, y: number, z: number): number => {
    const outside = Math.max(trunk.cavity(x, y, z) + 4, (diaphragm(x, y) + 3 - z) * 0.7, 5 - Math.abs(x + 4));
    if (outside > 4) return outside;
    return Math.max(outside, smoothMax(-behind.distance(x, y, z), -sac.distance(x, y, z), 14));
  };
  const lung = (name: string, side: 1 | -1): Part => {
    const outer: Shape = {
      box: { min: [side === 1 ? 0 : -165, -90, 20], max: [side === 1 ? 165 : 0, 150, 240] },
      distance: (x, y, z) => Math.max(-side * x, inChest(x, y, z)),
    };
    return {
      name,
      labelId: labelOf(name),
      shape: outer,
      hu(x, y, z) {
        // Branches of vessels, and more blood at the back where the patient lies.
        const branch = Math.max(0, fine(0.8 * x, 0.8 * y, 0.5 * z) - 1.5) * 260;
        return tissue.lung + 22 * coarse(x, y, z) + branch - 0.35 * (y - 30);
      },
    };
  };
  const esophagus = buildEsophagus();
  return [
    lung("lung_right", 1),
    lung("lung_left", -1),
    solid(
      body,
      "heart",
      restrict(heart, (x, y, z) => diaphragm(x, y) + 4 - z, cavityBound(body, 5)),
      tissue.heart,
      4,
    ),
    {
      name: "esophagus",
      labelId: labelOf("esophagus"),
      shape: esophagus,
      hu(x, y, z, depthMm) {
        const air = coarse(0.3 * x, 0.3 * y, z) > 0.8 ? tissue.gas * 0.6 : tissue.fluid;
        const lumen = Math.min(1, Math.max(0, (depthMm - 5.2) / 1.2));
        return tissue.esophagusWall + 3 * fine(x, y, z) + lumen * (air - tissue.esophagusWall);
      },
    },
  ];
}

/** Maximum of two distances, rounded where they are close. */
function smoothMax(a: number, b: number, blend: number): number {
  return -smoothMin(-a, -b, blend);
}

/** The esophagus from the chest to where it joins the stomach. */
function buildEsophagus(): Shape {
  return createTube([
    [-4, 12, 235, 8],
    [-4, 16, 190, 8.5],
    [-8, 24, 150, 9],
    [-16, 33, 122, 9],
    [-27, 42, 102, 9.5],
    [-42, 47, 90, 9],
  ]);
}

/** Keeps a shape `byMm` inside the wall of the cavity. */
export function cavityBound({ trunk }: Body, byMm: number): (x: number, y: number, z: number) => number {
  return (x, y, z) => trunk.cavity(x, y, z) + byMm;
}
