import { requireThat } from "../core/errors.js";
import { voxelVolumeMl } from "../core/grid.js";
import { findOccupied } from "../core/occupied.js";
import { throwIfAborted } from "../core/progress.js";
import type { RunOptions } from "../core/progress.js";
import type { LabelMap, Vec3 } from "../core/types.js";
import { countLabelPairs } from "./confusion.js";
import { emptinessOf, findPolicy, resolveEmpty } from "./empty.js";
import type { Emptiness, EmptyPolicy, PolicyName, RowPolicy } from "./empty.js";
import { metricInfo } from "./metric.js";
import type { Metric } from "./metric.js";
import { chooseLabels, confusionOf, scoreOverlap } from "./overlap.js";
import type { Confusion, LabelOptions } from "./overlap.js";
import { openPair } from "./pair.js";
import type { Labels } from "./pair.js";
import { createSurfaceGrid, scoreSurfaces } from "./surface.js";
import type { SurfaceScores } from "./surface.js";
import { extractSurfels } from "./surfels.js";

/**
 * One label of one case: every metric with the counts it came from. `NaN` = left out by the policy. In a row from a table of
 * others (see `readScores`) `NaN` is also what the table does not hold, counts and volumes among it.
 */
export interface ScoreRow extends Confusion, Record<Metric, number> {
  /** Name of the case. */
  case: string;
  /** Whose case it is; scans of one patient are not independent. */
  patient: string;
  /** Tolerance of `nsd`, mm. */
  toleranceMm: number;
  /** Which mask has no voxel of the label. */
  empty: Emptiness;
  /** The policy that decided the metrics of an empty mask. */
  policy: RowPolicy;
  /** Diagonal of the image, mm. */
  diagonalMm: number;
  /** Whether NSD and the distances were asked for; they are `NaN` when not. */
  hasSurfaces: boolean;
  /** Both directions of the surface metrics; absent where a mask is empty or surfaces were not asked for. */
  surface?: SurfaceScores;
}

/** What is scored and how. */
export interface EvaluateOptions extends LabelOptions, RunOptions {
  /** Name of the case; defaults to `""`. */
  case?: string;
  /** Whose it is; defaults to the name of the case. */
  patient?: string;
  /** Tolerance of NSD in mm, for all labels or by label; defaults to 2, also for labels not listed. */
  toleranceMm?: number | Readonly<Record<number, number>>;
  /** How empty masks are treated; defaults to *worst-case*. */
  policy?: PolicyName;
  /** Whether surfaces are measured; defaults to true. Without, NSD and the distances are `NaN`. */
  surfaces?: boolean;
}

/**
 * Scores a prediction against its reference, label by label: counts and overlap from one pass over the pair,
 * surface metrics from one pass over each map. Rows come in the order of the labels asked for, else ascending;
 * two maps without labels give no rows.
 *
 * Distances are those of a grid with right angles at `spacingMm`. Throws a LabError that prints both values when
 * the grids differ, for labels that are not whole numbers, a tolerance below 0 or a policy that does not exist.
 */
export function evaluateCase(
  reference: Labels,
  prediction: Labels,
  options: EvaluateOptions = {},
): ScoreRow[] {
  const { case: name = "", patient = name, surfaces = true, signal, progress } = options;
  const policy = findPolicy(options.policy ?? "worst-case");
  const pair = openPair(reference, prediction);
  const occupied = findOccupied(pair.reference, pair.prediction);
  const counts = countLabelPairs(pair.reference, pair.prediction, occupied);
  const labels = chooseLabels(counts, [reference, prediction], options);
  const confusions = confusionOf(counts, labels, voxelVolumeMl(reference));
  const tolerances = confusions.map(({ label }) => toleranceOf(options.toleranceMm, label));
  const { shape, spacingMm } = reference;

  const wanted = new Uint8Array(65536);
  if (surfaces) for (const row of confusions) if (emptinessOf(row) === "none") wanted[row.label] = 1;
  throwIfAborted(signal);
  const anyWanted = wanted.includes(1);
  const referenceSurfels = anyWanted ? extractSurfels(pair.reference, shape, wanted, occupied) : undefined;
  throwIfAborted(signal);
  const predictionSurfels = anyWanted ? extractSurfels(pair.prediction, shape, wanted, occupied) : undefined;
  const grid = createSurfaceGrid(shape, spacingMm);

  return confusions.map((confusion, k) => {
    throwIfAborted(signal);
    const [a, b] = [referenceSurfels?.get(confusion.label), predictionSurfels?.get(confusion.label)];
    const surface = a && b ? scoreSurfaces(a, b, grid, tolerances[k]) : undefined;
    progress?.({ done: k + 1, total: confusions.length, label: confusion.name });
    const row = {
      case: name,
      patient,
      ...confusion,
      ...scoreOverlap(confusion),
      nsd: surface?.nsd ?? NaN,
      hd95: surface?.hd95 ?? NaN,
      hd: surface?.hd ?? NaN,
      assd: surface?.assd ?? NaN,
      toleranceMm: tolerances[k],
      empty: emptinessOf(confusion),
      policy: policy.name,
      diagonalMm: diagonalOf(shape, spacingMm),
      hasSurfaces: surfaces,
      ...(surface ? { surface } : {}),
    };
    return applyPolicy(row, policy.name);
  });
}

