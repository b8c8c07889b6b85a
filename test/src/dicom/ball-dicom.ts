import type { LabelMap } from "tumorlab/internal/core/types";
import type { LabelledScan } from "tumorlab/internal/training/prepared-case";
import { makeSlice } from "./make-dicom";
import { makeSeg, makeStructureSet } from "./make-structures";

/** Liver and lesion as `ballScan` labels them. */
const structures = [
  { number: 1, name: "Liver Lesion", value: 27 },
  { number: 2, name: "Liver", value: 5 },
];

/** Where the series of a ball lies, in the patient's mm, and its voxels. */
const [left, front, spacing, stepMm] = [-12, 7, [2, 2] as const, 4];

/** The slices of a scan as a series. */
export function ballSlices(
  { ct }: Pick<LabelledScan, "ct">,
  series: string,
  { name = "Abdomen", offsetHu = 0 } = {},
): Buffer[] {
  const [columns, rows, slices] = ct.shape;
  return Array.from({ length: slices }, (_, k) =>
    makeSlice({
      ...{ columns, rows, spacing, series, seriesName: name, uid: `${series}.${k}` },
      position: [left, front, stepMm * k],
      pixel: (x, y) => ct.data[x + columns * (y + rows * k)] + offsetHu,
    }),
  );
}

/** A SEG of a ball's labels on a series. */
export function ballSeg({ data, shape: [columns, rows, slices] }: LabelMap, series: string): Buffer {
  return makeSeg({
    ...{ series, columns, rows, spacing, segments: structures, description: `drawn on ${series}` },
    frames: structures.flatMap(({ number, value }) =>
      Array.from({ length: slices }, (_, k) => ({
        position: [left, front, stepMm * k],
        segment: number,
        pixel: (x: number, y: number) => Number(data[x + columns * (y + rows * k)] === value),
      })),
    ),
  });
}

/** An RTSTRUCT: contours round the pixels of each row, which with the voxel's centre as the rule hold exactly these. */
export function ballContours(map: LabelMap, series: string): Buffer {
  return makeStructureSet(
    structures.map(({ number, name, value }) => ({
      number,
      name,
      contours: Array.from({ length: map.shape[2] }, (_, k) =>
        runsOf(map, k, value).map(([from, to, y]) => {
          const [start, end] = [from, to].map((x) => left + spacing[1] * (x - 0.5));
          const [above, below] = [y, y + 1].map((row) => front + spacing[0] * (row - 0.5));
          const z = stepMm * k;
          return {
            points: [
              [start, above, z],
              [end, above, z],
              [end, below, z],
              [start, below, z],
            ],
          };
        }),
      ).flat(),
    })),
    { series },
  );
}

/** Where the pixels of a value begin and end (the one after the last), row by row of slice `k`. */
function runsOf({ data, shape: [nx, ny] }: LabelMap, k: number, value: number): number[][] {
  const runs: number[][] = [];
  for (let y = 0; y < ny; y++)
    for (let x = 0; x < nx; x++) {
      const is = (column: number): boolean =>
        column >= 0 && column < nx && data[column + nx * (y + ny * k)] === value;
      if (is(x) && !is(x - 1)) runs.push([x, x, y]);
      if (is(x)) runs.at(-1)![1] = x + 1;
    }
  return runs;
}
