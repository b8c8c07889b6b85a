import { lesions, type TumorOrgan } from "../anatomy/organs.js";
import type { Key, RandomStream } from "../core/random.js";
import type { Vec3 } from "../core/types.js";
import type { Anatomy } from "./anatomy.js";
import { labelOf, type Part } from "./body.js";
import { createRoom, findSurfaceSite, type GrowingRoom, leastOuterShare } from "./exophytic.js";
import type { PhantomPhase, Patient } from "./patient.js";
import { labelAt } from "./render.js";
import { type Box, boxAround, createEllipsoid, expandBox, restrict, unite } from "./shape.js";
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
  /** Share that lies out of the surface its kidney had before, 0 to 1; absent in other organs. */
  exophyticShare?: number;
  /** Where it started, in body coordinates. */
  seedMm: Vec3;
}

const hollowOrgans: readonly TumorOrgan[] = ["colon", "esophagus"];
/** Tumors start where every scan reaches, so that none is out of sight. */
const lowestMm = -262;
const highestMm = 104;

/** What tumors of all organs look like, beside the HU of their kind. */
export const phantomTumorLook = {
  /** Attenuation of dead tumor, hardly any of it from contrast agent. */
  necroticHu: 19,
  /** What well supplied cells have more, of the contrast with dead ones. */
  rimShare: 0.18,
  /** Unevenness of living tissue: how wide its grains are, and their standard deviation in HU. */
  grainMm: 4,
  grainHu: 5,
} as const;
const { necroticHu, rimShare, grainMm, grainHu } = phantomTumorLook;

/** A tumor that has grown, in the body that it grew in. */
interface Growth {
  /** The body, its organ swollen where the tumor is too large for it. */
  parts: readonly Part[];
  seed: Vec3;
  grown: GrownTumor;
  /** Labels it is painted over. */
  onlyOver: readonly number[];
  /** Where it may be beside its organ, for one that grows out of it. */
  room?: GrowingRoom;
}

/**
 * Lets planned tumors grow in a body, one after the other: each finds a place in its organ, swells the organ where it is
 * too large for it, and is painted over that organ only. One that is to lie out of its organ's surface for a third or more
 * grows from there into the fat beside it, and swells nothing; where too little fat is in reach, it grows as the others do.
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
  let parts: readonly Part[] = anatomy.parts;
  const tumors: PhantomTumor[] = [];
  for (const plan of plans) {
    const key = patient.key.split("tumor").split(plan.index);
    const wantedMm3 = (1000 * plan.volumeMl) / volumeScale;
    const growth =
      growOutward(anatomy, parts, plan, wantedMm3, key) ?? growWithin(parts, plan, wantedMm3, key);
    if (!growth) continue;
    const { grown, seed } = growth;
    const surface = findHome(parts, plan).shape;
    parts = growth.parts;
    if (grown.volumeMm3 <= 0) continue;
    const lesion = lesions.find(({ tumorOrgan }) => tumorOrgan === plan.organ)!;
    parts = [...parts, paintTumor(growth, plan, phase, lesion, createTexture(key.split("texture"), grainMm))];
    const volumeMl = (grown.volumeMm3 * volumeScale) / 1000;
    tumors.push({
      organ: plan.organ,
      structure: plan.structure,
      labelId: lesion.labelId,
      labelName: lesion.name,
      radiusMm: Math.cbrt((3000 * volumeMl) / (4 * Math.PI)),
      volumeMl,
      necroticShare: grown.necroticShare,
      ...(plan.exophyticShare === undefined
        ? {}
        : { exophyticShare: grown.shareWhere((x, y, z) => surface.distance(x, y, z) > 0) }),
      seedMm: seed,
    });
  }
  return { parts, tumors };
}

/** A tumor within its organ; undefined where earlier tumors have filled that. */
function growWithin(
  parts: readonly Part[],
  plan: TumorPlan,
  volumeMm3: number,
  key: Key,
): Growth | undefined {
  const radius = radiusOf(volumeMm3);
  const seed = findSite(parts, plan, radius, key.split("site").stream());
  if (!seed) return undefined;
  const swollen = swell(parts, plan, seed, radius);
  const onlyOver = homeLabels(plan);
  const near = partsNear(swollen, reachRound(seed, volumeMm3));
  const grown = growTumor({
    key: key.split("growth"),
    seed,
    volumeMm3,
    allows: (x, y, z) => onlyOver.includes(labelAt(near, x, y, z)),
  });
  return { parts: swollen, seed, grown, onlyOver };
}

