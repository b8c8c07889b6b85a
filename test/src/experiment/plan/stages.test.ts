import assert from "node:assert/strict";
import { checkPlan } from "tumorlab/internal/experiment/plan/check-plan";
import { describeDesign } from "tumorlab/internal/experiment/plan/describe-plan";
import { hashPlan, listTrials } from "tumorlab/internal/experiment/plan/plan";
import { describeStages, findStage, type PlanStage, stageOf } from "tumorlab/internal/experiment/plan/stages";
import { handMadePlan } from "../hand-made-results.js";

const grown = handMadePlan({
  version: 2,
  seeds: [1, 2, 3],
  stages: [
    { name: "first look" },
    { name: "more seeds", why: "the interval straddled its margin", seeds: [3] },
    { name: "a size", sizes: [4] },
  ],
});

describe("the stages of a plan that has grown", () => {
  it("are each trial's by the last that adds something of it", () => {
    const counts = [0, 0, 0];
    for (const trial of listTrials(grown)) {
      const expected = trial.size === 4 ? 2 : trial.seed === 3 ? 1 : 0;
      assert.equal(stageOf(grown, trial), expected);
      counts[expected]++;
    }
    // Two arms: sizes 1 and 2 of seeds 1 and 2, of seed 3, and size 4 of all three.
    assert.deepEqual(counts, [8, 4, 6]);
    const plain = { ...grown, stages: undefined };
    assert.ok(listTrials(plain).every((trial) => stageOf(plain, trial) === 0));
  });

  it("are part of the plan's hash, and are said with their reason", () => {
    const plain = { ...grown, stages: undefined };
    assert.notEqual(hashPlan(checkPlan(grown)), hashPlan(plain));
    const [more, size, ...rest] = describeStages(grown);
    assert.match(
      more,
      /^stage more seeds was added after a look .*: seeds 3 \(the interval straddled its margin\)\./,
    );
    assert.match(size, /^stage a size .*: sizes 4\. .*stage first look alone/);
    assert.deepEqual(rest, []);
    assert.deepEqual(describeStages(grown, "more seeds"), [more]);
    assert.deepEqual(describeStages(grown, "first look"), []);
    assert.deepEqual(describeStages(plain), []);
    assert.ok(describeDesign(grown).includes(more));
    assert.throws(
      () => findStage(grown, "last"),
      /stage: found "last", expected first look, more seeds, a size/,
    );
    assert.throws(() => findStage(plain, "last"), /expected none: the plan has no stages/);
  });

  const refused: [string, PlanStage[], RegExp][] = [
    ["one alone", [{ name: "a" }], /^stages: found/],
    [
      "a first one that adds",
      [
        { name: "a", seeds: [1] },
        { name: "b", seeds: [2] },
      ],
      /^stages\[0\]\.seeds: .*first stage/,
    ],
    [
      "a later one that adds nothing",
      [{ name: "a" }, { name: "b" }],
      /^stages\[1\]: found "b".* add a trial/,
    ],
    ["a name twice", [{ name: "a" }, { name: "a", seeds: [3] }], /^stages\[1\]\.name: found "a"/],
    [
      "a seed of nobody",
      [{ name: "a" }, { name: "b", seeds: [9] }],
      /^stages\[1\]\.seeds: found 9, .*1, 2, 3/,
    ],
    [
      "an arm of nobody",
      [{ name: "a" }, { name: "b", arms: ["x"] }],
      /^stages\[1\]\.arms: found "x", .*real/,
    ],
    [
      "an organ of nobody",
      [{ name: "a" }, { name: "b", organs: ["liver"] }],
      /^stages\[1\]\.organs: .*kidney/,
    ],
    [
      "all of them later",
      [{ name: "a" }, { name: "b", seeds: [1, 2, 3] }],
      /^stages\[0\]: found "a".*no later/,
    ],
    [
      "a seed twice",
      [{ name: "a" }, { name: "b", seeds: [3] }, { name: "c", seeds: [3] }],
      /^stages\[2\]\.seeds: found 3, .*no stage above/,
    ],
    ["a field of no stage", [{ name: "a" }, { name: "b", seed: 3 } as never], /^stages\[1\]/],
  ];
  for (const [what, stages, message] of refused)
    it(`refuses ${what}, naming the field`, () => {
      assert.throws(
        () => checkPlan({ ...grown, stages }),
        (error: Error) =>
          message.test(error.message.replace(/^LabError: /, "")) || assert.fail(error.message),
      );
    });

  it("are of version 2", () => {
    assert.throws(() => checkPlan({ ...grown, version: 1 }), /version: found 1, expected 2/);
  });
});
