import { describeStructure } from "../anatomy/organs.js";
import type { TumorOrgan } from "../anatomy/organs.js";
import { escapeMarkdown } from "../core/escape.js";
import type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
import { distributionNames } from "../experiment/analyze/experiment-scores.js";
import type { Distribution } from "../experiment/analyze/experiment-scores.js";
import { spellTrainings } from "../experiment/plan/count-trainings.js";
import { spellMethodShort } from "../paper/claim.js";
import type { ClaimComparison } from "../paper/claim.js";
import type { Finding } from "../paper/findings.js";
import type { EstimateWithInterval } from "../scaling/curve-interval.js";
import type { Row } from "./data-frame.js";
import { saturationTable, multiplierTable } from "./scaling-table.js";

/** Where it holds 1, intervals draw patients alone: they do not know how another training would have come out. */
const trainingsColumn = "trainings per size";

/** How the interval in brackets was found, and over what. */
const intervalColumn = "95 % by";

/** What counted and what did not: one row per organ and distribution, then the reasons. */
export function patientTable({ organs }: ExperimentAnalysis): Row[] {
  return organs.flatMap(({ organ, patients, excluded, notes, curves }) => {
    const missing = excluded
      .filter(({ of }) => of !== "patients")
      .map(({ reason, count, of }) => `${count} ${of}: ${reason}`);
    return patients.map(({ distribution, tests, withTumor, withoutTumor, medianRadiusMm }) => ({
      organ: nameOf(organ),
      tests: `${distributionNames[distribution]}: ${tests.join(", ")}`,
      "patients with a tumor": withTumor,
      "median radius (mm)": medianRadiusMm,
      "without, left out": withoutTumor,
      "left out besides": missing.join("; ") || "nothing",
      [trainingsColumn]: spellTrainings([{ curves }]),
      note: notes.join("; "),
    }));
  });
}

/** The largest real training of each organ against the baselines, Dice in percent, paired by patient. */
export function baselineTable({ organs }: ExperimentAnalysis, distribution: Distribution = "in"): Row[] {
  return organs.flatMap(({ organ, baselines, curves }) =>
    baselines
      .filter((each) => each.distribution === distribution)
      .map(({ baseline, arm, n, armDice, baselineDice, advantage, verdict }) => ({
        organ: nameOf(organ),
        [`Dice of ${arm} (%)`]: percent(armDice.estimate),
        n,
        trainings: spellTrainings([{ curves }]),
        baseline,
        "its Dice (%)": percent(baselineDice.estimate),
        "advantage (points)": spellPoints(advantage),
        [`${arm} is`]: verdict,
        [intervalColumn]: spellMethodShort(advantage),
      })),
  );
}

/** What other arms gain over real scans, in points of Dice, the mean over log n: one row per organ and distribution. */
export function gainTable({ organs }: ExperimentAnalysis): Row[] {
  return organs.flatMap(({ organ, gains, curves }) =>
    gains.map(({ arm, distribution, points, mean }) => ({
      organ: nameOf(organ),
      arm,
      tests: distributionNames[distribution],
      sizes: points.length,
      [trainingsColumn]: spellTrainings([{ curves }]),
      "gain (points)": mean.value ? spellPoints(mean.value) : mean.why,
      [intervalColumn]: mean.value ? spellMethodShort(mean.value) : "",
    })),
  );
}

/**
 * What the arm with synthetic tumors gains at each size, in points of Dice: one row per organ, one column per size, empty where an
 * organ was not trained at it.
 */
