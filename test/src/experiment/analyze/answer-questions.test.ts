import assert from "node:assert/strict";
import { analyzeExperiment } from "tumorlab/internal/experiment/analyze/analyze";
import { answerQuestions, type QuestionAnswer } from "tumorlab/internal/experiment/analyze/answer-questions";
import {
  preregister,
  type Preregistration,
  type PreregisteredQuestion,
} from "tumorlab/internal/experiment/plan/preregistration";
import { questionTable } from "tumorlab/internal/notebook/question-table";
import { handMadePlan, handMadeResults, withoutTrials, type Asked } from "../hand-made-results.js";

const base = { organ: "kidney", arm: "real+synthetic", against: "real", margin: 0.03 } as const;
const ask = (id: string, more: Partial<PreregisteredQuestion>): PreregisteredQuestion => ({
  ...{ id, question: `What of ${id}?`, measure: "area", rule: "superior" },
  ...base,
  ...more,
});
const questions: PreregisteredQuestion[] = [
  ask("area", {}),
  ask("half", { measure: "difference", rule: "not-worse", size: 2, againstSize: 4 }),
  ask("same", { measure: "difference", rule: "equivalent", size: 4 }),
  ask("slope", { measure: "slope", rule: "superior", margin: 0.02 }),
  ask("outside", { measure: "gain-gap", rule: "estimate" }),
];
const planOf = (options: Partial<Preregistration> = {}) =>
  preregister(
    handMadePlan({ tests: handMadePlan().tests.map((test) => ({ ...test, patients: 12 })) }),
    JSON.stringify({
      ...{ version: 1, title: "Made up", date: "2026-01-31", family: "holm", level: 0.95 },
      ...{ primary: questions.slice(0, 1), secondary: questions.slice(1), ...options },
    }),
  );
/** Patients and seeds differ a little, so that there is something to be unsure of. */
const scores =
  (gain: (asked: Asked) => number, wobble = 0.01) =>
  (asked: Asked): number => {
    if (asked.baseline) return 0;
    const mixed = asked.trial!.arm !== "real";
    const luck = mixed ? wobble * Math.sin(7 * asked.patient + 3 * asked.trial!.seed) : 0;
    return 0.3 + 0.1 * Math.log2(asked.trial!.size) + luck + (mixed ? gain(asked) : 0);
  };
const answer = (dice: (asked: Asked) => number, plan = planOf()): Record<string, QuestionAnswer> => {
  const answers = answerQuestions(analyzeExperiment(handMadeResults(plan, dice), { resamples: 5 }));
  return Object.fromEntries(answers.map((each) => [each.question.id, each]));
};

