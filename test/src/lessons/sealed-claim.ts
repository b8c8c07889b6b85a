import { type Claim, type QuestionPlan, sealPlan } from "tumorlab/lessons";

/** A plan without gaps. */
export const plan: QuestionPlan = {
  question: "Do 8 real scans give a better liver Dice than 2?",
  unit: "patient",
  n: 30,
  outcome: "Dice of the liver",
  comparison: "8 scans less 2",
  exclusions: ["nobody"],
  rule: { kind: "superior", margin: 0.01 },
};

/** A claim without gaps. */
export const claim: Claim = {
  plan: sealPlan(plan),
  n: 27,
  excluded: [{ count: 3, reason: "no score" }],
  estimate: 0.02,
  interval: [-0.01, 0.05],
  verdict: "cannot be told",
  limits: "One training each, and phantoms alone.",
};