export function gainBySizeTable(
  { organs, mixedArm }: ExperimentAnalysis,
  distribution: Distribution = "in",
): Row[] {
  const gains = organs.flatMap((entry) =>
    entry.gains
      .filter((gain) => gain.arm === mixedArm && gain.distribution === distribution)
      .map(({ points }) => ({ organ: entry.organ, points })),
  );
  const sizes = [...new Set(gains.flatMap(({ points }) => points.map(({ n }) => n)))].sort((a, b) => a - b);
  return gains.map(({ organ, points }) => ({
    organ: nameOf(organ),
    ...Object.fromEntries(
      sizes.map((size) => {
        const point = points.find(({ n }) => n === size);
        return [`n = ${size}`, point ? spellPoints(point) : ""];
      }),
    ),
  }));
}

/** How much each arm loses on other scanners, in points of Dice, the mean over log n. */
export function gapTable({ organs }: ExperimentAnalysis): Row[] {
  return organs.flatMap(({ organ, gaps, curves }) =>
    gaps.map(({ arm, mean }) => ({
      organ: nameOf(organ),
      arm,
      [trainingsColumn]: spellTrainings([{ curves }]),
      "lost out of distribution (points)": mean.value ? spellPoints(mean.value) : mean.why,
      [intervalColumn]: mean.value ? spellMethodShort(mean.value) : "",
    })),
  );
}

/** Times the largest size, beyond which an answer read off a law is no number any more. */
const farthest = 100;

/** Five answers to "when does it stop": one column per arm; in words where a curve allows no law, or the answer lies far off. */
export function armSaturationTable(
  analysis: ExperimentAnalysis,
  organ: TumorOrgan,
  distribution: Distribution = "in",
): Row[] {
  const curves = curvesOf(analysis, organ, distribution);
  const told = curves.flatMap(({ arm, saturation }) =>
    saturation.value ? [[arm, saturation.value] as const] : [],
  );
  const ends = new Map(curves.map(({ arm, points }) => [arm, farthest * (points.at(-1)?.n ?? Infinity)]));
  const untold = curves.flatMap(({ arm, saturation }) =>
    saturation.value ? [] : [[arm, saturation.why] as const],
  );
  return saturationTable(Object.fromEntries(told)).map(({ definition, ...answers }) => ({
    definition,
    ...Object.fromEntries(
      Object.entries(answers).map(([arm, n]) =>
        typeof n === "number" && n > ends.get(arm)! ? [arm, `beyond ${ends.get(arm)}`] : [arm, n],
      ),
    ),
    ...Object.fromEntries(untold),
  }));
}

/** The law chosen for each arm's curve, what it rests on, and what it says of unlimited data. */
export function armLawTable(
  analysis: ExperimentAnalysis,
  organ: TumorOrgan,
  distribution: Distribution = "in",
): Row[] {
  return curvesOf(analysis, organ, distribution).map(({ arm, laws }) => {
    if (!laws.value) return { arm, law: laws.why, "limit (%)": "", "chosen by": "" };
    const { chosen, rule } = laws.value;
    const floor = chosen.law.asymptote(chosen.parameters);
    const limit = !chosen.identified
      ? `not determined: ${chosen.reasons.join("; ")}`
      : floor > 0
        ? percent(1 - floor)
        : "100: no floor";
    return { arm, law: chosen.law.title, "limit (%)": limit, "chosen by": rule };
  });
}

/** How many real scans reach each result with synthetic tumors, as in `multiplierTable`; a row of words without a law. */
export function armMultiplierTable(
  { organs, mixedArm }: ExperimentAnalysis,
  organ: TumorOrgan,
  distribution: Distribution = "in",
): Row[] {
  const gain = organs
    .find((entry) => entry.organ === organ)
    ?.gains.find((gain) => gain.arm === mixedArm && gain.distribution === distribution);
  if (!gain) return [];
  return gain.multipliers.value
    ? multiplierTable({ ...gain.multipliers.value, real: "real", other: gain.arm })
    : [{ multiplier: gain.multipliers.why }];
}

/**
 * Share of the lesions found, by size and arm, of patients in whom any was found, and of tumor-free patients with a false
 * alarm, with counts; and false positives per scan, without which the others say little: a network that calls everything
 * a tumor finds all.
 */
