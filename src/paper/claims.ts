import { describeStructure, tumorOrgans } from "../anatomy/organs.js";
import type { TumorOrgan } from "../anatomy/organs.js";
import { LabError } from "../core/errors.js";
import { openPublished } from "../data/published.js";
import type { PublishedTable } from "../data/published.js";
import { errorAt } from "../experiment/analyze/analyze-organ.js";
import type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
import { curveName } from "../experiment/analyze/experiment-scores.js";
import type { Distribution } from "../experiment/analyze/experiment-scores.js";
import { intervalOfCurves } from "../scaling/curve-interval.js";
import type { EstimateWithInterval } from "../scaling/curve-interval.js";
import { explainVerdict } from "./claim-reasons.js";
import { meanOfOrgans, organGainsOf, rankAgreement, sizesOf, subtractGains } from "./organ-gains.js";

/** What an experiment says of a claim. */
export type Verdict = "holds" | "does not hold" | "cannot be told here";

/** A number of the paper that a claim rests on. */
export interface ClaimedNumber {
  value: number;
  unit: string;
  /** What it counts, in the words of its table. */
  what: string;
  /** Where it stands, as the table's source says. */
  source: string;
  /** Read off a plot and not printed. */
  estimate: boolean;
}

/** A claim of the paper beside what was measured here. */
export interface ClaimComparison {
  id: string;
  /** In this project's words. */
  claim: string;
  published: ClaimedNumber[];
  /** What is asked of the experiment in its place, and what counts as an answer. */
  rule: string;
  /** What was found, in one sentence. */
  found: string;
  /** The number that the rule judges; `undefined` where there is none. */
  measured?: EstimateWithInterval;
  verdict: Verdict;
  /** Why that might be. */
  because: string[];
}

/** The question behind the two first claims is asked of this organ, as in the paper. */
const leadOrgan: TumorOrgan = "pancreas";

/**
 * Compares an experiment with the paper's claims, which are read from `data-manifests/paper/`. None of the paper's
 * numbers can come out again on phantoms, and so each claim is asked as a question of shape (is the curve flat over the
 * same last part of its range?), by a rule that has three answers: an interval on one side, on the other, or across.
 *
 * @param options.folder of the published tables; default the ones that come with the project.
 */
export async function compareWithPaper(
  analysis: ExperimentAnalysis,
  options: { folder?: string } = {},
): Promise<ClaimComparison[]> {
  const headlines = await openPublished("headline-claims", options.folder);
  const organGains = await openPublished("in-distribution-gains", options.folder);
  const number = (id: string): ClaimedNumber => claimedNumber(headlines, id);
  return [
    judgeSaturation(analysis, number("real-saturation"), number("jhh-annotated")),
    judgeSufficiency(analysis, number("synthetic-sufficiency"), number("real-saturation")),
    judgeGain(analysis, "in", number("in-distribution-gain")),
    judgeGain(analysis, "out", number("ood-gain")),
    judgeGainOutside(analysis, number("in-distribution-gain"), number("ood-gain")),
    judgeOrganOrder(analysis, organGains),
  ];
}

function judgeSaturation(
  analysis: ExperimentAnalysis,
  saturation: ClaimedNumber,
  largest: ClaimedNumber,
): ClaimComparison {
  const { margin, realArm } = analysis;
  const share = saturation.value / largest.value;
  const base = {
    id: "real-saturation",
    claim: `With real scans alone Dice stops improving after ${saturation.value} of about ${largest.value} scans.`,
    published: [saturation, largest],
    rule: `${leadOrgan}, in distribution, ${realArm ?? "real scans alone"}: Dice at the largest size less Dice at the largest size up to ${percent(share)} of it. Holds when the whole interval lies below ${margin}, does not when it lies above.`,
  };
  const organ = analysis.organs.find((entry) => entry.organ === leadOrgan);
  const name = curveName(realArm ?? "", "in");
  const sizes = sizesOf(organ, name);
  const last = sizes.at(-1);
  const before = sizes.filter((n) => n <= share * (last ?? 0)).at(-1);
  if (organ === undefined || last === undefined || before === undefined)
    return untold(base, `The ${leadOrgan}'s curve of real scans has no two sizes that are so far apart.`);
  const measured = intervalOfCurves(
    organ.bootstrap!,
    (curves) => errorAt(curves, name, before) - errorAt(curves, name, last),
    { level: analysis.level },
  );
  const found = `From ${before} to ${last} scans Dice changes by ${points(measured)}.`;
  return finish(base, analysis, measured, judgeEquality(measured, margin), found);
}

