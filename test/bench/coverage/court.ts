import { createKey } from "tumorlab/internal/core/random";
import { findVerdict, judgeGain } from "tumorlab/internal/evaluation/court/judge-gain";
import { judgePair, resolveMean } from "tumorlab/internal/evaluation/court/judge-means";
import type { CourtVerdict } from "tumorlab/internal/evaluation/court/judgment";
import { meanInterval } from "tumorlab/internal/stats/mean-interval";
import type { ModelScores } from "./distributions.js";

/** One way to judge a pair at one number of patients, over many samples of each of many pairs of real models. */
export interface CourtRow {
  n: number;
  /** `court`: as `judgeScores`; `means, r 0.7`: as `judgeMeans`, with a guessed spread; others: the same intervals by other methods. */
  method: string;
  /** Share of the intervals that held the true gain, over the pairs of the organ where that was least, and over the worst pair. */
  worstOrgan: number;
  worstOrganIs: string;
  worstPair: number;
  worstPairIs: string;
  mean: number;
  /** Mean width, in points of Dice. */
  widthPoints: number;
  /** Share of the samples in which a verdict was wrong, in the worst organ: better of the worse model, equal of ones further apart. */
  wrongBetter?: number;
  wrongEqual?: number;
  /** Share of the samples in which there was a verdict. */
  decided?: number;
}

/** What was measured, with the call that made it. */
export interface CourtTable {
  made: string;
  samples: number;
  resamples: number;
  rows: CourtRow[];
}

const margin = 0.01;
const alpha = 0.05;
const correlations = [0.7, 0.85];

interface Tally {
  held: number;
  width: number;
  wrongBetter: number;
  wrongEqual: number;
  decided: number;
}

/**
 * Draws scans with replacement from those that both models of a pair were scored on, as if these were all there are, and asks each
 * method for the interval of the gain; for every pair of models on every organ.
 */
export function measureCourt(
  models: readonly ModelScores[],
  n: number,
  { samples, resamples }: { samples: number; resamples: number },
): CourtRow[] {
  const methods = ["court", "percentile", "bca", "t", ...correlations.map((r) => `means, r ${r}`)];
  const pairs = models.flatMap((first, i) => models.slice(i + 1).map((second) => ({ first, second })));
  const results = models[0].organs.flatMap((organ) =>
    pairs.map(({ first, second }) => {
      const scores = [...first.scores.get(organ)!].flatMap(([scan, own]) => {
        const other = second.scores.get(organ)!.get(scan);
        return other === undefined ? [] : [[own, other] as const];
      });
      const key = createKey(0).split("court").split(organ).split(first.name).split(second.name).split(n);
      const name = `${organ}: ${first.name} v ${second.name}`;
      return { organ, name, tallies: measurePair(scores, n, samples, resamples, key, methods.length) };
    }),
  );
  return methods.map((method, m): CourtRow => {
    const share = (list: typeof results, of: (tally: Tally) => number): number =>
      list.reduce((sum, { tallies }) => sum + of(tallies[m]), 0) / (list.length * samples);
    const organs = models[0].organs.map((organ) => ({
      organ,
      list: results.filter((result) => result.organ === organ),
    }));
    const worst = organs
      .map(({ organ, list }) => ({ organ, held: share(list, ({ held }) => held) }))
      .reduce((a, b) => (b.held < a.held ? b : a));
    const worstPair = results.reduce((a, b) => (b.tallies[m].held < a.tallies[m].held ? b : a));
    const mostIn = (of: (tally: Tally) => number): number =>
      round(Math.max(...organs.map(({ list }) => share(list, of))));
    const judges = method === "court" || method.startsWith("means");
    return {
      ...{ n, method, worstOrgan: round(worst.held), worstOrganIs: worst.organ },
      worstPair: round(worstPair.tallies[m].held / samples),
      worstPairIs: worstPair.name,
      mean: round(share(results, ({ held }) => held)),
      widthPoints: Math.round(1000 * share(results, ({ width }) => width)) / 10,
      ...(judges
        ? {
            wrongBetter: mostIn(({ wrongBetter }) => wrongBetter),
            wrongEqual: mostIn(({ wrongEqual }) => wrongEqual),
            decided: round(share(results, ({ decided }) => decided)),
          }
        : {}),
    };
  });
}