describe("answerQuestions", () => {
  it("answers each question by its own rule and margin", () => {
    const found = answer(scores(() => 0.1, 0.002));
    assert.deepEqual(
      Object.values(found).map(({ role, verdict }) => `${role} ${verdict}`),
      [
        "primary holds",
        // 2 with synthetic tumors have what 4 have without.
        "secondary holds",
        // A gain of 0.1 is not within 0.03.
        "secondary does not hold",
        // The gain is the same at every size.
        "secondary does not hold",
        "secondary estimate",
      ],
    );
    assert.ok(Math.abs(found.area.measured!.estimate! - 0.1) < 0.01);
    assert.ok(Math.abs(found.half.measured!.estimate!) < 0.01);
    assert.ok(Math.abs(found.outside.measured!.estimate!) < 0.01);
    assert.equal(found.outside.pValue, undefined);
  });

  it("does not take a gain below the margin, nor one that lies across it", () => {
    assert.equal(answer(scores(() => 0.01)).area.verdict, "does not hold");
    const across = answer(scores(() => 0.035, 0.05)).area;
    assert.equal(across.verdict, "cannot be told");
    assert.ok(across.measured!.low < 0.03 && across.measured!.high > 0.03);
  });

  it("reads a slope as the gain that each doubling adds, and the gap as outside less inside", () => {
    const found = answer(
      scores(
        ({ trial, distribution }) => 0.04 * Math.log2(trial!.size) + (distribution === "out" ? 0.06 : 0),
        0.002,
      ),
    );
    assert.ok(Math.abs(found.slope.measured!.estimate! - 0.04) < 0.01);
    assert.equal(found.slope.verdict, "holds");
    assert.ok(Math.abs(found.outside.measured!.estimate! - 0.06) < 0.015);
  });

  it("adjusts by Holm over all questions with a rule, where the preregistration says so", () => {
    const dice = scores(() => 0.05, 0.04);
    const [holm, alone] = [answer(dice), answer(dice, planOf({ family: "none" }))];
    assert.equal(alone.area.adjustedPValue, alone.area.pValue);
    const family = ["area", "half", "same", "slope"].map((id) => holm[id].pValue!);
    const smaller = family.filter((p) => p < holm.area.pValue!).length;
    assert.ok(holm.area.adjustedPValue! >= Math.min(1, holm.area.pValue! * (4 - smaller)) - 1e-12);
    // The p value and the interval of one question say the same.
    for (const id of ["area", "half", "slope"]) {
      const { measured, pValue, question } = alone[id];
      const least = question.rule === "not-worse" ? -question.margin : question.margin;
      assert.equal(measured!.low > least, pValue! < 0.05, id);
    }
  });

  it("says what is missing, counts it in the family, and has nothing to say without a preregistration", () => {
    const plan = planOf();
    const results = withoutTrials(
      handMadeResults(
        plan,
        scores(() => 0.1),
      ),
      ({ arm, size }) => arm === "real" && size === 4,
    );
    const analysis = analyzeExperiment(results, { resamples: 5 });
    const found = answerQuestions(analysis);
    assert.equal(found[2].verdict, "not answered");
    assert.match(found[2].why!, /trials of the sizes that it asks of are missing/);
    assert.ok(
      found[0].adjustedPValue! >= Math.min(1, 4 * found[0].pValue!) - 1e-12,
      "4 questions, though 2 cannot be answered",
    );
    const rows = questionTable(analysis);
    assert.equal(rows[0].rule, "superior, margin 3");
    assert.match(String(rows[2].answer), /^not answered: trials/);
    assert.deepEqual(
      answerQuestions(
        analyzeExperiment(
          handMadeResults(handMadePlan(), () => 0.5),
          { resamples: 2 },
        ),
      ),
      [],
    );
  });

  it("takes organs as draws where it is asked of all, and has no answer where one has no number", () => {
    const gains: Record<string, number> = { kidney: 0.1, liver: 0.04, uterus: 0.07 };
    const organs = Object.keys(gains).map((organ) => ({ organ: organ as "kidney", sizes: [1, 2, 4] }));
    const tests = handMadePlan().tests.map((test) => ({ ...test, patients: 12 }));
    const asked = { ...ask("organs", { organ: "all", rule: "estimate" }) };
    const text = JSON.stringify({
      ...{ version: 1, title: "Made up", date: "2026-01-31", family: "holm", level: 0.95 },
      ...{ primary: [asked], secondary: [] },
    });
    const plan = preregister(handMadePlan({ organs, tests }), text);
    const results = handMadeResults(
      plan,
      scores(({ organ }) => gains[organ], 0),
    );
    const { measured } = answerQuestions(analyzeExperiment(results, { resamples: 5 }))[0];
    // scipy.stats.ttest_1samp([.1, .04, .07], 0).confidence_interval(.95): -0.004524, 0.144524
    assert.ok(Math.abs(measured!.estimate! - 0.07) < 1e-9);
    assert.ok(Math.abs(measured!.low + 0.004524) < 1e-6 && Math.abs(measured!.high - 0.144524) < 1e-6);
    assert.deepEqual(measured!.parts, [{ unit: "organs", count: 3, share: 1 }]);
    const less = withoutTrials(results, ({ organ, arm }) => organ === "liver" && arm === "real");
    const [none] = answerQuestions(analyzeExperiment(less, { resamples: 5 }));
    assert.equal(none.verdict, "not answered");
    assert.match(none.why!, /^liver: no trial of real/);
    assert.throws(() => preregister(handMadePlan({ tests }), text), /primary\[0\]\.organ.*all/s);
  });
});