export function detectionTable({ organs }: ExperimentAnalysis, organ: TumorOrgan): Row[] {
  const count = (rate: { count: number; n: number; value: number; low: number; high: number }): string =>
    rate.n === 0
      ? "none"
      : `${(100 * rate.value).toFixed(0)} % [${(100 * rate.low).toFixed(0)}, ${(100 * rate.high).toFixed(0)}], ${rate.count} of ${rate.n}`;
  return (organs.find((entry) => entry.organ === organ)?.detection ?? []).map((detection) => ({
    arm: detection.arm,
    n: detection.n,
    tests: distributionNames[detection.distribution],
    ...Object.fromEntries(detection.recallBySize.map((rate) => [rate.displayName, count(rate)])),
    "lesions, Dice 0.1 or more": count(detection.outlined),
    "patients with a tumor": count(detection.patientsFound),
    "false alarms": count(detection.falseAlarms),
    "false positives per scan": spellRate(detection.falsePositivesPerScan),
  }));
}

/** Claims as Markdown: what the paper says and where, the rule, what was found, the verdict, and why that might be. */
export function claimsMarkdown(claims: readonly ClaimComparison[]): string {
  return claims
    .map(({ claim, sentence, published, rule, found, verdict, because }) => {
      const named = [...(sentence === undefined ? [] : [sentence]), ...published.map(({ source }) => source)];
      const sources = [...new Set(named)].join("; ");
      return [
        `**${escapeMarkdown(claim)}** (${escapeMarkdown(sources)})`,
        "",
        `- Rule: ${escapeMarkdown(rule)}`,
        `- Found: ${escapeMarkdown(found)}`,
        `- **${verdict[0].toUpperCase()}${verdict.slice(1)}.** ${because.map(escapeMarkdown).join(" ")}`,
      ].join("\n");
    })
    .join("\n\n");
}

/** What an experiment found of itself, as Markdown: family by family, each with its rule, the number and the verdict. */
export function findingsMarkdown(findings: readonly Finding[]): string {
  const families = [...new Set(findings.map(({ family }) => family))];
  return families
    .map((family) => {
      const asked = findings.filter((finding) => finding.family === family);
      const holm = asked.length > 1 ? ` (${asked.length} questions, p values adjusted by Holm)` : "";
      const entries = asked.map(({ statement, rule, found, verdict, because }) =>
        [
          `**${escapeMarkdown(statement)}**`,
          "",
          `- Rule: ${escapeMarkdown(rule)}`,
          `- Found: ${escapeMarkdown(found)}`,
          `- **${verdict[0].toUpperCase()}${verdict.slice(1)}.** ${because.map(escapeMarkdown).join(" ")}`,
        ].join("\n"),
      );
      return [`#### ${family[0].toUpperCase()}${family.slice(1)}${holm}`, ...entries].join("\n\n");
    })
    .join("\n\n");
}

function spellRate({ value, low, high }: { value: number; low: number; high: number }): string {
  return `${value.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`;
}

function curvesOf(
  { organs }: ExperimentAnalysis,
  organ: TumorOrgan,
  distribution: Distribution,
): ExperimentAnalysis["organs"][number]["curves"] {
  const entry = organs.find((each) => each.organ === organ);
  return entry?.curves.filter((curve) => curve.distribution === distribution) ?? [];
}

function nameOf(organ: TumorOrgan): string {
  return describeStructure(organ).displayName;
}

function percent(value: number | undefined): string {
  return value === undefined ? "" : (100 * value).toFixed(1);
}

/** A difference in points of Dice with its interval. */
export function spellPoints({ estimate, low, high }: EstimateWithInterval): string {
  const signed = (value: number): string =>
    `${value < 0 ? "\u2212" : "+"}${Math.abs(100 * value).toFixed(1)}`;
  return `${signed(estimate ?? NaN)} [${signed(low)}, ${signed(high)}]`;
}
