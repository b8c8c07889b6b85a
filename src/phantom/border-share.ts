import type { LabelMap, Volume } from "../core/types.js";

/**
 * Share of a structure's border that meets some labels, 0 to 1: of the faces of its voxels towards other voxels, by their
 * area, those towards voxels of `home`. Faces at the edge of the scan count as border that meets none. A tumor deep in its
 * organ has 1, one that hangs on it less than a half.
 *
 * @returns `NaN` where no voxel has the label.
 */
export function shareOfBorder(
  { data, shape: [nx, ny, nz], spacingMm: [dx, dy, dz] }: LabelMap | Volume<Uint8Array>,
  label: number,
  home: ReadonlySet<number>,
): number {
  const faces = [
    { step: 1, mm2: dy * dz },
    { step: nx, mm2: dx * dz },
    { step: nx * ny, mm2: dx * dy },
  ];
  let [border, touching] = [0, 0];
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        if (data[i] !== label) continue;
        const ends = [x === 0, x === nx - 1, y === 0, y === ny - 1, z === 0, z === nz - 1];
        for (let side = 0; side < 6; side++) {
          const { step, mm2 } = faces[side >> 1];
          const other = ends[side] ? undefined : data[i + (side % 2 === 0 ? -step : step)];
          if (other === label) continue;
          border += mm2;
          if (other !== undefined && home.has(other)) touching += mm2;
        }
      }
  return touching / border;
}
