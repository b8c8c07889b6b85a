import { describeStructure, tumorOrgans } from "../anatomy/organs.js";
import type { TumorOrgan } from "../anatomy/organs.js";
import { LabError } from "../core/errors.js";
import { openPublished } from "../data/published.js";
import type { PublishedTable } from "../data/published.js";
import { errorAt, sizesOfCurve } from "../experiment/analyze/analyze-organ.js";
import type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
import { curveName } from "../experiment/analyze/experiment-scores.js";
import type { Distribution } from "../experiment/analyze/experiment-scores.js";
import { meanOfOrgans } from "../experiment/analyze/mean-of-organs.js";
import { intervalOfCurves } from "../scaling/curve-interval.js";
import type { EstimateWithInterval } from "../scaling/curve-interval.js";
import { testKendallTau } from "../stats/kendall.js";
import { explainVerdict } from "./claim-reasons.js";
import { judgeEquality, spellDifference, spellMethod, spellSigned } from "./claim.js";
import type { ClaimBase, ClaimComparison, ClaimedNumber, Verdict } from "./claim.js";
import { gainDifferencesOf, organGainsOf } from "./organ-gains.js";
import { judgeSteepen } from "./steepen.js";

/** The organ that the paper's learning curves are of. */
const leadOrgan: TumorOrgan = "pancreas";

/** Claims whose numbers come from comparing what networks were trained on, AbdomenAtlas 2.0 or older public data. */
const comparesDataSets =
  "The paper compares networks trained on AbdomenAtlas 2.0 with networks trained on older public data; this experiment compares training with and without synthetic tumors on one cohort.";

