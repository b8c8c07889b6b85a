import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { checkPlan } from "tumorlab/internal/experiment/plan/check-plan";
import { createPlan } from "tumorlab/internal/experiment/plan/create-plan";
import { describeDesign } from "tumorlab/internal/experiment/plan/describe-plan";
import { hashPlan } from "tumorlab/internal/experiment/plan/plan";
import {
  parsePreregistration,
  preregister,
  type Preregistration,
  preregistrationOf,
} from "tumorlab/internal/experiment/plan/preregistration";
import { projectFolder } from "tumorlab/internal/platform/locations";

const question = {
  id: "people-or-tumors",
  question: "Do synthetic tumors help beyond the healthy people they are put into?",
  measure: "area",
  rule: "superior",
  margin: 0,
  organ: "pancreas",
  arm: "real+synthetic",
  against: "real+healthy",
} as const;
const found: Preregistration = {
  version: 1,
  title: "The experiment to its plateau",
  date: "2026-01-31",
  primary: [question],
  secondary: [
    {
      ...question,
      id: "plateau",
      measure: "difference",
      rule: "not-worse",
      margin: 0.03,
      arm: "real",
      against: "real",
      size: 160,
      againstSize: 320,
    },
    { ...question, id: "steepen", measure: "slope", rule: "estimate", against: "real" },
    { ...question, id: "elsewhere", measure: "gain-gap", rule: "equivalent", margin: 0.03, against: "real" },
  ],
  family: "holm",
  level: 0.95,
};
const text = `${JSON.stringify(found, undefined, 2)}\n`;

