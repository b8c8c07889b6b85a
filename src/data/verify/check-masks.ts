import { findOrgan } from "../../anatomy/organs.js";
import { ownValue } from "../../core/own-value.js";
import { createFinding } from "./finding.js";
import type { Finding } from "./finding.js";
import { countSets } from "./mask-stack.js";
import type { MaskStack, NamedMask } from "./mask-stack.js";

/** Overlaps up to this volume, in ml, are where two borders meet. */
const leastOverlapMl = 0.05;

/** Structures that lie inside another by what they are; names that begin with the other's are not listed. */
const insideOf: Readonly<Record<string, readonly string[]>> = {
  liver: ["hepatic_vessel"],
  pancreas: ["pancreatic_duct"],
};

/**
 * Holds the masks of a case against each other: two of different names may not hold the same voxels, nor overlap by more
 * than {@link leastOverlapMl}. A lesion in its own organ and a part in its whole (a lobe in its lung, a vessel of the
 * liver in the liver) may overlap.
 */
export function checkMasks(name: string, stack: MaskStack, voxelMl: number): Finding[] {
  const { masks, sets } = stack;
  const counts = countSets(stack);
  const voxels = masks.map(() => 0);
  const shared = new Map<number, number>();
  sets.forEach((members, set) => {
    members.forEach((first, k) => {
      voxels[first] += counts[set];
      for (const second of members.slice(k + 1)) {
        const pair = first * masks.length + second;
        shared.set(pair, (shared.get(pair) ?? 0) + counts[set]);
      }
    });
  });
  return [...shared]
    .sort(([a], [b]) => a - b)
    .flatMap(([pair, count]) => {
      const [at, against] = [Math.floor(pair / masks.length), pair % masks.length];
      const [first, second] = [masks[at], masks[against]];
      const base = { case: name, file: second.file, against: first.file };
      if (count > 0 && count === voxels[at] && count === voxels[against]) {
        const values = { found: `the same ${count} voxels`, expected: `voxels of ${first.name} alone` };
        const advice = "One of them is a copy of the other under a wrong name, or a name too many";
        return [createFinding({ ...base, check: "masks-identical", ...values }, advice)];
      }
      const volumeMl = count * voxelMl;
      if (volumeMl <= leastOverlapMl || isPartOf(first, second) || isPartOf(second, first)) return [];
      const found = `${second.name} shares ${count} voxels, ${Number(volumeMl.toPrecision(3))} ml, with ${first.name}`;
      const expected = `no more than ${leastOverlapMl} ml`;
      return [
        createFinding(
          { ...base, check: "masks-overlap", found, expected },
          "A label map has room for one of them",
        ),
      ];
    });
}

/** Whether it is right that one structure lies in the other. */
function isPartOf(part: NamedMask, whole: NamedMask): boolean {
  if (part.lesionOf !== undefined) return whole.organ === part.lesionOf || whole.lesionOf === part.lesionOf;
  // A lobe of a lung in the lung; two lobes are parts of neither.
  if (part.name !== whole.name && findOrgan(part.name)?.name === whole.name) return true;
  return part.name.startsWith(`${whole.name}_`) || (ownValue(insideOf, whole.name) ?? []).includes(part.name);
}
