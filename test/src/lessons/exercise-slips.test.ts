import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { triesOf, valuesOf } from "tumorlab/internal/lessons/exercises/exercise-spec";
import { findExercise } from "tumorlab/internal/lessons/exercises/list";
import { claim, plan } from "./sealed-claim.js";

interface Pair {
  judgeS: number;
  drawMin: number;
}
interface Listed {
  scan: string;
  patient: string;
}
interface Point {
  threshold: number;
  found: number;
  falsePositives: number;
}

const because = "because I thought about it for a while";
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const clamp = (value: number): number => Math.min(255, Math.max(0, value));
const isIn = (scans: readonly Listed[], wanted: string): boolean =>
  scans.some(({ patient }) => patient === wanted);

/** Wrong answers to each exercise, as a value or made of the reader's values, with what must be said to them. */
const wrong: Record<string, readonly (readonly [answer: unknown, remark: RegExp])[]> = {
  "reading-hours": [
    [1e6, /too large/],
    ["5 hours", /A number is asked for/],
  ],
  "same-seed": [
    [{ choice: "b", reason: because }, /under another name/],
    [{ choice: "C", reason: because }, /Does the computer matter/],
    [{ choice: "a", reason: "so" }, /reason is missing/],
    [{ choice: "z", reason: because }, /one of a, b, c/],
    ["a", /is asked for/],
  ],
  "what-is-there": [
    [{ choice: "a", reason: because }, /Air weakens the beam hardly/],
    [{ choice: "d", reason: because }, /Bone weakens the beam a lot/],
  ],
  "window-grey": [
    [(hu: number, c: number, w: number) => (255 * (hu - c + w / 2)) / w, /grey of air/],
    [(hu: number, c: number, w: number) => clamp((255 * (hu - c + w)) / (2 * w)), /half of it lies/],
    [(hu: number, c: number, w: number) => clamp((255 * (hu - c)) / w), /not its lower edge/],
    [(hu: number, c: number, w: number) => clamp((255 * (hu - c + w / 2)) / w) / 255, /from 0 to 1/],
    [(hu: number, c: number, w: number) => Math.round(clamp((255 * (hu - c + w / 2)) / w)), /rounded/],
    [() => 300, /too large/],
    [() => "grey", /a number is asked for/],
    [7, /greyOf itself/],
  ],
  "people-count": [
    [70, /scanned once/],
    [120, /too large/],
    ["95", /A number is asked for/],
  ],
  "orders-of-magnitude": [
    [15130 / 908, /factors of ten/],
    [Math.log(15130 / 908), /factors of e/],
    [1, /too small/],
  ],
  "leaked-scans": [
    [
      (training: Listed[], test: Listed[]) =>
        test.filter((each) => training.some(({ scan }) => scan === each.scan)).length,
      /looks for the same scan/,
    ],
    [
      (training: Listed[], test: Listed[]) =>
        new Set(test.map(({ patient }) => patient).filter((each) => isIn(training, each))).size,
      /counts patients/,
    ],
    [
      (training: Listed[], test: Listed[]) => training.filter(({ patient }) => isIn(test, patient)).length,
      /of the training set/,
    ],
    [
      (training: Listed[], test: Listed[]) =>
        sum(test.map(({ patient }) => training.filter((each) => each.patient === patient).length)),
      /counted again/,
    ],
    [() => "none", /a number is asked for/],
    [3, /leakedScans itself/],
  ],
  "halved-error": [
    [2 ** 0.5, /other way round/],
    [100, /too large/],
  ],
  "exponent-of-two": [
    [(n1: number, e1: number, n2: number, e2: number) => Math.log(e2 / e1) / Math.log(n2 / n1), /sign/],
    [(n1: number, e1: number, n2: number, e2: number) => (e1 - e2) / (n2 - n1), /straight line/],
    [
      (n1: number, e1: number, n2: number, e2: number) => Math.log(n2 / n1) / Math.log(e1 / e2),
      /upside down/,
    ],
    [(n1: number, e1: number, n2: number, e2: number) => Math.log(e1 / e2) / (n2 - n1), /exponential/],
    [() => NaN, /NaN/],
  ],
  "grown-volume": [
    [2, /factor of the radius/],
    [4, /surface/],
    [3, /too small/],
  ],
  "mixed-kinds": [
    [(total: number, weights: number[]) => weights.map((w) => (total * w) / sum(weights)), /parts of tumors/],
    [
      (total: number, weights: number[]) => weights.map((w) => Math.floor((total * w) / sum(weights))),
      /too few/,
    ],
    [
      (total: number, weights: number[]) => weights.map((w) => Math.ceil((total * w) / sum(weights))),
      /too many/,
    ],
    [
      (total: number, weights: number[]) => weights.map((_, i) => (i === 0 ? total : 0)),
      /away from its share/,
    ],
    [() => [1], /a number for each weight/],
  ],
  "soft-dice": [
    [
      (p: number[], y: number[]) => (2 * sum(p.map((v, i) => v * y[i]))) / (sum(p) + sum(y)),
      /This is the Dice/,
    ],
    [(p: number[], y: number[]) => 1 - sum(p.map((v, i) => v * y[i])) / (sum(p) + sum(y)), /factor 2/],
    [
      (p: number[], y: number[]) => {
        const cut = p.map((v) => (v >= 0.5 ? 1 : 0));
        return 1 - (2 * sum(cut.map((v, i) => v * y[i]))) / (sum(cut) + sum(y));
      },
      /cut at 0.5/,
    ],
  ],
  "window-budget": [
    [{ size: 32, step: 32 }, /less than half/],
    [{ size: 32, step: 16 }, /more than the budget/],
    [{ size: 30, step: 15 }, /multiple of 8/],
    [{ size: 160, step: 80 }, /larger than half/],
    [{ size: 64 }, /\{ size, step \}/],
  ],
  "dice-of-counts": [
    [80, /percent/],
    [80 / 120, /IoU/],
    [80 / 110, /sensitivity/],
    [80 / 90, /precision/],
    [0.1, /too small/],
  ],
  "iou-of-dice": [
    [(dice: number) => (2 * dice) / (1 + dice), /other way/],
    [(dice: number) => dice / 2, /perfect IoU/],
    [(dice: number) => dice, /only at 0 and at 1/],
    [(dice: number) => dice / (1 - dice), /infinite/],
  ],
  "nested-subsets": [
    [
      (patients: string[], sizes: number[]) => sizes.map((n, i) => patients.slice(i, i + n)),
      /lacks a patient/,
    ],
    [(patients: string[], sizes: number[]) => sizes.map((n) => patients.slice(0, n - 1)), /too few/],
    [(patients: string[], sizes: number[]) => sizes.map((n) => Array(n).fill(patients[0])), /twice/],
    [
      (_: string[], sizes: number[]) => sizes.map((n) => Array(n).fill("nobody")),
      /not in the list of patients/,
    ],
    [() => 3, /a list of patients/],
  ],
  "plan-budget": [
    [{ sizes: [10, 20], seeds: 20 }, /fewer than four/],
    [{ sizes: [10, 20, 30, 40], seeds: 3 }, /too close/],
    [{ sizes: [10, 20, 40, 80], seeds: 2 }, /fewer than 3 seeds/],
    [{ sizes: [10, 20, 40, 80], seeds: 30 }, /more than you have/],
    [{ sizes: [80, 20, 40, 10], seeds: 3 }, /do not rise/],
    [{ sizes: 4, seeds: 3 }, /whole numbers/],
  ],
  "relative-gain": [
    [10, /points/],
    [20, /what it became/],
    [125, /What is the gain/],
  ],
  "rounded-range": [
    [(value: number, digits: number) => [value - 10 ** -digits, value + 10 ** -digits], /twice too wide/],
    [(value: number, digits: number) => [value, value + 10 ** -digits], /digits were cut off/],
    [(value: number) => [value - 0.05, value + 0.05], /one digit only/],
    [(value: number, digits: number) => [value + 10 ** -digits, value - 1], /lower end lies above/],
    [() => [NaN, 1], /NaN/],
    [() => 3, /two numbers/],
  ],
  "break-even": [
    [24, /the find itself/],
    [0.4, /mixed up/],
    [50, /too large/],
  ],
  "best-threshold": [
    [
      (points: Point[]) => points.reduce((a, b) => (b.found > a.found ? b : a)).threshold,
      /finds most lesions/,
    ],
    [
      (points: Point[]) => points.reduce((a, b) => (b.falsePositives < a.falsePositives ? b : a)).threshold,
      /fewest/,
    ],
    [([first]: Point[]) => first.threshold, /first point/],
    [
      (points: Point[], { judgeS, drawMin }: Pair) => {
        const cost = (p: Point): number => ((p.found + p.falsePositives) * judgeS) / 60 - p.found * drawMin;
        return points.reduce((a, b) => (cost(b) > cost(a) ? b : a)).threshold;
      },
      /worst of them/,
    ],
  ],
  "needed-patients": [
    [61.47, /half of all studies/],
    [4, /with the square/],
    [251, /two groups/],
    [200, /too large/],
  ],
  "own-question": [
    [{ ...plan, question: "Better?" }, /too short/],
    [{ ...plan, question: `${plan.question} Yes` }, /question mark/],
    [{ ...plan, unit: "scan" }, /two people/],
    [{ ...plan, unit: "voxels" }, /no independent/],
    [{ ...plan, n: 1 }, /2 at least/],
    [{ ...plan, outcome: "" }, /outcome/],
    [{ ...plan, comparison: "both" }, /comparison/],
    [{ ...plan, exclusions: [] }, /nobody/],
    [{ ...plan, rule: { kind: "better", margin: 0 } }, /superior, not-worse, equivalent/],
    [{ ...plan, rule: { kind: "equivalent", margin: 0 } }, /nothing is ever shown/],
    ["does it help?", /is asked for/],
  ],
  "own-claim": [
    [{ ...claim, plan }, /sealed plan/],
    [{ ...claim, plan: { ...claim.plan, rule: { kind: "superior", margin: 0 } } }, /not what was sealed/],
    [{ ...claim, excluded: [] }, /Where are the others/],
    [{ ...claim, excluded: [{ count: 3, reason: "" }] }, /count, reason/],
    [{ ...claim, estimate: 0.5 }, /does not lie in it/],
    [{ ...claim, interval: undefined }, /how sure/],
    [{ ...claim, verdict: "holds" }, /not what the rule/],
    [{ ...claim, limits: "none" }, /does not say/],
    [7, /is asked for/],
  ],
};