/**
 * Holds an experiment beside the paper's claims, which are read from `data-manifests/paper/`. A claim is *not tested here*
 * where its sizes or its quantity differ from the experiment's; what was found beside it is shown all the same, and what the
 * experiment does say of itself is in `listFindings`. Otherwise a rule of shape has three answers: the interval on one side,
 * on the other, or across. All intervals are two-sided, at the level of the analysis.
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
    reportGain(analysis, "in", number("in-distribution-gain")),
    reportGain(analysis, "out", number("ood-gain")),
    reportGainOutside(analysis, number("in-distribution-gain"), number("ood-gain")),
    reportOrganOrder(analysis, organGains),
    judgeSteepen(analysis, leadOrgan, await openPublished("jhh-scaling", options.folder)),
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
    rule: `${leadOrgan}, in distribution, ${realArm ?? "real scans alone"}: Dice at the largest size less Dice at the first size from ${saturation.value} scans on; tested where there are two such sizes. Holds when the whole interval lies below ${margin}, does not when it lies above.`,
  };
  const organ = analysis.organs.find((entry) => entry.organ === leadOrgan);
  const name = curveName(realArm ?? "", "in");
  const sizes = sizesOfCurve(organ, name);
  const last = sizes.at(-1);
  const reached = sizes.find((n) => n >= saturation.value && n < (last ?? 0));
  // Short of that, the same share of the range is shown, and tests nothing.
  const before = reached ?? sizes.filter((n) => n <= share * (last ?? 0)).at(-1);
  if (organ === undefined || last === undefined || before === undefined)
    return notAsked(base, `The ${leadOrgan}'s curve of real scans has no two sizes that are so far apart.`);
  const measured = intervalOfCurves(
    organ.bootstrap!,
    (curves) => errorAt(curves, name, before) - errorAt(curves, name, last),
    { level: analysis.level, method: "t" },
  );
  const found = `From ${before} to ${last} scans Dice changes by ${spell(measured)}.`;
  if (reached === undefined) {
    const why = `The largest size here is ${last} scans: the range ends before the claim begins, so that neither answer was possible.`;
    return notTested(base, found, why, measured);
  }
  return finish(base, measured, judgeEquality(measured, margin), found);
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
    rule: `${leadOrgan}, in distribution: Dice of ${realArm ?? "real scans alone"} at its largest size less Dice of ${mixedArm ?? "real with synthetic tumors"} at the largest size up to ${percent(share)} of it. The share is the paper's, the sizes are not. Holds when the whole interval lies below ${margin}, does not when it lies above.`,
  };
  const organ = analysis.organs.find((entry) => entry.organ === leadOrgan);
  const [real, mixed] = [curveName(realArm ?? "", "in"), curveName(mixedArm ?? "", "in")];
  const last = sizesOfCurve(organ, real).at(-1);
  const before = sizesOfCurve(organ, mixed)
    .filter((n) => n <= share * (last ?? 0))
    .at(-1);
  if (organ === undefined || last === undefined || before === undefined)
    return notAsked(base, `The ${leadOrgan} has not both arms at sizes that are so far apart.`);
  const measured = intervalOfCurves(
    organ.bootstrap!,
    (curves) => errorAt(curves, mixed, before) - errorAt(curves, real, last),
    { level: analysis.level, method: "t" },
  );
  const asked = `${percent(before / last)} of the scans, the claim's ${percent(share)} or fewer`;
  const found = `${last} real scans alone are ahead of ${before} with synthetic tumors (${asked}) by ${spell(measured)}.`;
  return finish(base, measured, judgeEquality(measured, margin), found);
}

function reportGain(
  analysis: ExperimentAnalysis,
  distribution: Distribution,
  gain: ClaimedNumber,
): ClaimComparison {
  const where = distribution === "in" ? "in distribution" : "out of distribution";
  const base = {
    id: distribution === "in" ? "in-distribution-gain" : "ood-gain",
    claim: `Dice rises ${where} by ${gain.value} ${gain.unit}, against networks trained on older data.`,
    published: [gain],
    rule: "Tested by networks trained on different data sets and tested on the same patients.",
  };
  const gains = organGainsOf(analysis, distribution);
  if (gains.length === 0) return notAsked(base, "No organ has both arms at a common size.");
  const measured = meanOfOrgans(analysis, gains);
  const found = `Another quantity: over ${organCount(gains.length)} synthetic tumors change Dice by ${spell(measured)} ${where}.`;
  return notTested(base, found, comparesDataSets, measured);
}

function reportGainOutside(
  analysis: ExperimentAnalysis,
  inside: ClaimedNumber,
  outside: ClaimedNumber,
): ClaimComparison {
  const base = {
    id: "ood-gain-is-larger",
    claim: `The gain is larger out of distribution (${outside.value} ${outside.unit}) than in distribution (${inside.value} ${inside.unit}).`,
    published: [inside, outside],
    rule: "Tested by networks trained on different data sets and tested on the same patients.",
  };
  const both = gainDifferencesOf(analysis);
  if (both.length === 0) return notAsked(base, "No organ has both arms on both distributions.");
  const measured = meanOfOrgans(analysis, both);
  const found = `Another quantity: over ${organCount(both.length)} what synthetic tumors add is larger outside by ${spell(measured)}.`;
  return notTested(base, found, comparesDataSets, measured);
}

function reportOrganOrder(analysis: ExperimentAnalysis, table: PublishedTable): ClaimComparison {
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
    rule: "Tested by networks trained on different data sets, organ by organ. Kendall's tau compares two orders (1: the same, -1: the reverse).",
  };
  const pairs = organGainsOf(analysis, "in").flatMap((gain) => {
    const row = published.find(({ organ }) => organ === gain.organ);
    return row ? [{ gain, value: row.value }] : [];
  });
  if (pairs.length < 3)
    return notAsked(base, `${organCount(pairs.length)} with both arms: an order needs three.`);
  const { tau, pValue } = testKendallTau(
    pairs.map(({ gain }) => gain.measured.estimate),
    pairs.map(({ value }) => value),
  );
  const here = [...pairs].sort((a, b) => b.gain.measured.estimate - a.gain.measured.estimate);
  const ranked = here
    .map(({ gain }) => `${nameOf(gain.organ)} ${spellSigned(gain.measured.estimate)}`)
    .join(", ");
  const found = `Another quantity: synthetic tumors add ${ranked}; Kendall's tau ${tau.toFixed(2).replace("-", "\u2212")} (two-sided p = ${pValue.toFixed(2)} over all orders).`;
  return notTested(base, found, comparesDataSets);
}

/** A difference with its interval and how that was found. */
function spell(measured: EstimateWithInterval): string {
  return `${spellDifference(measured)} (${spellMethod(measured)})`;
}

function notAsked(base: ClaimBase, found: string): ClaimComparison {
  return { ...base, found, verdict: "not tested here", because: ["The experiment did not ask this."] };
}

function notTested(
  base: ClaimBase,
  found: string,
  why: string,
  measured?: EstimateWithInterval,
): ClaimComparison {
  return { ...base, found, measured, verdict: "not tested here", because: [why] };
}

function finish(
  base: ClaimBase,
  measured: EstimateWithInterval,
  verdict: Verdict,
  found: string,
): ClaimComparison {
  const because = explainVerdict(base.id, verdict, measured);
  return { ...base, found, measured, verdict, because };
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
