import assert from "node:assert/strict";
import {
  type DecisionRule,
  decideByRule,
  reviewClaim,
  reviewPlan,
  sealPlan,
  writeClaim,
} from "tumorlab/lessons";
import { claim, plan } from "./sealed-claim.js";

describe("a plan", () => {
  it("is reviewed as a whole, a sentence for each gap", () => {
    assert.deepEqual(reviewPlan(plan), []);
    const gaps = reviewPlan({});
    assert.deepEqual(
      gaps.map((gap) => gap.split(":")[0]),
      ["question", "unit", "n", "outcome", "comparison", "exclusions", "rule"],
    );
  });

  it("is not sealed with gaps, and the error names them", () => {
    assert.throws(
      () => sealPlan({ ...plan, n: 0, exclusions: [] }),
      /2 gaps.*n: a whole number.*exclusions/s,
    );
  });

  it("has the same seal for the same fields in any order, and another for any other word or number", () => {
    const { rule, ...rest } = plan;
    assert.equal(sealPlan({ rule, ...rest }).sha256, sealPlan(plan).sha256);
    for (const other of [
      { ...plan, n: 31 },
      { ...plan, question: plan.question.replace("8", "9") },
      { ...plan, exclusions: ["nobody", "somebody"] },
      { ...plan, rule: { ...rule, margin: 0.011 } },
    ])
      assert.notEqual(sealPlan(other).sha256, sealPlan(plan).sha256);
  });

  it("keeps nothing of a field that it does not know", () => {
    assert.deepEqual(sealPlan({ ...plan, note: "x" } as typeof plan), sealPlan(plan));
  });
});

describe("decideByRule", () => {
  const decide = (kind: DecisionRule["kind"], low: number, high: number): string =>
    decideByRule([low, high], { kind, margin: 1 });

  it("asks on which side of the margin the whole interval lies", () => {
    assert.equal(decide("superior", 1.1, 3), "holds");
    assert.equal(decide("superior", 0.5, 3), "cannot be told");
    assert.equal(decide("superior", -3, 0.9), "does not hold");
    assert.equal(decide("not-worse", -0.9, 3), "holds");
    assert.equal(decide("not-worse", -1.1, 3), "cannot be told");
    assert.equal(decide("not-worse", -3, -1.1), "does not hold");
    assert.equal(decide("equivalent", -0.9, 0.9), "holds");
    assert.equal(decide("equivalent", -0.9, 1.1), "cannot be told");
    assert.equal(decide("equivalent", 1.1, 2), "does not hold");
    assert.equal(decide("equivalent", -2, -1.1), "does not hold");
  });
});

describe("a claim", () => {
  it("is whole when everybody is counted and the verdict follows", () => {
    assert.deepEqual(reviewClaim(claim), []);
    assert.deepEqual(reviewClaim({ ...claim, n: 30, excluded: [] }), []);
  });

  it("lists what does not fit, all at once", () => {
    const gaps = reviewClaim({ ...claim, n: 20, verdict: "holds", limits: "" });
    assert.deepEqual(
      gaps.map((gap) => gap.split(":")[0]),
      ["n", "verdict", "limits"],
    );
  });

  it("as a text holds n, interval, exclusions, rule, seal and limits", () => {
    const text = writeClaim(claim);
    for (const part of [
      plan.question,
      "n = 27",
      "0.020 (95 % −0.010 to 0.050)",
      "3 (no score)",
      "superior, margin 0.01",
      claim.plan.sha256.slice(0, 12),
      claim.limits,
      "cannot be told",
    ])
      assert.ok(text.includes(part), part);
    assert.throws(() => writeClaim({ ...claim, verdict: "holds" }), /verdict/);
  });
});
