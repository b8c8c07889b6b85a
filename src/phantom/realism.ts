import { lesions, organs } from "../anatomy/organs.js";
import { requireSameGrid, voxelVolumeMl } from "../core/grid.js";
import { mean, standardDeviation } from "../stats/describe.js";
import { shareOfBorder } from "./border-share.js";
import { canonicalNames, createHuReader, type MeasurableScan } from "./measurable.js";
import { measureNoiseSpectrum, type NoiseSpectrum } from "./noise-spectrum.js";
import { type PhantomPhase, phantomPhases } from "./patient.js";
import { type PublishedMeasure, publishedAnatomy, type RealismQuantity } from "./published-anatomy.js";

/** One quantity of one structure: phantoms beside published values and a real scan. */
export interface RealismRow {
  structure: string;
  quantity: RealismQuantity;
  /** Phase the phantoms are of; `null` where it does not matter. */
  phase: PhantomPhase | null;
  /** Phantoms that could be measured. */
  n: number;
  /** Mean and standard deviation over the phantoms; spread is `NaN` for fewer than two. */
  phantomMean: number;
  phantomSpread: number;
  /** Every published value at hand, none for most quantities. */
  published: readonly PublishedMeasure[];
  /**
   * Where the phantoms' mean lies: `inside` the published values, `near` when it misses the nearest range by no more than
   * that range is wide, else `off`. `null` without published values.
   */
  verdict: "inside" | "near" | "off" | null;
  /** The same measured in the real scan; `null` where it lacks the structure or was taken in another phase. */
  real: number | null;
  /** Whether the real structure reaches the first or last slice, so that some of it may be missing. */
  realCut: boolean;
}

/** What {@link measureRealism} compares with. */
export interface RealismOptions {
  /** A real scan, such as the sample that comes with the project; structures are matched by name or alias. */
  real?: MeasurableScan;
  /**
   * Phantoms with fine voxels, 1 mm at most, for the frequency of the noise: published values were measured on the scanner's
   * own grid. Default those of `phantoms` that are so fine.
   */
  fine?: readonly MeasurableScan[];
}

/** Figures of one structure in one scan. */
interface StructureFigures {
  volumeMl: number;
  meanHu: number;
  spreadHu: number;
  cut: boolean;
}

interface MeasuredScan {
  phase?: PhantomPhase;
  structures: Map<string, StructureFigures>;
  /** Of each lesion in the scan, the share of its border that is on its organ. */
  borderShares: Map<string, number>;
  noise: NoiseSpectrum;
}

/** Fewer voxels than this are no measurement. */
const fewestVoxels = 60;
const finestMm = 1;

/**
 * Measures phantoms and lays their figures beside published values and a real scan: volumes of organs, mean and spread of
 * HU in the core of organs and lesions by phase, how much tumors stand out from their organ and how much of their border is
 * on it, and the noise in liver and spleen with the frequency of its peak. The same estimators measure phantom and real scan. No rows for no phantoms.
 */
export function measureRealism(
  phantoms: readonly MeasurableScan[],
  { real, fine }: RealismOptions = {},
): RealismRow[] {
  const measured = phantoms.map(measureScan);
  const realFigures = real && measureScan(real);
  const spectra = fine ? fine.filter(isFine).map((scan) => measureNoiseSpectrum(scan)) : [];
  const finePeaks = fine ? spectra : measured.flatMap(({ noise }, i) => (isFine(phantoms[i]) ? [noise] : []));
  const rows: RealismRow[] = [];
  const add = (
    structure: string,
    quantity: RealismQuantity,
    phase: PhantomPhase | null,
    all: readonly number[],
    real?: { value: number; cut?: boolean },
  ): void => {
    const values = all.filter(Number.isFinite);
    if (values.length === 0) return;
    const published = publishedAnatomy.filter(
      (row) => row.structure === structure && row.quantity === quantity && row.phase === phase,
    );
    const phantomMean = mean(values);
    rows.push({
      structure,
      quantity,
      phase,
      n: values.length,
      phantomMean,
      phantomSpread: standardDeviation(values),
      published,
      verdict: judge(phantomMean, published),
      real: real && Number.isFinite(real.value) ? real.value : null,
      realCut: real?.cut ?? false,
    });
  };
  for (const { name } of [...organs, ...lesions]) {
    const found = measured.flatMap(({ phase, structures }) => {
      const figures = structures.get(name);
      return figures ? [{ phase, figures }] : [];
    });
    const figures = realFigures?.structures.get(name);
    const isLesion = lesions.some((lesion) => lesion.name === name);
    const volumes = found.map(({ figures }) => figures.volumeMl);
    if (!isLesion)
      add(name, "volumeMl", null, volumes, figures && { value: figures.volumeMl, cut: figures.cut });
    for (const phase of phantomPhases) {
      const inPhase = found.filter((each) => each.phase === phase).map(({ figures }) => figures);
      const same = real?.phase === phase ? figures : undefined;
      for (const quantity of ["meanHu", "spreadHu"] as const) {
        const values = inPhase.map((figures) => figures[quantity]);
        add(name, quantity, phase, values, same && { value: same[quantity] });
      }
    }
  }
  for (const { name, tumorOrgan } of lesions) {
    for (const phase of phantomPhases) {
      const inPhase = measured.filter((scan) => scan.phase === phase);
      const contrasts = inPhase.map(({ structures }) => contrastOf(structures, name, tumorOrgan));
      add(name, "tumorContrastHu", phase, contrasts);
    }
    const shares = measured.map(({ borderShares }) => borderShares.get(name) ?? NaN);
    const share = realFigures?.borderShares.get(name);
    add(name, "tumorBorderShare", null, shares, share === undefined ? undefined : { value: share });
  }
  const noises = measured.map(({ noise }) => noise.noiseHu);
  add("liver", "noiseHu", null, noises, realFigures && { value: realFigures.noise.noiseHu });
  const peaks = finePeaks.map(({ peakPerMm }) => peakPerMm);
  const ownPeak = real && isFine(real) && realFigures ? { value: realFigures.noise.peakPerMm } : undefined;
  add("liver", "noisePeakPerMm", null, peaks, ownPeak);
  return rows;
}

