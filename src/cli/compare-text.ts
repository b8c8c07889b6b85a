import { describeStructure } from "../anatomy/organs.js";
import type { ScoreComparison, StructureComparison } from "../evaluation/tables/compare-scores.js";
import { metricInfo } from "../metrics/metric.js";
import { describeInterval, intervalMethodNames } from "../stats/describe-interval.js";
import { formatTable } from "./table.js";

/** What `tumorlab compare` prints of a comparison. */
export function formatComparison(comparison: ScoreComparison, allPairs: boolean): string {
  const { metric, structures, strata, volumes } = comparison;
  const { displayName, unit } = metricInfo[metric];
  const title = unit === "" ? displayName : `${displayName}, ${unit}`;
  const parts = [
    `${title}: ${comparison.models.length} models on ${comparison.cases} cases of ${comparison.patients} patients`,
    ...structures.map((each) => formatStructure(each, allPairs)),
    ...(strata.length > 0 ? [formatStrata(comparison)] : []),
    ...(volumes.length > 0 ? [formatVolumes(comparison)] : []),
    formatWinners(comparison),
    tellMethods(comparison),
  ];
  return `${parts.join("\n\n")}\n`;
}

function formatStructure({ name, ranking, winner }: StructureComparison, allPairs: boolean): string {
  const { models, pairs, n, patients, tau, level } = ranking;
  const better = (model: string) => pairs.find((pair) => pair.better === winner && pair.worse === model);
  const rows = models.map(({ model, mean, rank, rankLow, rankHigh, firstShare }) => {
    const pair = better(model);
    return [
      rank,
      model,
      mean,
      `${short(rankLow)}-${short(rankHigh)}`,
      100 * firstShare,
      ...(pair
        ? [
            short(pair.meanDifference),
            `${short(pair.interval.low)} to ${short(pair.interval.high)}`,
            short(pair.adjusted),
            short(pair.rankBiserial),
          ]
        : ["", "", "", ""]),
    ];
  });
  const header = ["place", "model", "mean", `places, ${100 * level} %`, "first in % of resamples"];
  const table = formatTable(
    [...header, "winner minus model", "95 % interval", "p (Holm)", "rank effect"],
    rows,
  );
  const left = ranking.excluded > 0 ? `, ${ranking.excluded} without a value left out` : "";
  const head = `${describeStructure(name).displayName}: ${n} cases of ${patients} patients${left}; Kendall's tau to resampled orders ${short(tau.mean)} (95 % above ${short(tau.low)})`;
  if (!allPairs) return `${head}\n${table}`;
  const lines = pairs.map((pair) => [
    pair.better,
    pair.worse,
    short(pair.meanDifference),
    short(pair.interval.low),
    short(pair.interval.high),
    intervalMethodNames[pair.interval.method],
    short(pair.pValue),
    short(pair.adjusted),
    short(pair.rankBiserial),
  ]);
  const columns = ["better", "worse", "difference", "95 % from", "to", "by", "p", "p (Holm)", "rank effect"];
  return `${head}\n${table}\n\n${formatTable(columns, lines)}`;
}

function formatStrata({ strata }: ScoreComparison): string {
  const rows = strata.flatMap((each) =>
    each.models.map(({ model, mean, interval }) => [
      describeStructure(each.name).displayName,
      each.stratum,
      `${short(each.from)} to ${short(each.to)} ${each.unit}`,
      each.n,
      each.patients,
      model,
      mean,
      interval.low,
      interval.high,
    ]),
  );
  const header = ["structure", "size", "reference", "n", "patients", "model", "mean", "95 % from", "to"];
  return `By size of the reference\n${formatTable(header, rows)}`;
}

function formatVolumes({ volumes }: ScoreComparison): string {
  const rows = volumes.map(({ name, model, agreement: { n, bias, lower, upper } }) => [
    describeStructure(name).displayName,
    model,
    n,
    bias.value,
    bias.low,
    bias.high,
    lower.value,
    upper.value,
  ]);
  const header = ["structure", "model", "n", "off by ml", "95 % from", "to", "scans from", "to"];
  return `Predicted volume less reference (Bland-Altman; 95 % of scans lie between the last two)\n${formatTable(header, rows)}`;
}

function formatWinners({ structures, separable, separableOverAll, alpha }: ScoreComparison): string {
  const lines = structures.map(({ name, winner, isSeparable, notTold, meansAlike }) => [
    describeStructure(name).displayName,
    winner ?? "none: the first place is shared",
    isSeparable ? "told from every other" : `not told from ${notTold.length}: ${few(notTold)}`,
    meansAlike.length === 0 ? "" : `${meansAlike.length}: ${few(meansAlike)}`,
  ]);
  return [
    formatTable(
      [
        "structure",
        "best mean",
        `by ranks, at ${100 * alpha} %`,
        "interval of the means' difference holds 0",
      ],
      lines,
    ),
    `${separable} of ${structures.length} winners can be told from every other model (Wilcoxon, Holm over the pairs of a structure; over all pairs of all structures together: ${separableOverAll}).`,
  ].join("\n");
}

/** Each method once, for the structure with the fewest patients. */
function tellMethods({ structures }: ScoreComparison): string {
  const intervals = structures
    .flatMap(({ ranking }) => ranking.pairs.slice(0, 1))
    .map(({ interval }) => interval)
    .sort((a, b) => a.units - b.units);
  const first = new Map<string, (typeof intervals)[number]>();
  for (const interval of intervals) if (!first.has(interval.method)) first.set(interval.method, interval);
  return [...first.values()].map((interval) => `Differences: ${describeInterval(interval)}`).join("\n");
}

function few(names: readonly string[]): string {
  return names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")}, ...`;
}

function short(value: number): string {
  return Number.isNaN(value) ? "-" : String(Number(value.toPrecision(3)));
}
