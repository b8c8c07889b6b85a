import type { TumorOrgan } from "../anatomy/organs.js";
import { LabError } from "../core/errors.js";
import { openPublished, type PublishedRow } from "../data/published.js";
import { median } from "../stats/describe.js";
import type { LesionAppearance } from "../tumor/measure-lesion.js";

/** What is published of the real tumors of an organ in one data set; `null` for what no source says. */
export interface PublishedAppearance {
  dataset: string;
  organ: TumorOrgan;
  /** Scans that were counted. */
  scans: number | null;
  leastMl: number | null;
  medianMl: number | null;
  meanMl: number | null;
  mostMl: number | null;
  /** Of measured diameters, not of balls. */
  diameterMedianMm: number | null;
  sphericityMedian: number | null;
  contrastMedianHu: number | null;
  /** Who says so, and whether that is the set's own publication. */
  source: string;
  sourceKind: "primary" | "secondary" | "calculated";
  /** Whether numbers were read off a plot. */
  estimate: boolean;
}

const numbers = [
  "scans",
  "leastMl",
  "medianMl",
  "meanMl",
  "mostMl",
  "diameterMedianMm",
  "sphericityMedian",
  "contrastMedianHu",
] as const;

/**
 * Every published figure of real tumors of an organ that the project knows, from the table `lesion-looks`; none for
 * esophagus and uterus.
 *
 * @param folder where the tables lie; defaults to the ones that come with the project.
 */
export async function openPublishedAppearance(
  organ: TumorOrgan,
  folder?: string,
): Promise<PublishedAppearance[]> {
  const { rows, sources } = await openPublished("lesion-looks", folder);
  return rows
    .filter((row) => row.organ === organ)
    .map((row) => {
      const source = sources.find(({ key }) => key === row.source)!;
      const read = Object.fromEntries(numbers.map((name) => [name, readNumber(row, name)]));
      return {
        ...(read as Pick<PublishedAppearance, (typeof numbers)[number]>),
        dataset: String(row.dataset),
        organ,
        source: source.what.split(",")[0],
        sourceKind: source.kind,
        estimate: row.estimate,
      };
    });
}

function readNumber(row: PublishedRow, name: string): number | null {
  const value = row[name];
  if (value === null || (typeof value === "number" && Number.isFinite(value))) return value;
  throw new LabError(`lesion-looks.${name}`, value, "a number or null");
}

/** A group of lesions and published ones in words, for a table. */
export interface AppearanceRow extends Record<string, string> {
  lesions: string;
  n: string;
  "volume, ml": string;
  "ball, mm": string;
  sphericity: string;
  "contrast, HU": string;
  source: string;
}

/**
 * Groups of measured lesions and published figures of real ones as rows of one table: medians, with least and most volume;
 * `"ball"` is the diameter of a ball of the median volume. A dash stands for what no source says.
 */
export function tabulateAppearance(
  groups: readonly { name: string; lesions: readonly LesionAppearance[] }[],
  published: readonly PublishedAppearance[] = [],
): AppearanceRow[] {
  const ours = groups.map(({ name, lesions }) => {
    const volumes = lesions.map(({ volumeMl }) => volumeMl);
    const middle = (figure: keyof LesionAppearance): number | null => {
      const values = lesions.map((each) => each[figure]).filter(Number.isFinite);
      return values.length > 0 ? median(values) : null;
    };
    return describeRow({
      name,
      count: `${lesions.length} lesions`,
      medianMl: middle("volumeMl"),
      leastMl: volumes.length > 0 ? Math.min(...volumes) : null,
      mostMl: volumes.length > 0 ? Math.max(...volumes) : null,
      sphericity: middle("sphericity"),
      contrastHu: middle("contrastHu"),
      source: "measured here",
    });
  });
  const theirs = published.map((each) =>
    describeRow({
      name: `patients: ${each.dataset}`,
      count: each.scans === null ? "-" : `${each.scans} scans`,
      medianMl: each.medianMl,
      leastMl: each.leastMl,
      mostMl: each.mostMl,
      sphericity: each.sphericityMedian,
      contrastHu: each.contrastMedianHu,
      source: `${each.source} (${each.sourceKind}${each.estimate ? ", read off a plot" : ""})`,
    }),
  );
  return [...ours, ...theirs];
}

interface AppearanceSummary {
  name: string;
  count: string;
  medianMl: number | null;
  leastMl: number | null;
  mostMl: number | null;
  sphericity: number | null;
  contrastHu: number | null;
  source: string;
}

function describeRow(row: AppearanceSummary): AppearanceRow {
  const { medianMl, leastMl, mostMl, sphericity, contrastHu } = row;
  const ball = medianMl === null ? null : 2 * Math.cbrt((3000 * medianMl) / (4 * Math.PI));
  const range = leastMl === null && mostMl === null ? "" : ` (${short(leastMl)} to ${short(mostMl)})`;
  return {
    lesions: row.name,
    n: row.count,
    "volume, ml": `${short(medianMl)}${range}`,
    "ball, mm": ball === null ? "-" : ball.toFixed(0),
    sphericity: sphericity === null ? "-" : sphericity.toFixed(2),
    "contrast, HU": contrastHu === null ? "-" : contrastHu.toFixed(0),
    source: row.source,
  };
}

/** Two digits that count, without an exponent. */
function short(value: number | null): string {
  if (value === null) return "-";
  return value >= 10 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
}