function judge(value: number, published: readonly PublishedMeasure[]): RealismRow["verdict"] {
  if (published.length === 0) return null;
  const misses = published.map(({ low, high }) => Math.max(low - value, value - high, 0) / (high - low));
  const least = Math.min(...misses);
  return least === 0 ? "inside" : least <= 1 ? "near" : "off";
}

function isFine({ ct }: MeasurableScan): boolean {
  return ct.spacingMm[0] <= finestMm && ct.spacingMm[1] <= finestMm;
}

/** Mean HU of a lesion above that of its organ; `NaN` where one of them is missing. */
function contrastOf(
  structures: ReadonlyMap<string, StructureFigures>,
  lesion: string,
  tumorOrgan: string,
): number {
  const home = homeNames(tumorOrgan).flatMap((name) => structures.get(name)?.meanHu ?? []);
  const lesionHu = structures.get(lesion)?.meanHu ?? NaN;
  return home.length > 0 ? lesionHu - mean(home) : NaN;
}

/** Names a tumor's organ may have: one, or a left and a right. */
function homeNames(tumorOrgan: string): string[] {
  return [tumorOrgan, `${tumorOrgan}_left`, `${tumorOrgan}_right`];
}

function measureBorders(
  labels: MeasurableScan["labels"],
  names: ReadonlyMap<number, string>,
  found: ReadonlySet<string>,
): Map<string, number> {
  const valueOf = new Map([...names].map(([value, name]) => [name, value]));
  return new Map(
    lesions
      .filter(({ name }) => found.has(name))
      .map(({ name, tumorOrgan }) => {
        const home = homeNames(tumorOrgan).flatMap((organ) => valueOf.get(organ) ?? []);
        return [name, shareOfBorder(labels, valueOf.get(name)!, new Set(home))];
      }),
  );
}

/**
 * HU are those of a structure's core, voxels whose six neighbours have the same label, as a reader draws a region inside an
 * organ: the edge mixes two tissues. A structure without enough of a core is measured whole.
 */
function measureScan(scan: MeasurableScan): MeasuredScan {
  const { ct, labels, phase } = scan;
  requireSameGrid(ct, labels);
  const [nx, ny, nz] = ct.shape;
  const names = canonicalNames(labels);
  const tallies = new Map<string, { all: Tally; core: Tally; cut: boolean }>();
  const huAt = createHuReader(ct);
  const { data } = labels;
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        const label = data[i];
        if (label === 0) continue;
        const name = names.get(label)!;
        let tally = tallies.get(name);
        if (!tally) tallies.set(name, (tally = { all: createTally(), core: createTally(), cut: false }));
        const hu = huAt(i);
        count(tally.all, hu);
        if (z === 0 || z === nz - 1) tally.cut = true;
        const inside =
          x > 0 &&
          y > 0 &&
          z > 0 &&
          data[i - 1] === label &&
          data[i + 1] === label &&
          data[i - nx] === label &&
          data[i + nx] === label &&
          data[i - nx * ny] === label &&
          data[i + nx * ny] === label;
        if (inside) count(tally.core, hu);
      }
  const ml = voxelVolumeMl(ct);
  const structures = new Map(
    [...tallies]
      .filter(([, { all }]) => all.n >= fewestVoxels)
      .map(([name, { all, core, cut }]) => {
        const { n, sum, squares } = core.n >= fewestVoxels ? core : all;
        const meanHu = sum / n;
        const spreadHu = Math.sqrt(Math.max(0, squares / n - meanHu * meanHu));
        return [name, { volumeMl: all.n * ml, meanHu, spreadHu, cut }];
      }),
  );
  const borderShares = measureBorders(labels, names, new Set(structures.keys()));
  return { phase, structures, borderShares, noise: measureNoiseSpectrum(scan) };
}

interface Tally {
  n: number;
  sum: number;
  squares: number;
}

function createTally(): Tally {
  return { n: 0, sum: 0, squares: 0 };
}

function count(tally: Tally, hu: number): void {
  tally.n++;
  tally.sum += hu;
  tally.squares += hu * hu;
}
