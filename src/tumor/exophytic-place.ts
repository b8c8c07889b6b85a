import { LabError } from "../core/errors.js";
import type { RandomStream } from "../core/random.js";
import type { LabelMap, Mask, Vec3 } from "../core/types.js";
import { indexOf } from "./block.js";
import { heightForShare } from "./exophytic.js";
import type { OrganMap } from "./organ-map.js";
import { heightOver } from "./outer.js";
import { distanceToVessels, type OrganPart, type Place } from "./place.js";
import { isInside, type OrganSurroundings, voxelAt, widened } from "./surroundings.js";

/** Places looked at to find one where a ball fits. */
const maxTries = 40;
/** Of such a ball, what may lie in other structures, and how far its share may be from the asked one. */
const goodFit = 0.08;

/**
 * Draws a place at an organ's surface where the asked share of a ball lies in what is open beside it, and little of it in
 * other structures: the best of several where none fits well.
 *
 * @throws LabError when nothing beside the organ is open, or no place is that far from a vessel.
 */
export function sampleSurfacePlace(
  { map, open, margin }: OrganSurroundings,
  part: OrganPart,
  labels: LabelMap,
  asked: { organ: string; radiusMm: number; clearanceMm: number; share: number },
  draw: RandomStream,
): Place {
  const { radiusMm, clearanceMm, share } = asked;
  const { data: tissue, shape, spacingMm } = map.mask;
  const organTissue = new Uint8Array(tissue.length);
  const samples = part.samples.map((i) => widened(i, map.mask.shape, margin));
  for (const i of samples) organTissue[i] = tissue[i];
  const height = heightOver(organTissue, shape, spacingMm);
  const wantedMm = radiusMm * heightForShare(share);
  const slackMm = Math.max(0.2 * radiusMm, 0.6 * Math.max(...spacingMm));
  const vessel = clearanceMm > 0 ? distanceToVessels(map, labels) : undefined;
  const candidates: number[] = [];
  for (let i = 0; i < tissue.length; i++)
    if ((organTissue[i] === 1 || open[i] === 1) && Math.abs(height[i] - wantedMm) <= slackMm)
      if (!vessel || vessel[i] >= clearanceMm) candidates.push(i);
  let best: { place: Place; misfit: number } | undefined;
  for (let attempt = 0; attempt < maxTries && candidates.length > 0; attempt++) {
    const sample = draw.choose(candidates);
    const found = lookRound(map.mask, open, sample, radiusMm);
    const misfit = Math.max(Math.abs(found.share - share), found.blocked);
    if (found.share === 0 || (best && misfit >= best.misfit)) continue;
    const [x, y, z] = voxelAt(sample, shape, map.origin, map.stride);
    const vesselMm = vessel && Number.isFinite(vessel[sample]) ? { vesselMm: vessel[sample] } : {};
    const place = {
      voxel: [x, y, z] as const,
      depthMm: -height[sample],
      outsideShare: found.outside,
      ...vesselMm,
    };
    best = { place, misfit };
    if (misfit <= goodFit) break;
  }
  if (!best)
    throw new LabError(
      "exophyticShare",
      `${share}, but no fat beside the ${asked.organ} where ${radiusMm.toFixed(1)} mm may grow into it`,
      "fat without a label at the organ's surface, within the wall of the body",
      clearanceMm > 0
        ? "Ask for less distance from vessels, or a smaller share"
        : "Leave the share out for this scan",
      { kind: "does-not-fit" },
    );
  return best.place;
}

/** The piece of an organ that is nearest to a voxel which may lie beside it. */
export function nearestPart(
  { mask, origin, stride }: OrganMap,
  parts: readonly OrganPart[],
  voxel: Vec3,
): OrganPart {
  let nearest = parts[0];
  let least = Infinity;
  for (const part of parts)
    for (const sample of part.samples) {
      const at = voxelAt(sample, mask.shape, origin, stride);
      const mm = Math.hypot(
        ...at.map((each, axis) => ((each - voxel[axis]) / stride[axis]) * mask.spacingMm[axis]),
      );
      if (mm < least) [least, nearest] = [mm, part];
    }
  return nearest;
}

/** How a ball round a sample is shared out: open of open and organ, neither of all, and not organ of all. */
function lookRound(
  { data, shape, spacingMm }: Mask,
  open: Uint8Array,
  sample: number,
  radiusMm: number,
): { share: number; blocked: number; outside: number } {
  const [cx, cy, cz] = [
    sample % shape[0],
    Math.floor(sample / shape[0]) % shape[1],
    Math.floor(sample / (shape[0] * shape[1])),
  ];
  const reach = spacingMm.map((mm) => Math.floor(radiusMm / mm));
  let [all, inside, out] = [0, 0, 0];
  for (let dz = -reach[2]; dz <= reach[2]; dz++)
    for (let dy = -reach[1]; dy <= reach[1]; dy++)
      for (let dx = -reach[0]; dx <= reach[0]; dx++) {
        if (Math.hypot(dx * spacingMm[0], dy * spacingMm[1], dz * spacingMm[2]) > radiusMm) continue;
        all++;
        const at: Vec3 = [cx + dx, cy + dy, cz + dz];
        if (!isInside(at, shape)) continue;
        const i = indexOf(at, shape);
        if (data[i] === 1) inside++;
        else if (open[i] === 1) out++;
      }
  const known = inside + out;
  return {
    share: known > 0 ? out / known : 0,
    blocked: (all - known) / all,
    outside: (all - inside) / all,
  };
}