function measurePair(
  scores: readonly (readonly [number, number])[],
  n: number,
  samples: number,
  resamples: number,
  key: ReturnType<typeof createKey>,
  methods: number,
): Tally[] {
  const truth = scores.reduce((sum, [a, b]) => sum + a - b, 0) / scores.length;
  const tallies = Array.from({ length: methods }, (): Tally => ({
    ...{ held: 0, width: 0, wrongBetter: 0, wrongEqual: 0, decided: 0 },
  }));
  const count = (
    tally: Tally,
    { low, high }: { low: number; high: number },
    verdict: CourtVerdict | undefined,
    isPositive: boolean,
  ): void => {
    tally.held += Number(low <= truth + 1e-12 && truth - 1e-12 <= high);
    tally.width += high - low;
    if (verdict === undefined || verdict === "cannot be told") return;
    tally.decided++;
    if (verdict.startsWith("better") && (isPositive ? truth <= 0 : truth >= 0)) tally.wrongBetter++;
    if (verdict.includes("margin") && Math.abs(truth) > margin) tally.wrongEqual++;
  };
  const bounds = [-1, 1] as const;
  const weights = new Float64Array(n).fill(1);
  for (let run = 0; run < samples; run++) {
    const own = key.split(run);
    const stream = own.stream();
    const sample = Array.from({ length: n }, () => stream.choose(scores));
    const gains = sample.map(([a, b]) => a - b);
    const found = judgeGain(gains, { bounds, weights, margin, alpha });
    const verdict = findVerdict(found.pDifference, found.pEquivalence, alpha);
    count(tallies[0], found.interval, verdict, found.gain > 0);
    (["percentile", "bca", "t"] as const).forEach((method, m) => {
      const how = { method, bounds, question: "difference" as const, resamples, key: own };
      count(tallies[m + 1], meanInterval(gains, how), undefined, true);
    });
    const [a, b] = [0, 1].map((side) => sample.reduce((sum, pair) => sum + pair[side], 0) / n);
    const means = [
      { model: "a", mean: a, n },
      { model: "b", mean: b, n },
    ].map((each) => resolveMean(each, "dice"));
    const [first, second] = a >= b ? means : [means[1], means[0]];
    correlations.forEach((correlation, c) => {
      const guess = judgePair([first, second], { correlation, margin, alpha });
      const { low, high } = guess.interval;
      const ends = first.model === "a" ? { low, high } : { low: -high, high: -low };
      const words = findVerdict(guess.pDifference, guess.pEquivalence, alpha);
      count(tallies[4 + c], ends, words, first.model === "a");
    });
  }
  return tallies;
}

function round(share: number): number {
  return Math.round(1e4 * share) / 1e4;
}

/** The table for people. */
export function formatCourt({ rows, made }: CourtTable): string {
  const percent = (share: number | undefined): string =>
    share === undefined ? "".padStart(7) : `${(100 * share).toFixed(1)}`.padStart(7);
  const lines = rows.map((row) =>
    [
      String(row.n).padStart(4),
      row.method.padEnd(13),
      percent(row.worstOrgan),
      row.worstOrganIs.padEnd(13),
      percent(row.worstPair),
      percent(row.mean),
      row.widthPoints.toFixed(1).padStart(7),
      percent(row.wrongBetter),
      percent(row.wrongEqual),
      percent(row.decided),
      ` ${row.worstPairIs}`,
    ].join(" "),
  );
  const header =
    "   n method         organ %               pair %  mean %  points  wrong better, equal, decided %";
  return [header, ...lines, "", made].join("\n");
}