/**
 * The row of a label that neither map has: what {@link evaluateCase} gives for one that was asked for.
 *
 * @param grid that of the maps.
 */
export function emptyRow(
  { shape, spacingMm }: Pick<LabelMap, "shape" | "spacingMm">,
  row: Pick<EvaluateOptions, "toleranceMm" | "policy"> &
    Pick<ScoreRow, "case" | "patient" | "label" | "name">,
): ScoreRow {
  const { case: name, patient, label, name: labelName, policy = "worst-case" } = row;
  const [tp, fp, fn, tn] = [0, 0, 0, shape[0] * shape[1] * shape[2]];
  const confusion = { label, name: labelName, tp, fp, fn, tn, referenceMl: 0, predictionMl: 0 };
  const empty: ScoreRow = {
    case: name,
    patient,
    ...confusion,
    ...scoreOverlap(confusion),
    ...{ nsd: NaN, hd95: NaN, hd: NaN, assd: NaN },
    toleranceMm: toleranceOf(row.toleranceMm, label),
    empty: "both",
    policy,
    diagonalMm: diagonalOf(shape, spacingMm),
    hasSurfaces: true,
  };
  return applyPolicy(empty, policy);
}

/**
 * The same row under another policy. Rows without an empty mask are unchanged; in the others every metric is decided
 * anew from the counts, so that policies can be applied one after another. A row of a table that does not say which mask is
 * empty stays as it was given, and a distance that would be the image's diagonal is `NaN` where the table does not hold it.
 */
export function applyPolicy(row: ScoreRow, name: PolicyName): ScoreRow {
  const policy = findPolicy(name);
  if (row.empty === "unknown") return row;
  if (row.empty === "none") return { ...row, policy: name };
  return { ...row, ...resolveRow(row, policy), policy: name };
}

function resolveRow(row: ScoreRow, policy: EmptyPolicy): Record<Metric, number> {
  const formula: Partial<Record<Metric, number>> = { ...scoreOverlap(row) };
  return Object.fromEntries(
    Object.keys(metricInfo).map((key) => {
      const metric = key as Metric;
      if (surfaceMetrics.has(metric) && !row.hasSurfaces) return [metric, NaN];
      return [metric, resolveEmpty(metric, row.empty, policy, formula[metric] ?? NaN, row.diagonalMm)];
    }),
  ) as Record<Metric, number>;
}

const surfaceMetrics: ReadonlySet<Metric> = new Set<Metric>(["nsd", "hd95", "hd", "assd"]);

function toleranceOf(choice: EvaluateOptions["toleranceMm"], label: number): number {
  const toleranceMm = typeof choice === "object" ? (choice[label] ?? 2) : (choice ?? 2);
  requireThat(
    Number.isFinite(toleranceMm) && toleranceMm >= 0,
    "toleranceMm",
    toleranceMm,
    "a finite number of millimetres from 0",
  );
  return toleranceMm;
}

/** Length of the diagonal of the whole grid in mm, voxel edges included. */
function diagonalOf([nx, ny, nz]: Vec3, [sx, sy, sz]: Vec3): number {
  // Math.hypot rounds by the order of its arguments: a scan on its side would have another diagonal.
  return Math.sqrt((nx * sx) ** 2 + (ny * sy) ** 2 + (nz * sz) ** 2);
}