/** Of the wanted volume, what a tumor has to find room for beside its organ. */
const leastGrown = 0.9;

/** A tumor that grows out of its organ into fat; undefined where it is not to, or finds too little. */
function growOutward(
  { trunk }: Anatomy,
  parts: readonly Part[],
  plan: TumorPlan,
  volumeMm3: number,
  key: Key,
): Growth | undefined {
  const { exophyticShare = 0 } = plan;
  if (exophyticShare < leastOuterShare) return undefined;
  const radius = radiusOf(volumeMm3);
  const home = findHome(parts, plan);
  const roomOf = (near: readonly Part[]): GrowingRoom => createRoom(near, home, trunk);
  const { min, max } = expandBox(home.shape.box, 2 * radius);
  const box: Box = {
    min: [min[0], min[1], Math.max(min[2], lowestMm)],
    max: [max[0], max[1], Math.min(max[2], highestMm)],
  };
  const draw = key.split("surface").stream();
  const seed = findSurfaceSite(roomOf(partsNear(parts, box)), box, radius, exophyticShare, draw);
  if (!seed) return undefined;
  const room = roomOf(partsNear(parts, reachRound(seed, volumeMm3)));
  const grown = growTumor({ key: key.split("growth"), seed, volumeMm3, allows: room.allows });
  if (grown.volumeMm3 < leastGrown * volumeMm3) return undefined;
  return { parts, seed, grown, onlyOver: [...homeLabels(plan), 0], room };
}

function radiusOf(volumeMm3: number): number {
  return Math.cbrt((3 * volumeMm3) / (4 * Math.PI));
}

/** What a tumor of a volume can reach from where it starts. */
function reachRound(seed: Vec3, volumeMm3: number): Box {
  const reach = growthReachMm(volumeMm3);
  return boxAround(seed, [reach, reach, reach]);
}

/** The part that is a tumor's organ. */
function findHome(parts: readonly Part[], { structure }: TumorPlan): Part {
  const label = labelOf(structure);
  return parts.find(({ labelId, onlyOver }) => labelId === label && !onlyOver)!;
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
  plan: TumorPlan,
  radius: number,
  draw: RandomStream,
): Vec3 | undefined {
  const { organ, structure } = plan;
  const label = labelOf(structure);
  const part = findHome(parts, plan);
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
  { grown, onlyOver, room }: Growth,
  plan: TumorPlan,
  phase: PhantomPhase,
  lesion: { labelId: number; name: string },
  texture: (x: number, y: number, z: number) => number,
): Part {
  const { center, reachMm, distance, oxygen } = grown;
  const living = plan.hu[phase];
  const rim = phase === "plain" ? 0 : rimShare * (living - necroticHu);
  const shape = { box: boxAround(center, [reachMm, reachMm, reachMm]), distance };
  return {
    name: lesion.name,
    labelId: lesion.labelId,
    onlyOver,
    // Muscle has no label: the room's own border, finer than the lattice, keeps the tumor out of it.
    shape: room ? restrict(shape, room.bound) : shape,
    hu(x, y, z) {
      const air = oxygen(x, y, z);
      const dead = Math.min(1, Math.max(0, (0.3 - air) / 0.2));
      // Well supplied cells at the edge take up the most contrast agent.
      const alive = living + rim * (air - 0.6) + grainHu * texture(x, y, z);
      return alive + dead * (necroticHu + 2 * texture(x, y, z) - alive);
    },
  };
}