function judgeSufficiency(
  analysis: ExperimentAnalysis,
  fewer: ClaimedNumber,
  all: ClaimedNumber,
): ClaimComparison {
  const { margin, realArm, mixedArm } = analysis;
  const share = fewer.value / all.value;
  const base = {
    id: "synthetic-sufficiency",
    claim: `With synthetic tumors ${fewer.value} real scans reach what ${all.value} reach without.`,
    published: [fewer, all],
    rule: `${leadOrgan}, in distribution: Dice of ${realArm ?? "real scans alone"} at its largest size less Dice of ${mixedArm ?? "real with synthetic tumors"} at the largest size up to ${percent(share)} of it. Holds when the whole interval lies below ${margin}, does not when it lies above.`,
  };
  const organ = analysis.organs.find((entry) => entry.organ === leadOrgan);
  const [real, mixed] = [curveName(realArm ?? "", "in"), curveName(mixedArm ?? "", "in")];
  const last = sizesOf(organ, real).at(-1);
  const before = sizesOf(organ, mixed)
    .filter((n) => n <= share * (last ?? 0))
    .at(-1);
  if (organ === undefined || last === undefined || before === undefined)
    return untold(base, `The ${leadOrgan} has not both arms at sizes that are so far apart.`);
  const measured = intervalOfCurves(
    organ.bootstrap!,
    (curves) => errorAt(curves, mixed, before) - errorAt(curves, real, last),
    { level: analysis.level },
  );
  const found = `${last} real scans alone are ahead of ${before} with synthetic tumors by ${points(measured)}.`;
  return finish(base, analysis, measured, judgeEquality(measured, margin), found);
}

function judgeGain(
  analysis: ExperimentAnalysis,
  distribution: Distribution,
  gain: ClaimedNumber,
): ClaimComparison {
  const where = distribution === "in" ? "in distribution" : "out of distribution";
  const base = {
    id: distribution === "in" ? "in-distribution-gain" : "ood-gain",
    claim: `Dice rises ${where} (the paper: by ${gain.value} ${gain.unit}, against models trained on older data).`,
    published: [gain],
    rule: `Mean gain of ${analysis.mixedArm ?? "real with synthetic tumors"} over ${analysis.realArm ?? "real scans alone"} over log n, ${where}, mean over the organs. Holds when the whole interval, which draws organs too, lies above 0, does not when it lies below ${analysis.margin}. The paper's number compares data sets, not arms: its size is no measure here.`,
  };
  const gains = organGainsOf(analysis, distribution);
  if (gains.length === 0) return untold(base, "No organ has both arms at a common size.");
  const measured = meanOfOrgans(analysis, gains);
  const found = `Over ${organCount(gains.length)} synthetic tumors change Dice by ${points(measured)} ${where}.`;
  return finish(base, analysis, measured, judgeRise(measured, analysis.margin), found);
}

function judgeGainOutside(
  analysis: ExperimentAnalysis,
  inside: ClaimedNumber,
  outside: ClaimedNumber,
): ClaimComparison {
  const base = {
    id: "ood-gain-is-larger",
    claim: `The gain is larger out of distribution (${outside.value} ${outside.unit}) than in distribution (${inside.value} ${inside.unit}).`,
    published: [inside, outside],
    rule: `Mean gain over log n out of distribution less that in distribution, paired, mean over the organs. Holds when the whole interval, which draws organs too, lies above 0, does not when it lies below ${analysis.margin}.`,
  };
  const outer = organGainsOf(analysis, "out");
  const both = organGainsOf(analysis, "in").flatMap((gain) => {
    const other = outer.find(({ organ }) => organ === gain.organ);
    return other ? [subtractGains(other, gain)] : [];
  });
  if (both.length === 0) return untold(base, "No organ has both arms on both distributions.");
  const measured = meanOfOrgans(analysis, both);
  const found = `Over ${organCount(both.length)} the gain outside is larger by ${points(measured)}.`;
  return finish(base, analysis, measured, judgeRise(measured, analysis.margin), found);
}

