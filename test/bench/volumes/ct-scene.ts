import type { Vec3 } from "tumorlab/internal/core/types";

/** HU of an oval body with lungs, a spine and noise in a round field of view: compresses about as real CT does. */
export function makeCt([nx, ny, nz]: Vec3, [sx, sy]: Vec3): Int16Array {
  const data = new Int16Array(nx * ny * nz);
  const clean = new Int16Array(nx * ny);
  const level = new Float64Array(nx * ny);
  for (const half of [0, 1]) {
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++) {
        const [u, v] = [(x - nx / 2) * sx, (y - ny / 2) * sy];
        const body = (u / 165) ** 2 + (v / 120) ** 2 < 1;
        const lung = half === 0 && ((Math.abs(u) - 70) / 45) ** 2 + ((v + 5) / 70) ** 2 < 1;
        const spine = (u / 22) ** 2 + ((v - 75) / 22) ** 2 < 1;
        const seen = u * u + v * v < 178 ** 2;
        clean[x + nx * y] = !seen ? -1024 : spine ? 350 : lung ? -850 : body ? 40 : -1000;
        level[x + nx * y] = !seen ? 0 : body ? 24 : 8;
      }
    for (let z = half * (nz >> 1); z < (half ? nz : nz >> 1); z++)
      for (let i = 0, at = z * nx * ny; i < nx * ny; i++, at++) {
        let hash = Math.imul(at + 1, 0x9e3779b1);
        hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
        hash ^= hash >>> 13;
        // Four bytes added up are close to normal, with standard deviation 148.
        const sum = (hash & 255) + ((hash >>> 8) & 255) + ((hash >>> 16) & 255) + (hash >>> 24);
        data[at] = clean[i] + Math.round(((sum - 510) / 148) * level[i]);
      }
  }
  return data;
}