describe("the preregistration of a plan", () => {
  const medium = createPlan("medium");

  it("is kept as the file was, with the sha256 that everybody's tools print", () => {
    const plan = preregister(medium, text);
    assert.equal(plan.preregistration!.sha256, createHash("sha256").update(text).digest("hex"));
    assert.deepEqual(preregistrationOf(checkPlan(JSON.parse(JSON.stringify(plan)))), found);
    assert.notEqual(hashPlan(plan), hashPlan(medium));
    assert.equal(preregistrationOf(medium), undefined);
    assert.match(
      describeDesign(plan).join("\n"),
      /preregistered \([0-9a-f]{12}\): 1 primary and 3 secondary questions, Holm/,
    );
  });

  it("makes a plan of version 1 one of version 2", () => {
    const own = { ...found, primary: [{ ...question, organ: "kidney", against: "real" }], secondary: [] };
    const plan = preregister(createPlan("tiny"), JSON.stringify(own));
    assert.equal(plan.version, 2);
    assert.equal(checkPlan(plan), plan);
  });

  it("is refused where it was changed", () => {
    const plan = preregister(medium, text);
    plan.preregistration = {
      ...plan.preregistration!,
      text: text.replace('"margin": 0.03', '"margin": 0.09'),
    };
    assert.throws(
      () => checkPlan(plan),
      /preregistration\.sha256: found .* It was changed after it was put into the plan/,
    );
  });

  for (const [kind, form] of [
    ["with the ends of lines of Windows", text.replaceAll("\n", "\r\n")],
    ["with a byte order mark", `\uFEFF${text}`],
    ["with both", `\uFEFF${text.replaceAll("\n", "\r\n")}`],
  ])
    it(`is read and kept ${kind}`, () => {
      const plan = checkPlan(JSON.parse(JSON.stringify(preregister(medium, form))));
      assert.deepEqual(plan.preregistration, {
        sha256: createHash("sha256").update(Buffer.from(form, "utf8")).digest("hex"),
        text: form,
      });
      assert.deepEqual(preregistrationOf(plan), found);
    });

  it("may ask for the difference of two sizes of one arm, and has a day of a leap year", () => {
    const primary = [{ ...found.secondary[0], margin: 0.01, rule: "equivalent" }];
    preregister(medium, JSON.stringify({ ...found, date: "2028-02-29", primary, secondary: [] }));
  });

  const refused: [string, (edit: any) => void, RegExp][] = [
    ["no primary question", (p) => (p.primary = []), /primary: /],
    ["an id twice", (p) => (p.secondary[0].id = "steepen"), /id: found "steepen", expected each id once/],
    ["an id with blanks", (p) => (p.primary[0].id = "a b"), /primary\[0\]\.id: found "a b"/],
    [
      "a measure that is none",
      (p) => (p.primary[0].measure = "feeling"),
      /primary\[0\]\.measure: found "feeling"/,
    ],
    ["a rule that is none", (p) => (p.primary[0].rule = "good"), /primary\[0\]\.rule: found "good"/],
    ["a margin below 0", (p) => (p.primary[0].margin = -0.1), /primary\[0\]\.margin: found -0\.1/],
    ["a family that is none", (p) => (p.family = "royal"), /family: found "royal"/],
    ["a level of half", (p) => (p.level = 0.5), /level: found 0\.5/],
    ["a date in words", (p) => (p.date = "soon"), /date: found "soon"/],
    ["a field that there is not", (p) => (p.wish = 1), /preregistration: found "wish"/],
    [
      "an arm that the plan has not",
      (p) => (p.primary[0].arm = "magic"),
      /primary\[0\]\.arm: found "magic", expected an arm of the plan: real, /,
    ],
    [
      "an organ that the plan has not",
      (p) => (p.primary[0].organ = "liver"),
      /primary\[0\]\.organ: found "liver", .*: pancreas/,
    ],
    [
      "a difference without a size",
      (p) => delete p.secondary[0].size,
      /secondary\[0\]\.size: found undefined, expected one of 10, 20/,
    ],
    [
      "a size that the arm has not",
      (p) => (p.secondary[0].againstSize = 641),
      /secondary\[0\]\.againstSize: found 641, expected one of/,
    ],
    [
      "an equivalence that can never hold",
      (p) => (p.secondary[2].margin = 0),
      /secondary\[2\]\.margin: found 0, expected a number above 0 for the rule equivalent/,
    ],
    [
      "an arm against itself over all sizes",
      (p) => (p.primary[0].against = "real+synthetic"),
      /primary\[0\]\.against: found "real\+synthetic", expected another arm than real\+synthetic/,
    ],
    [
      "an arm against itself at one size",
      (p) => (p.secondary[0].againstSize = 160),
      /secondary\[0\]\.against: found "real", expected another arm, or another size in againstSize/,
    ],
    [
      "an arm against itself at the one size that is named",
      (p) => delete p.secondary[0].againstSize,
      /secondary\[0\]\.against: found "real", expected another arm, or another size/,
    ],
    ["a month that there is not", (p) => (p.date = "2026-99-99"), /date: found "2026-99-99", expected a day/],
    [
      "a day that its month has not",
      (p) => (p.date = "2026-02-29"),
      /date: found "2026-02-29", expected a day/,
    ],
    ["a size of an area", (p) => (p.primary[0].size = 10), /primary\[0\]\.size: found 10, expected none/],
  ];
  for (const [what, edit, message] of refused)
    it(`is refused with ${what}, naming the field`, () => {
      const changed = structuredClone(found);
      edit(changed);
      assert.throws(
        () => preregister(medium, JSON.stringify(changed)),
        (error: Error) => message.test(error.message) || assert.fail(error.message),
      );
    });

  it("is refused where it is no JSON", () => {
    assert.throws(
      () => parsePreregistration("# questions"),
      /preregistration: found "# questions", expected JSON/,
    );
  });

  for (const preset of ["medium", "organs"] as const)
    it(`that is committed for the preset ${preset} asks what its plan can answer`, async () => {
      const file = path.join(projectFolder, "notebooks", "results", `jhh-in-${preset}.prereg.json`);
      const plan = preregister(createPlan(preset), await readFile(file, "utf8"));
      const { primary, secondary, family } = preregistrationOf(plan)!;
      assert.deepEqual(
        primary.map(({ id }) => id),
        ["tumors"],
      );
      assert.equal(family, "holm");
      // Every arm of the plan is asked about.
      const asked = new Set([...primary, ...secondary].flatMap(({ arm, against }) => [arm, against]));
      assert.deepEqual([...asked].sort(), plan.arms.map(({ name }) => name).sort());
    });
});