function judgeOrganOrder(analysis: ExperimentAnalysis, table: PublishedTable): ClaimComparison {
  const published = tumorOrgans.flatMap((organ) => {
    const row = table.rows.find((entry) => entry.organ === organ);
    const unit = table.columns.gainPercent?.unit ?? "";
    return row ? [{ ...numberOf(table, row, "gainPercent", unit, `gain, ${organ}`), organ }] : [];
  });
  const order = [...published].sort((a, b) => b.value - a.value).map(({ organ }) => nameOf(organ));
  const base = {
    id: "organ-order",
    claim: `Organs gain unequally: ${order.join(", ")}, from the most to the least.`,
    published: published.map(({ organ: _, ...number }) => number),
    rule: "Kendall's tau between the paper's gains and those of synthetic tumors here, in distribution (1: the same order, -1: the reverse). Holds when the whole interval, which draws organs too, lies above 0, does not when it lies below. The paper's gains compare data sets, not arms.",
  };
  const gains = organGainsOf(analysis, "in");
  const pairs = gains.flatMap((gain) => {
    const row = published.find(({ organ }) => organ === gain.organ);
    return row ? [{ gain, value: row.value }] : [];
  });
  if (pairs.length < 3)
    return untold(base, `${organCount(pairs.length)} with both arms: an order wants three.`);
  const { measured, byChance } = rankAgreement(pairs, analysis.level);
  const here = [...pairs].sort((a, b) => b.gain.estimate - a.gain.estimate);
  const ranked = here.map(({ gain }) => `${nameOf(gain.organ)} ${signed(gain.estimate)}`).join(", ");
  const found = `Here: ${ranked}; tau ${interval(measured)}. Of all orders ${percent(byChance)} agree as well.`;
  const verdict = measured.low > 0 ? "holds" : measured.high < 0 ? "does not hold" : "cannot be told here";
  return finish(base, analysis, measured, verdict, found);
}

function judgeEquality({ low, high }: EstimateWithInterval, margin: number): Verdict {
  return high < margin ? "holds" : low > margin ? "does not hold" : "cannot be told here";
}

function judgeRise({ low, high }: EstimateWithInterval, margin: number): Verdict {
  return low > 0 ? "holds" : high < margin ? "does not hold" : "cannot be told here";
}

type ClaimBase = Pick<ClaimComparison, "id" | "claim" | "published" | "rule">;

function untold(base: ClaimBase, found: string): ClaimComparison {
  return { ...base, found, verdict: "cannot be told here", because: ["The experiment did not ask this."] };
}

function finish(
  base: ClaimBase,
  analysis: ExperimentAnalysis,
  measured: EstimateWithInterval,
  verdict: Verdict,
  found: string,
): ClaimComparison {
  return { ...base, found, measured, verdict, because: explainVerdict(base.id, verdict, measured, analysis) };
}

function claimedNumber(table: PublishedTable, id: string): ClaimedNumber {
  const row = table.rows.find((entry) => entry.id === id);
  if (!row)
    throw new LabError(
      table.name,
      table.rows.map((entry) => entry.id),
      `a row ${id}`,
    );
  return numberOf(table, row, "value", String(row.unit), String(row.claim));
}

function numberOf(
  table: PublishedTable,
  row: PublishedTable["rows"][number],
  column: string,
  unit: string,
  what: string,
): ClaimedNumber {
  const value = row[column];
  if (typeof value !== "number") throw new LabError(`${table.name}.${column}`, value, "a number");
  const source = table.sources.find(({ key }) => key === row.source);
  return { value, unit, what, source: source?.what ?? row.source, estimate: row.estimate };
}

function nameOf(organ: TumorOrgan): string {
  return describeStructure(organ).displayName.toLowerCase();
}

function organCount(count: number): string {
  return count === 1 ? "one organ" : `${count} organs`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** A difference of Dice with its interval, such as `+0.031 [-0.004, 0.066]`. */
function points({ estimate, low, high }: EstimateWithInterval): string {
  return `${signed(estimate ?? NaN)} [${signed(low)}, ${signed(high)}]`;
}

function interval({ estimate, low, high }: EstimateWithInterval): string {
  const plain = (value: number): string => value.toFixed(2).replace("-", "\u2212");
  return `${plain(estimate ?? NaN)} [${plain(low)}, ${plain(high)}]`;
}

function signed(value: number): string {
  const digits = Math.abs(value).toFixed(3);
  return `${value < 0 && Number(digits) !== 0 ? "\u2212" : "+"}${digits}`;
}
