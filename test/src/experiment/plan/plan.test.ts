import assert from "node:assert/strict";
import { checkPlan } from "tumorlab/internal/experiment/plan/check-plan";
import { createPlan } from "tumorlab/internal/experiment/plan/create-plan";
import { estimatePlan } from "tumorlab/internal/experiment/plan/estimate-plan";
import {
  hashPlan,
  listTrials,
  type PhantomPlan,
  trainingConfigOf,
} from "tumorlab/internal/experiment/plan/plan";

/** The tiny plan with one change made to a copy of it. */
function change(edit: (plan: PhantomPlan) => void): PhantomPlan {
  const plan = structuredClone(createPlan("tiny"));
  edit(plan);
  return plan;
}

describe("plan of an experiment", () => {
  it("comes in five scales that pass the check as JSON", () => {
    for (const scale of ["tiny", "small", "medium", "organs", "paper"] as const) {
      const plan = createPlan(scale);
      assert.equal(plan.scale, scale);
      assert.deepEqual(checkPlan(JSON.parse(JSON.stringify(plan))), plan);
    }
    assert.throws(
      () => createPlan("huge" as never),
      /preset: found "huge", expected tiny, small, medium, organs, paper/,
    );
    assert.equal(createPlan("tiny", { seeds: [7] }).seeds[0], 7);
  });

  it("small covers what the experiment asks for", () => {
    const plan = createPlan("small");
    const trials = listTrials(plan);
    const pancreas = trials.filter(({ organ }) => organ === "pancreas");
    const count = (of: (trial: (typeof trials)[number]) => unknown) => new Set(pancreas.map(of)).size;
    assert.ok(
      count(({ size }) => size) >= 6 && count(({ arm }) => arm) >= 2 && count(({ seed }) => seed) >= 3,
    );
    assert.equal(plan.organs.length, 6);
    assert.ok(plan.organs.every(({ sizes }) => sizes.length >= 3));
    assert.deepEqual([...new Set(plan.tests.map(({ distribution }) => distribution))].sort(), ["in", "out"]);
  });

  it("lists its trials organ by organ, seed by seed, size by size, arm by arm", () => {
    const plan = change((each) => {
      each.organs = [
        { organ: "liver", sizes: [1, 3] },
        { organ: "uterus", sizes: [2], seeds: [9] },
      ];
    });
    const trials = listTrials(plan);
    assert.deepEqual(
      trials.map(({ index }) => index),
      [...trials.keys()],
    );
    assert.deepEqual(
      trials.map(({ organ, seed, size, arm }) => [organ, seed, size, arm].join(" ")),
      [
        "liver 1 1 real",
        "liver 1 1 real+synthetic",
        "liver 1 3 real",
        "liver 1 3 real+synthetic",
        "liver 2 1 real",
        "liver 2 1 real+synthetic",
        "liver 2 3 real",
        "liver 2 3 real+synthetic",
        "uterus 9 2 real",
        "uterus 9 2 real+synthetic",
      ],
    );
    assert.ok(listTrials(createPlan("tiny")).length >= 12);
  });

  it("has a hash of what it says, not of the order it is written in", () => {
    const plan = createPlan("tiny");
    const turned = Object.fromEntries(Object.entries(plan).reverse()) as unknown as PhantomPlan;
    turned.cohort = Object.fromEntries(Object.entries(plan.cohort).reverse()) as never;
    assert.match(hashPlan(plan), /^[0-9a-f]{64}$/);
    assert.equal(hashPlan(turned), hashPlan(plan));
    assert.notEqual(hashPlan(change((each) => (each.recipe.steps += 1))), hashPlan(plan));
    assert.notEqual(hashPlan(change((each) => each.organs[0].sizes.reverse())), hashPlan(plan));
  });

  it("trains background, the organ and its tumors", () => {
    const recipe = trainingConfigOf(createPlan("tiny"), "kidney");
    assert.deepEqual(recipe.targets, [
      { name: "kidney", structures: ["kidney_left", "kidney_right"] },
      { name: "tumor", structures: ["kidney_lesion"] },
    ]);
    assert.equal(recipe.network.classes, 3);
  });

  const refused: [string, (plan: PhantomPlan) => void, RegExp][] = [
    ["an unknown organ", (p) => (p.organs[0].organ = "brain" as never), /^organs\[0\]\.organ: found "brain"/],
    ["an organ twice", (p) => p.organs.push(p.organs[0]), /^organs\[1\]\.organ: found "kidney"/],
    ["no organ", (p) => (p.organs = []), /^organs: /],
    [
      "a subset larger than the cohort",
      (p) => (p.organs[0].sizes = [2, 5]),
      /^organs\[0\]\.sizes: found 5.* 4 patients/,
    ],
    ["sizes that do not rise", (p) => (p.organs[0].sizes = [2, 2]), /^organs\[0\]\.sizes: found \[2, 2\]/],
    ["a size of a half", (p) => (p.organs[0].sizes = [0.5]), /^organs\[0\]\.sizes/],
    ["an organ that is none", (p) => (p.organs = ["liver"] as never), /^organs\[0\]: found "liver"/],
    ["a seed twice", (p) => (p.seeds = [1, 1]), /^seeds: found \[1, 1\]/],
    ["an organ's seed below 0", (p) => (p.organs[0].seeds = [-1]), /^organs\[0\]\.seeds/],
    [
      "an arm of a baseline's name",
      (p) => (p.arms[0].name = "threshold"),
      /^arms\[0\]\.name: found "threshold", expected another name/,
    ],
    ["classes of its own", (p) => Object.assign(p.recipe, { targets: [] }), /^recipe: found "targets"/],
    [
      "a memory of 1",
      (p) => Object.assign(p.recipe.optimizer, { beta2: 1 }),
      /^recipe\.optimizer\.beta2: found 1/,
    ],
    [
      "an endless network",
      (p) => Object.assign(p.recipe.network, { encoderBlocks: [1, 1e9] }),
      /^recipe\.network\.encoderBlocks/,
    ],
    ["an endless scan", (p) => (p.cohort.shape = [1e9, 32, 32]), /^cohort\.shape/],
    ["no steps", (p) => (p.recipe.steps = 0), /^recipe\.steps: found 0/],
    [
      "a bad learning rate",
      (p) => (p.recipe.optimizer.learningRate = -1),
      /^recipe\.optimizer\.learningRate/,
    ],
    [
      "a recipe without a network",
      (p) => delete (p.recipe as Partial<typeof p.recipe>).network,
      /^recipe\.network/,
    ],
    [
      "a network of other classes",
      (p) => (p.recipe.network = { ...p.recipe.network, classes: 4 }),
      /^recipe\.network\.classes: found 4, expected 3/,
    ],
    ["test patients in the training", (p) => (p.tests[0].seed = 1), /^tests\[0\]\.seed: found 1.*training/],
    [
      "two tests of the same patients",
      (p) => p.tests.push({ ...p.tests[0], name: "again" }),
      /^tests\[2\]\.seed/,
    ],
    ["two tests of a name", (p) => p.tests.push({ ...p.tests[0], seed: 5 }), /^tests\[2\]\.name: found "ID"/],
    ["no tests", (p) => (p.tests = []), /^tests: /],
    [
      "a test far away called near",
      (p) => (p.tests[1].distribution = "in"),
      /^tests\[1\]\.distribution: found "in", expected out/,
    ],
    [
      "a test at home called far",
      (p) => (p.tests[0].distribution = "out"),
      /^tests\[0\]\.distribution: found "out", expected in/,
    ],
    [
      "an unknown hospital of a test",
      (p) => (p.tests[0].hospital = "nowhere"),
      /^tests\[0\]\.hospital: found "nowhere"/,
    ],
    ["controls below 0", (p) => (p.tests[0].controls = -1), /^tests\[0\]\.controls/],
    ["no test patients", (p) => (p.tests[0].patients = 0), /^tests\[0\]\.patients/],
    ["an unknown hospital", (p) => (p.cohort.hospital = "nowhere"), /^cohort\.hospital: found "nowhere"/],
    ["a cohort without patients", (p) => (p.cohort.patients = 0), /^cohort\.patients/],
    ["a shape of two numbers", (p) => (p.cohort.shape = [32, 32] as never), /^cohort\.shape/],
    ["a spacing of 0", (p) => (p.cohort.spacingMm = [0, 1, 1]), /^cohort\.spacingMm/],
    ["a margin below 0", (p) => (p.cohort.marginMm = -1), /^cohort\.marginMm/],
    [
      "no scans for synthetic tumors",
      (p) => (p.cohort.healthy = 0),
      /^cohort\.healthy: found 0.*real\+synthetic/,
    ],
    ["a cohort that is a list", (p) => (p.cohort = [] as never), /^cohort: /],
    ["an arm without cases", (p) => (p.arms[0].realPerCase = 0), /^arms\[0\]: .*learn from/],
    ["half a real case", (p) => (p.arms[0].realPerCase = 0.5 as never), /^arms\[0\]\.realPerCase/],
    [
      "a synthetic case and a half",
      (p) => (p.arms[1].syntheticPerReal = 1.5),
      /^arms\[1\]\.syntheticPerReal/,
    ],
    ["an arm twice", (p) => p.arms.push(p.arms[0]), /^arms\[2\]\.name: found "real"/],
    ["an arm without a name", (p) => (p.arms[0].name = " "), /^arms\[0\]\.name/],
    ["no arms", (p) => (p.arms = []), /^arms: /],
    [
      "an unknown generator",
      (p) => (p.synthesis.generator = "dream"),
      /^synthesis\.generator: found "dream".*handcrafted/,
    ],
    [
      "a mix of nothing",
      (p) => (p.synthesis.mix = { tiny: 0, small: 0, medium: 0, large: 0 }),
      /^synthesis\.mix/,
    ],
    ["a mix of unknown sizes", (p) => (p.synthesis.mix = { giant: 1 } as never), /^synthesis\.mix/],
    [
      "a rule there is none of",
      (p) => (p.metrics.policy = "kind" as never),
      /^metrics\.policy: found "kind"/,
    ],
    ["a tolerance below 0", (p) => (p.metrics.toleranceMm = -1), /^metrics\.toleranceMm/],
    ["another version", (p) => (p.version = 3 as never), /^version: found 3/],
    ["another scale", (p) => (p.scale = "huge" as never), /^scale: found "huge"/],
    ["a name that is none", (p) => (p.name = ""), /^name: /],
    ["a field left out", (p) => delete (p as Partial<typeof p>).tests, /^tests: found undefined/],
    ["a field that plans have not", (p) => Object.assign(p, { step: 5 }), /^plan: found "step"/],
  ];
  for (const [what, edit, message] of refused)
    it(`refuses ${what}, naming the field`, () => {
      assert.throws(
        () => checkPlan(change(edit)),
        (error: Error) => message.test(error.message) || assert.fail(error.message),
      );
    });

  it("refuses every field that is missing, of another type or unknown, and says where it is", () => {
    const places: (string | number)[][] = [[]];
    const walk = (value: unknown, path: (string | number)[]): void => {
      if (typeof value !== "object" || value === null) return;
      for (const [name, each] of Object.entries(value)) {
        const place = [...path, Array.isArray(value) ? Number(name) : name];
        places.push(place);
        walk(each, place);
      }
    };
    walk(createPlan("tiny"), []);
    assert.ok(places.length > 100);
    let refusals = 0;
    const refuses = (place: (string | number)[], edit: (holder: never, name: never) => void): void => {
      const plan = structuredClone(createPlan("tiny")) as unknown;
      const holder = place.slice(0, -1).reduce((value: unknown, name) => (value as never)[name], plan);
      edit(holder as never, place.at(-1) as never);
      assert.throws(
        () => checkPlan(plan),
        (error: Error) =>
          (error.name === "LabError" && error.message.startsWith(String(place.length > 1 ? place[0] : ""))) ||
          assert.fail(`${place.join(".")}: ${error.name} ${error.message}`),
        place.join("."),
      );
      refusals++;
    };
    for (const place of places.slice(1)) {
      const name = place.at(-1);
      for (const wrong of [null, {}, [], -1.5, true]) {
        // What these fields may well be.
        if (wrong === true && name === "deepSupervision") continue;
        if (wrong === -1.5 && place[1] === "windowHu") continue;
        refuses(place, (holder, field) => void (holder[field] = wrong as never));
      }
      if (typeof name === "string") refuses(place, (holder, field) => void delete holder[field]);
      if (name !== "name") refuses(place, (holder, field) => void (holder[field] = "7" as never));
    }
    for (const place of places) {
      const value = place.reduce((holder: unknown, name) => (holder as never)[name], createPlan("tiny"));
      if (typeof value !== "object" || Array.isArray(value)) continue;
      refuses([...place, "stray"], (holder) => void Object.assign(holder, { stray: 1 }));
    }
    assert.ok(refusals > 500);
  });

  it("refuses what is no plan at all", () => {
    for (const value of [undefined, null, 3, "plan", []])
      assert.throws(() => checkPlan(value), /^LabError: plan: /);
  });

  it("tells what it will take: twice the seeds, twice the trials; twice the workers, half the hours", () => {
    const one = estimatePlan(createPlan("tiny", { seeds: [1] }));
    const two = estimatePlan(createPlan("tiny"), 2);
    assert.equal(two.trials, 2 * one.trials);
    assert.equal(two.scans, 4 + 3 + 10);
    assert.equal(two.hours, two.coreHours / 2);
    assert.ok(one.coreHours > 0 && two.coreHours < 2 * one.coreHours);
    const real = createPlan("tiny", { arms: [{ name: "real", realPerCase: 1, syntheticPerReal: 0 }] });
    assert.equal(estimatePlan(real).scans, 4 + 10, "without synthetic tumors no healthy scans are drawn");
    const bothOrgans = createPlan("tiny", {
      organs: [
        { organ: "kidney", sizes: [1] },
        { organ: "liver", sizes: [1] },
      ],
      tests: createPlan("tiny").tests.map((test) => ({ ...test, controls: 2 })),
    });
    assert.equal(estimatePlan(bothOrgans).scans, 3 + 2 * (4 + 10) + 4, "healthy scans serve all organs");
    const [small, paper] = (["small", "paper"] as const).map((scale) => estimatePlan(createPlan(scale)));
    assert.ok(two.memoryMb < small.memoryMb && small.memoryMb < paper.memoryMb);
    assert.ok(two.coreHours < small.coreHours && small.coreHours < paper.coreHours);
  });
});