describe("the exercises' tests", () => {
  for (const [id, slips] of Object.entries(wrong).filter(([, each]) => each.length > 0))
    it(`name the slip: ${id}`, async () => {
      const exercise = findExercise(id, "test");
      // Others than the usual values, and other tries, tell the same slips of functions apart.
      const readers = exercise.kind === "function" ? [undefined, createKey(1), createKey(2)] : [undefined];
      for (const reader of readers)
        for (const [answer, remark] of slips) {
          const verdict = await exercise.test(answer, valuesOf(exercise, reader), triesOf(exercise, reader));
          assert.match(String(verdict), remark, `${id}: ${String(answer)}`);
        }
    });

  it("can all be passed, whatever values a reader has", async () => {
    for (let seed = 0; seed < 300; seed++) {
      const draw = (id: string): any => valuesOf(findExercise(id, "test"), createKey(seed));
      const judge = async (id: string, answer: unknown): Promise<void> => {
        const exercise = findExercise(id, "test");
        const verdict = await exercise.test(answer, draw(id), triesOf(exercise, createKey(seed)));
        assert.equal(verdict, true, `${id}, seed ${seed}: ${JSON.stringify(draw(id))}`);
      };
      await judge("plan-budget", { sizes: [10, 20, 40, 80], seeds: 3 });
      const { voxels, windows } = draw("window-budget");
      const size = 8 * Math.ceil((2 * voxels) / (windows + 1) / 8);
      await judge("window-budget", { size, step: size / 2 });
      const { hu } = draw("what-is-there");
      const choice = hu < -500 ? "a" : hu < -50 ? "b" : hu < 100 ? "c" : "d";
      await judge("what-is-there", { choice, reason: because });
      const { judgeS, drawMin } = draw("break-even");
      await judge("break-even", (60 * drawMin) / judgeS - 1);
      const { tp, fp, fn } = draw("dice-of-counts");
      await judge("dice-of-counts", (2 * tp) / (2 * tp + fp + fn));
      await judge("halved-error", 2 ** (1 / draw("halved-error").b));
      const { before, after } = draw("relative-gain");
      await judge("relative-gain", (100 * (after - before)) / before);
      const { scans, twice } = draw("people-count");
      await judge("people-count", scans - twice);
      const { large, small } = draw("orders-of-magnitude");
      await judge("orders-of-magnitude", Number(Math.log10(large / small).toFixed(2)));
      const { fromMm, toMm } = draw("grown-volume");
      await judge("grown-volume", (toMm / fromMm) ** 3);
      const { sdPoints, differencePoints } = draw("needed-patients");
      await judge("needed-patients", ((2.8 * sdPoints) / differencePoints) ** 2);
      await judge("own-question", plan);
      await judge("own-claim", claim);
    }
  });
});
