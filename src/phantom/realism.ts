import { requireSameGrid, voxelVolumeMl } from "../grid.js";
import { findOrgan, lesions, organs } from "../organs.js";
import { mean, median, standardDeviation } from "../stats/describe.js";
import type { LabelMap, Volume } from "../types.js";
import type { PhantomPhase } from "./patient.js";
import { publishedAnatomy } from "./published-anatomy.js";

/** A scan to measure: a phantom, or a real one with labels. */
export interface MeasurableScan {
  /** HU. */
  ct: Volume;
  labels: LabelMap;
  /** Phase of contrast; a real scan whose phase is not known leaves it out. */
  phase?: PhantomPhase;
}

/** One quantity of one structure: phantoms beside published values and a real scan. */
export interface RealismRow {
  structure: string;
  quantity: "volumeMl" | "meanHu" | "spreadHu" | "noiseHu" | "tumorContrastHu";
  /** Phase the phantoms are of; `null` where it does not matter. */
  phase: PhantomPhase | null;
  /** Scans with that structure. */
  n: number;
  /** Mean and standard deviation over the phantoms; spread is `NaN` for fewer than two. */
  phantomMean: number;
  phantomSpread: number;
  /** `null` where no published value is at hand. */
  published: { mean: number; low: number; high: number; source: string } | null;
  /** The same measured in the real scan; `null` where it lacks the structure or was taken in another phase. */
  real: number | null;
}

/** Figures of one structure in one scan. */
interface StructureFigures {
  structure: string;
  volumeMl: number;
  meanHu: number;
  spreadHu: number;
}

const fewestVoxels = 60;

/**
 * Measures phantoms and lays their figures beside published values and a real scan: volumes of organs, mean and spread of
 * their HU by phase, noise in the liver, and how much tumors stand out from their organ. No rows for no phantoms.
 *
 * @param real a real scan, such as the sample that comes with the project; its structures are matched by name or alias.
 */
export function measureRealism(phantoms: readonly MeasurableScan[], real?: MeasurableScan): RealismRow[] {
  const measured = phantoms.map((scan) => ({ scan, figures: measureScan(scan) }));
  const realFigures = real ? measureScan(real) : new Map<string, StructureFigures>();
  const rows: RealismRow[] = [];
  const add = (
    structure: string,
    quantity: RealismRow["quantity"],
    phase: PhantomPhase | null,
    values: readonly number[],
    realValue: number | undefined,
  ): void => {
    if (values.length === 0) return;
    const known = publishedAnatomy.find(
      (row) => row.structure === structure && row.quantity === quantity && (row.phase ?? null) === phase,
    );
    rows.push({
      structure,
      quantity,
      phase,
      n: values.length,
      phantomMean: mean(values),
      phantomSpread: standardDeviation(values),
      published: known ? { mean: known.mean, low: known.low, high: known.high, source: known.source } : null,
      real: realValue !== undefined && Number.isFinite(realValue) ? realValue : null,
    });
  };
  for (const { name } of organs) {
    const found = measured.flatMap(({ scan, figures }) => {
      const figure = figures.get(name);
      return figure ? [{ phase: scan.phase, figure }] : [];
    });
    const own = realFigures.get(name);
    add(
      name,
      "volumeMl",
      null,
      found.map(({ figure }) => figure.volumeMl),
      own?.volumeMl,
    );
    for (const phase of phases) {
      const inPhase = found.filter((each) => each.phase === phase).map(({ figure }) => figure);
      const same = real?.phase === phase ? own : undefined;
      add(
        name,
        "meanHu",
        phase,
        inPhase.map(({ meanHu }) => meanHu),
        same?.meanHu,
      );
      add(
        name,
        "spreadHu",
        phase,
        inPhase.map(({ spreadHu }) => spreadHu),
        same?.spreadHu,
      );
    }
  }
  const noise = phantoms.map((scan) => measureNoise(scan)).filter(Number.isFinite);
  add("liver", "noiseHu", null, noise, real ? measureNoise(real) : undefined);
  for (const { name, tumorOrgan } of lesions)
    for (const phase of phases) {
      const contrasts = measured.flatMap(({ scan, figures }) => {
        const lesion = figures.get(name);
        const home = [tumorOrgan, "kidney_left", "kidney_right"].flatMap((each) => figures.get(each) ?? []);
        const organ = home.find(({ structure }) => structure.startsWith(tumorOrgan));
        return scan.phase === phase && lesion && organ ? [lesion.meanHu - organ.meanHu] : [];
      });
      add(name, "tumorContrastHu", phase, contrasts, undefined);
    }
  return rows;
}

const phases: readonly PhantomPhase[] = ["plain", "arterial", "venous"];

/**
 * Noise in HU: the median, over blocks of liver, of the standard deviation of differences between next neighbours along
 * x, divided by the square root of 2. Slow changes of tissue drop out; so does the noise that neighbours share, so that
 * scans can be compared on equal grids only. `NaN` where there is no liver.
 */
export function measureNoise({ ct, labels }: MeasurableScan): number {
  requireSameGrid(ct, labels);
  const [nx, ny, nz] = ct.shape;
  const liver = Number(
    Object.keys(labels.names).find((label) => labels.names[Number(label)] === "liver") ?? 0,
  );
  const side = 6;
  const found: number[] = [];
  for (let z = 0; liver > 0 && z < nz; z++)
    for (let y = 0; y + side < ny; y += side)
      for (let x = 0; x + side < nx; x += side) {
        const differences: number[] = [];
        for (let v = 0; v < side; v++)
          for (let u = 0; u < side; u++) {
            const i = x + u + nx * (y + v + ny * z);
            if (labels.data[i] !== liver || labels.data[i + 1] !== liver) continue;
            differences.push((readHu(ct, i + 1) - readHu(ct, i)) / Math.SQRT2);
          }
        if (differences.length === side * side) found.push(standardDeviation(differences));
      }
  return median(found);
}

function measureScan({ ct, labels }: MeasurableScan): Map<string, StructureFigures> {
  requireSameGrid(ct, labels);
  const sums = new Map<string, [number, number, number]>();
  const names = new Map(
    Object.entries(labels.names).map(([label, name]) => [Number(label), findOrgan(name)?.name ?? name]),
  );
  for (let i = 0; i < labels.data.length; i++) {
    if (labels.data[i] === 0) continue;
    const name = names.get(labels.data[i])!;
    let sum = sums.get(name);
    if (!sum) sums.set(name, (sum = [0, 0, 0]));
    const hu = readHu(ct, i);
    sum[0]++;
    sum[1] += hu;
    sum[2] += hu * hu;
  }
  const ml = voxelVolumeMl(ct);
  return new Map(
    [...sums]
      .filter(([, [n]]) => n >= fewestVoxels)
      .map(([structure, [n, hu, square]]) => {
        const meanHu = hu / n;
        const spreadHu = Math.sqrt(Math.max(0, square / n - meanHu * meanHu));
        return [structure, { structure, volumeMl: n * ml, meanHu, spreadHu }];
      }),
  );
}

function readHu({ data, rescale }: Volume, i: number): number {
  return rescale ? data[i] * rescale.slope + rescale.intercept : data[i];
}
