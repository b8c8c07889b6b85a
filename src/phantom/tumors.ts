import { lesions, type TumorOrgan } from "../anatomy/organs.js";
import type { RandomStream } from "../core/random.js";
import type { Vec3 } from "../core/types.js";
import type { Anatomy } from "./anatomy.js";
import { labelOf, type Part } from "./body.js";
import type { PhantomPhase, Patient } from "./patient.js";
import { labelAt } from "./render.js";
import { type Box, boxAround, createEllipsoid, unite } from "./shape.js";
import { createTexture } from "./texture.js";
import { type GrownTumor, growthReachMm, growTumor } from "./tumor-growth.js";
import type { TumorPlan } from "./tumor-plan.js";

/** A tumor in a phantom, as its metadata tell it. */
export interface PhantomTumor {
  organ: TumorOrgan;
  /** The structure it grew in, such as `kidney_left`. */
  structure: string;
  /** Label value and name of its lesion label. */
  labelId: number;
  labelName: string;
  /** Radius of a ball of the same volume, in mm. */
  radiusMm: number;
  volumeMl: number;
  /** Share that is necrotic, 0 to 1. */
  necroticShare: number;
  /** Where it started, in body coordinates. */
  seedMm: Vec3;
}

const hollowOrgans: readonly TumorOrgan[] = ["colon", "esophagus"];
/** Tumors start where every scan reaches, so that none is out of sight. */
const lowestMm = -262;
const highestMm = 104;
/** Attenuation of dead tumor, hardly any of it from contrast agent. */
const necroticHu = 19;

/**
 * Lets planned tumors grow in a body, one after the other: each finds a place in its organ, swells the organ where it is
 * too large for it, and is painted over that organ only.
 *
 * @param volumeScale see {@link Placement}.
 */
export function addTumors(
  anatomy: Anatomy,
  plans: readonly TumorPlan[],
  patient: Patient,
  phase: PhantomPhase,
  volumeScale: number,
): { parts: readonly Part[]; tumors: PhantomTumor[] } {
  let parts = [...anatomy.parts];
  const tumors: PhantomTumor[] = [];
  for (const plan of plans) {
    const key = patient.key.split("tumor").split(plan.index);
    const wantedMm3 = (1000 * plan.volumeMl) / volumeScale;
    const radius = Math.cbrt((3 * wantedMm3) / (4 * Math.PI));
    const seed = findSite(parts, plan, radius, key.split("site").stream());
    if (!seed) continue; // an organ that earlier tumors have filled
    parts = swell(parts, plan, seed, radius);
    const home = homeLabels(plan);
    const reach = growthReachMm(wantedMm3);
    const near = partsNear(parts, boxAround(seed, [reach, reach, reach]));
    const grown = growTumor({
      key: key.split("growth"),
      seed,
      volumeMm3: wantedMm3,
      allows: (x, y, z) => home.includes(labelAt(near, x, y, z)),
    });
    if (grown.volumeMm3 <= 0) continue;
    const lesion = lesions.find(({ tumorOrgan }) => tumorOrgan === plan.organ)!;
    parts = [...parts, paintTumor(grown, plan, phase, lesion, createTexture(key.split("texture"), 4))];
    const volumeMl = (grown.volumeMm3 * volumeScale) / 1000;
    tumors.push({
      organ: plan.organ,
      structure: plan.structure,
      labelId: lesion.labelId,
      labelName: lesion.name,
      radiusMm: Math.cbrt((3000 * volumeMl) / (4 * Math.PI)),
      volumeMl,
      necroticShare: grown.necroticShare,
      seedMm: seed,
    });
  }
  return { parts, tumors };
}

/** The parts whose boxes meet a box: no other is at any place in it. */
function partsNear(parts: readonly Part[], { min, max }: Box): Part[] {
  return parts.filter(({ shape: { box } }) =>
    [0, 1, 2].every((axis) => box.min[axis] <= max[axis] && min[axis] <= box.max[axis]),
  );
}

/** Labels a tumor may grow over: its organ, and the vessels inside a liver. */
function homeLabels({ organ, structure }: TumorPlan): number[] {
  return organ === "liver" ? [labelOf("liver"), labelOf("hepatic_vessel")] : [labelOf(structure)];
}

/** A place in the organ for a tumor to start: in the wall of a hollow one, under the surface of a kidney. */
function findSite(
  parts: readonly Part[],
  { organ, structure }: TumorPlan,
  radius: number,
  draw: RandomStream,
): Vec3 | undefined {
  const label = labelOf(structure);
  const part = parts.find(({ labelId, onlyOver }) => labelId === label && !onlyOver)!;
  const { min, max } = part.shape.box;
  const deepest = hollowOrgans.includes(organ) ? 4 : organ === "kidney" ? 12 : Infinity;
  const shallowest = hollowOrgans.includes(organ) ? 0.5 : Math.min(3 + 0.35 * radius, 6);
  let fallback: Vec3 | undefined;
  for (let attempt = 0; attempt < 6000; attempt++) {
    const place: Vec3 = [
      draw.uniformBetween(min[0], max[0]),
      draw.uniformBetween(min[1], max[1]),
      draw.uniformBetween(Math.max(min[2], lowestMm), Math.min(max[2], highestMm)),
    ];
    const depth = -part.shape.distance(...place);
    if (depth < 0.5 || labelAt(parts, ...place) !== label) continue;
    if (depth >= shallowest && depth <= deepest) return place;
    fallback ??= place;
  }
  return fallback;
}

/** A tumor wider than its organ pushes the surface out: the organ becomes itself and a ball round the tumor. */
function swell(parts: readonly Part[], { organ, structure }: TumorPlan, seed: Vec3, radius: number): Part[] {
  if (organ === "liver") return [...parts];
  const label = labelOf(structure);
  const reach = radius * (hollowOrgans.includes(organ) ? 0.85 : 0.98);
  const ball = createEllipsoid(seed, [reach, reach, reach * 1.1]);
  return parts.map((part) =>
    part.labelId === label && !part.onlyOver
      ? { ...part, shape: unite([part.shape, ball], Math.min(12, 0.5 * radius)) }
      : part,
  );
}

function paintTumor(
  grown: GrownTumor,
  plan: TumorPlan,
  phase: PhantomPhase,
  lesion: { labelId: number; name: string },
  texture: (x: number, y: number, z: number) => number,
): Part {
  const { center, reachMm, distance, oxygen } = grown;
  const living = plan.hu[phase];
  const rim = phase === "plain" ? 0 : 0.18 * (living - necroticHu);
  return {
    name: lesion.name,
    labelId: lesion.labelId,
    onlyOver: homeLabels(plan),
    shape: {
      box: {
        min: [center[0] - reachMm, center[1] - reachMm, center[2] - reachMm],
        max: [center[0] + reachMm, center[1] + reachMm, center[2] + reachMm],
      },
      distance,
    },
    hu(x, y, z) {
      const air = oxygen(x, y, z);
      const dead = Math.min(1, Math.max(0, (0.3 - air) / 0.2));
      // Well supplied cells at the edge take up the most contrast agent.
      const alive = living + rim * (air - 0.6) + 5 * texture(x, y, z);
      return alive + dead * (necroticHu + 2 * texture(x, y, z) - alive);
    },
  };
}
