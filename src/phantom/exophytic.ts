import type { Key, RandomStream } from "../core/random.js";
import type { Vec3 } from "../core/types.js";
import type { Part } from "./body.js";
import { labelAt } from "./render.js";
import type { Box } from "./shape.js";
import type { Trunk } from "./trunk.js";

/**
 * Of 51 solitary renal cell carcinomas below 6 cm, how many lay out of the kidney for up to a third, up to two, and more, by
 * the area of the tumor in one axial slice (Lipke et al., "Pathologic characteristics of exophytic renal masses", J Endourol
 * 21(12):1489-1491, 2007; the 22 in the middle are the rest). Here the shares are of volume, and larger tumors follow them
 * too; both are this project's choice, and so is the largest share: a tumor with nothing in its kidney would be none of it.
 */
const thirds: readonly { upTo: number; tumors: number }[] = [
  { upTo: 1 / 3, tumors: 20 },
  { upTo: 2 / 3, tumors: 22 },
  { upTo: 0.9, tumors: 9 },
];

/** Tumors that are to lie out of their organ for less grow in it and swell it. */
export const leastOuterShare: number = thirds[0].upTo;

/** Draws which share of a kidney's tumor lies out of the kidney's surface, 0 to 0.9. */
export function sampleExophyticShare(key: Key): number {
  const draw = key.stream();
  let rest = draw.uniform() * thirds.reduce((sum, { tumors }) => sum + tumors, 0);
  let from = 0;
  for (const { upTo, tumors } of thirds) {
    if (rest < tumors) return draw.uniformBetween(from, upTo);
    rest -= tumors;
    from = upTo;
  }
  return from;
}

/** What a tumor that grows out of its kidney may fill: the kidney, and the fat of the belly round it. */
export interface GrowingRoom {
  /** Signed distance to the kidney's surface, in mm. */
  surface: (x: number, y: number, z: number) => number;
  /** Signed distance to the border of the room, in mm: below 0 in the kidney and in fat. */
  bound: (x: number, y: number, z: number) => number;
  /** Whether cells may live at a point: in what is labelled kidney, and in fat a little off all else. */
  allows: (x: number, y: number, z: number) => boolean;
}

/** Fat that near to the renal pelvis is that of the sinus, where a tumor does not lie out of the kidney. */
const sinusMm = 8;
/** Cells keep that far from what is not fat. */
const marginMm = 0.5;

/**
 * The room of a kidney.
 *
 * @param near the parts of the body in reach, the kidney among them.
 * @param home the kidney.
 */
export function createRoom(near: readonly Part[], home: Part, trunk: Trunk): GrowingRoom {
  const others = near.filter((part) => part !== home && part.name !== "trunk");
  const surface = (x: number, y: number, z: number): number => home.shape.distance(x, y, z);
  const toFat = (x: number, y: number, z: number): number => {
    let result = trunk.cavity(x, y, z);
    for (const { name, shape } of others) {
      const keepMm = name === "renal_pelvis" ? sinusMm : 0;
      const { min, max } = shape.box;
      const farMm = Math.max(min[0] - x, x - max[0], min[1] - y, y - max[1], min[2] - z, z - max[2]);
      if (keepMm - farMm > result) result = Math.max(result, keepMm - shape.distance(x, y, z));
    }
    return result;
  };
  return {
    surface,
    bound: (x, y, z) => Math.min(surface(x, y, z), toFat(x, y, z)),
    allows: (x, y, z) =>
      surface(x, y, z) < 0 ? labelAt(near, x, y, z) === home.labelId : toFat(x, y, z) < -marginMm,
  };
}

/** Points looked for, those of them round which a ball is looked at, and how well one fits that ends the search. */
const maxPoints = 20_000;
const maxBalls = 80;
const goodFit = 0.05;
/** A place is none where more of the ball than this could not be filled, or the share is farther off. */
const worstFit = 0.3;

/**
 * A place at a kidney's surface where the wanted share of a ball lies in fat and little of it in anything else; undefined
 * where there is none.
 *
 * @param box where to look.
 */
export function findSurfaceSite(
  room: GrowingRoom,
  { min, max }: Box,
  radius: number,
  share: number,
  draw: RandomStream,
): Vec3 | undefined {
  // The middle of a ball cut by a flat surface lies about so many radii above it; kidneys are round, so lower.
  const height = 1.4 * (share - 0.5);
  const [low, high] = [(height - 0.45) * radius, (height + 0.1) * radius];
  let best: { place: Vec3; misfit: number } | undefined;
  for (let point = 0, balls = 0; point < maxPoints && balls < maxBalls; point++) {
    const place: Vec3 = [
      draw.uniformBetween(min[0], max[0]),
      draw.uniformBetween(min[1], max[1]),
      draw.uniformBetween(min[2], max[2]),
    ];
    const above = room.surface(...place);
    if (above < low || above > high || !room.allows(...place)) continue;
    balls++;
    const misfit = misfitOf(room, place, radius, share);
    if (misfit <= worstFit && (!best || misfit < best.misfit)) best = { place, misfit };
    if (misfit <= goodFit) break;
  }
  return best?.place;
}

/** How much a ball would miss: the larger of what it could not fill, and of how far the share out of the kidney is off. */
function misfitOf({ surface, allows }: GrowingRoom, [x, y, z]: Vec3, radius: number, share: number): number {
  const steps = 3;
  let [all, open, out] = [0, 0, 0];
  for (let k = -steps; k <= steps; k++)
    for (let j = -steps; j <= steps; j++)
      for (let i = -steps; i <= steps; i++) {
        if (i * i + j * j + k * k > steps * steps) continue;
        all++;
        const mm = radius / steps;
        const at: Vec3 = [x + i * mm, y + j * mm, z + k * mm];
        if (!allows(...at)) continue;
        open++;
        if (surface(...at) > 0) out++;
      }
  return Math.max(1 - open / all, Math.abs(out / open - share));
}
