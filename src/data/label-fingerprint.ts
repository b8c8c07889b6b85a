import type { LabelMap } from "../core/types.js";
import { sha256 } from "../platform/hash.js";

/** Structures with fewer voxels are too plain to know a scan by. */
const leastVoxels = 512;

/** What is kept of a label map to know it again. */
export interface LabelFingerprint {
  /** Voxels above 0. */
  voxels: number;
  /** sha256 over the profiles of all structures. */
  sha256: string;
  /** The first 12 digits of each structure's own, for structures of at least 512 voxels, sorted. */
  structures: readonly string[];
}

/**
 * Takes the fingerprint of a label map: of each structure how many voxels it has in each slice along the three axes. So it
 * stays the same when the map is saved in another orientation, datatype, numbering or place, with a wrong header, or padded
 * or cropped around its structures. An empty map gets no structures, which match nothing.
 */
export function fingerprintLabels({ data, shape }: Pick<LabelMap, "data" | "shape">): LabelFingerprint {
  const [nx, ny, nz] = shape;
  const profiles = new Map<number, [Uint32Array, Uint32Array, Uint32Array]>();
  let last = 0;
  let profile: [Uint32Array, Uint32Array, Uint32Array] | undefined;
  let voxels = 0;
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        const label = data[i];
        if (label === 0) continue;
        if (label !== last) {
          profile = profiles.get(label);
          if (!profile)
            profiles.set(label, (profile = [new Uint32Array(nx), new Uint32Array(ny), new Uint32Array(nz)]));
          last = label;
        }
        profile![0][x]++;
        profile![1][y]++;
        profile![2][z]++;
        voxels++;
      }
  const prints = [...profiles.values()].map((axes) => ({
    voxels: axes[0].reduce((sum, count) => sum + count, 0),
    hash: hash(axes.map(describeProfile).sort().join("|")),
  }));
  return {
    voxels,
    sha256: hash(
      prints
        .map((each) => each.hash)
        .sort()
        .join("|"),
    ),
    structures: prints
      .filter((each) => each.voxels >= leastVoxels)
      .map((each) => each.hash.slice(0, 12))
      .sort(),
  };
}

/** Counts from the first slice that holds the structure to the last, from the end that sorts first. */
function describeProfile(counts: Uint32Array): string {
  const from = counts.findIndex((count) => count > 0);
  let to = counts.length;
  while (counts[to - 1] === 0) to--;
  const inside = [...counts.subarray(from, to)];
  const [forth, back] = [inside.join(","), inside.reverse().join(",")];
  return forth < back ? forth : back;
}

function hash(text: string): string {
  return sha256(text);
}
