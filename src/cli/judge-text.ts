import { describeStructure } from "../anatomy/organs.js";
import { settleVerdict, spellVerdict, unitOfGain } from "../evaluation/court/judgment.js";
import type { JudgedPair, JudgedStructure, Judgment } from "../evaluation/court/judgment.js";
import { metricInfo } from "../metrics/metric.js";
import { describeInterval } from "../stats/describe-interval.js";
import { formatTable } from "./table.js";

/** What `tumorlab judge` prints of a judgment. */
export function formatJudgment(judgment: Judgment): string {
  const { metric, basis, models, structures, margin } = judgment;
  const { displayName, unit } = metricInfo[metric];
  const gain = unitOfGain(metric);
  const of = basis === "cases" ? `${models.length} models, scores case by case` : "means alone";
  const parts = [
    `${unit === "" ? displayName : `${displayName}, ${unit}`}: ${of}; margin ${short(gain.scale * margin)} ${nameUnit(gain.unit, gain.scale * margin)}`,
    ...structures.map((each) => formatStructure(judgment, each)),
    tellRules(judgment),
  ];
  return `${parts.join("\n\n")}\n`;
}

function formatStructure(judgment: Judgment, structure: JudgedStructure): string {
  const { metric, basis, margin } = judgment;
  const { unit, scale } = unitOfGain(metric);
  const { name, n, patients, excluded, ranking, pairs } = structure;
  const places = new Map(ranking?.models.map((each) => [each.model, each]));
  const rows = pairs.map((pair) => {
    const place = places.get(pair.second);
    return [
      pair.first,
      pair.second,
      short(scale * pair.firstMean),
      short(scale * pair.secondMean),
      ...(basis === "means" ? [short(pair.correlation)] : []),
      short(scale * pair.gain),
      spellRange(scale * pair.interval.low, scale * pair.interval.high, " to "),
      atLeast(100 * pair.falseClaim, 0.01),
      atLeast(pair.adjustedDifference, 0.0001),
      atLeast(pair.adjustedEquivalence, 0.0001),
      short(pair.needed.difference),
      short(pair.needed.equivalence),
      ...(basis === "cases" ? [place ? spellRange(place.rankLow, place.rankHigh, "-") : ""] : []),
      spellVerdict(pair),
    ];
  });
  const header = [
    ...["first", "second", "mean", "mean"],
    ...(basis === "means" ? ["r taken"] : []),
    `better by ${unit}`,
    `${percent(1 - judgment.alpha)} interval`,
    "false claim %",
    "p (Holm)",
    "equal p",
    "n to tell",
    "n to show equal",
    ...(basis === "cases" ? ["places of second"] : []),
    "verdict",
  ];
  const left = excluded > 0 ? `, ${excluded} without a value left out` : "";
  const counted =
    basis === "cases"
      ? `${count(n, "case")} of ${count(patients, "patient")}${left}`
      : `${count(n, "case")} each, as stated`;
  const [first] = ranking?.models ?? [];
  const stable =
    first === undefined || Number.isNaN(first.firstShare)
      ? ""
      : `; ${first.model} is first in ${short(100 * first.firstShare)} % of resamples of the patients`;
  const title = name === "all" && basis === "means" ? "All" : describeStructure(name).displayName;
  const told = `within the margin: less than ${short(scale * margin)} ${nameUnit(unit, scale * margin)}`;
  const isWithin = pairs.some(({ verdict }) => verdict.includes("margin"));
  return [
    `${title}: ${counted}${stable}`,
    formatTable(header, rows),
    ...(isWithin ? [told] : []),
    ...tellSettled(pairs),
  ].join("\n");
}

/** A verdict that only one of several assumptions gives would be taken for the verdict: of those that differ, what all of them say. */
function tellSettled(pairs: readonly JudgedPair[]): string[] {
  const ofPair = new Map<string, JudgedPair[]>();
  for (const pair of pairs) {
    const names = JSON.stringify([pair.first, pair.second]);
    ofPair.set(names, [...(ofPair.get(names) ?? []), pair]);
  }
  return [...ofPair.values()]
    .filter((group) => new Set(group.map(({ verdict }) => verdict)).size > 1)
    .map((group) => {
      const [{ first, second, ...rest }] = group;
      const settled = spellVerdict({ ...rest, first, second, verdict: settleVerdict(group) });
      return `${first} and ${second}, with every correlation taken: ${settled}`;
    });
}

/** What the columns mean, and how far the intervals can be trusted. */
function tellRules({ alpha, family, power, basis, surelyFrom, structures, metric }: Judgment): string {
  const pairs = structures.flatMap((each) => each.pairs).filter(({ interval }) => interval.units >= 2);
  const fewest = pairs.reduce<(typeof pairs)[number] | undefined>(
    (least, pair) => (least === undefined || pair.interval.units < least.interval.units ? pair : least),
    undefined,
  );
  const told = [
    `A verdict needs the whole ${percent(1 - alpha)} interval on its side, and p by Holm over ${family} ${family === 1 ? "comparison" : "comparisons"} at most ${alpha}. "Cannot be told" does not mean equal.`,
    `false claim %: how likely the first is in truth not better, by Student's t${basis === "cases" ? ", which is too sure of few patients; no verdict rests on it" : ""}. n to tell, n to show equal: patients with whom ${percent(power)} of studies would find a gain as seen, or would show two alike models equal within the margin.${basis === "cases" && surelyFrom > 2 ? ` They are for Student's t. Below ${surelyFrom} patients the intervals here are wider than t's: where fewer stand there, more may be needed, up to ${surelyFrom}.` : ""}`,
  ];
  if (basis === "cases" && fewest !== undefined)
    told.push(`Intervals: ${describeInterval(fewest.interval)}.`);
  if (metric !== "dice" && basis === "cases")
    told.push(`Coverage was measured on Dice; ${metricInfo[metric].displayName} may be otherwise.`);
  return told.join("\n");
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

/** A range without ends is a dash. */
function spellRange(low: number, high: number, to: string): string {
  return Number.isNaN(low + high) ? "-" : `${short(low)}${to}${short(high)}`;
}

function percent(share: number): string {
  return `${short(100 * share)} %`;
}

function nameUnit(unit: string, value: number): string {
  return unit === "points" && value === 1 ? "point" : unit;
}

function atLeast(value: number, least: number): string {
  return value < least ? `<${least}` : short(value);
}

function short(value: number): string {
  if (Number.isNaN(value)) return "-";
  if (value === Infinity) return "over 10 million";
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}
