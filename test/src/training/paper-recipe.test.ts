import assert from "node:assert/strict";
import { openPublished } from "tumorlab/internal/data/published";
import { createPlan } from "tumorlab/internal/experiment/plan/create-plan";
import { describeDesign } from "tumorlab/internal/experiment/plan/describe-plan";
import { describePaperDifferences } from "tumorlab/internal/experiment/plan/paper-differences";
import { presets, type TrainingConfig } from "tumorlab/internal/training/training-config";

type Config = Omit<TrainingConfig, "targets" | "ignore" | "syntheticShare">;

/** nnU-Net's ResEncM: blocks of each level in its plan for 3D patches. */
const resEncM = {
  encoder: "residual",
  encoderBlocks: [1, 3, 4, 6, 6, 6],
  decoderBlocks: [1, 1, 1, 1, 1],
} as const;
/** What nnU-Net's trainer does unasked (nnUNetTrainer.py): its optimizer, its share of foreground, deep supervision. */
const trainer = { kind: "sgd", momentum: 0.99, weightDecay: 3e-5, power: 0.9, foreground: 0.33, deep: true };

/** The edge of a cube, or the whole shape of what is none. */
const edgeOf = ([x, y, z]: readonly number[]): unknown => (x === y && y === z ? x : [x, y, z]);

const ofConfig: Readonly<Record<string, (config: Config) => unknown>> = {
  spacing: ({ spacingMm }) => edgeOf(spacingMm),
  "window low": ({ windowHu }) => windowHu[0],
  "window high": ({ windowHu }) => windowHu[1],
  "patch edge": ({ network }) => edgeOf(network.patch),
  "learning rate": ({ optimizer }) => optimizer.learningRate,
  "batch size": ({ batch }) => batch,
  "sliding window overlap": ({ overlap }) => overlap,
};

const plan = createPlan("paper");
const ofPlan: Readonly<Record<string, () => unknown>> = {
  "small synthetic share": () => plan.synthesis.mix.small,
  "medium synthetic share": () => plan.synthesis.mix.medium,
  "large synthetic share": () => plan.synthesis.mix.large,
};

/** Settings that more than one field holds, or one field with another; each has a test of its own. */
const together = ["network", "framework", "epochs", "iterations per epoch", "synthetic per real"];

describe("preset paper and training-recipe.json", () => {
  let published: ReadonlyMap<string, unknown>;
  before(async () => {
    const { rows } = await openPublished("training-recipe");
    published = new Map(rows.map(({ setting, value }) => [setting as string, value]));
  });

  it("have no setting that is not compared here", () => {
    assert.deepEqual(
      [...published.keys()].sort(),
      [...Object.keys(ofConfig), ...Object.keys(ofPlan), ...together].sort(),
    );
  });

  for (const [of, config, own] of [
    ["presets.paper", presets.paper, []],
    ['createPlan("paper")', plan.recipe, ["spacing", "patch edge"]],
  ] as const) {
    for (const [setting, field] of Object.entries(ofConfig).filter(([name]) => !own.includes(name as never)))
      it(`agree on the ${setting} of ${of}`, () => assert.equal(field(config), published.get(setting)));

    it(`agree on network and framework of ${of}`, () => {
      assert.equal(published.get("network"), "ResEncM");
      // The plan has a smaller network of its own, see below.
      const { encoder, encoderBlocks, decoderBlocks, deepSupervision: deep } = presets.paper.network;
      assert.deepEqual({ encoder, encoderBlocks, decoderBlocks }, resEncM);
      assert.equal(published.get("framework"), "nnU-Net");
      assert.ok(config.optimizer.kind === "sgd");
      const { kind, momentum, weightDecay, power } = config.optimizer;
      const { foregroundShare: foreground } = config;
      assert.deepEqual({ kind, momentum, weightDecay, power, foreground, deep }, trainer);
    });

    it(`agree on the steps of ${of}: epochs times iterations`, () => {
      const [epochs, iterations] = ["epochs", "iterations per epoch"].map((name) => published.get(name));
      assert.equal(config.steps, Number(epochs) * Number(iterations));
    });
  }

  it("differ in what a cluster can do, and the plan says in what", () => {
    const { patch } = plan.recipe.network;
    const edgeMm = (config: Config): number => config.network.patch[0] * config.spacingMm[0];
    assert.ok(patch[0] < Number(published.get("patch edge")));
    assert.equal(edgeMm(plan.recipe), Number(published.get("patch edge")) * Number(published.get("spacing")));
    const [said, views, ...rest] = describePaperDifferences(plan);
    assert.equal(
      said,
      "trained as far as is known of the publication but for voxels of 3 mm in place of 1.5 mm, a patch of 48 x 48 x 48 (144 mm) in place of 96 x 96 x 96 (144 mm), a plain encoder of widths 16 to 128 in 4 levels in place of residual encoder of widths 32 to 320 in 6 levels, deep supervision off in place of on",
    );
    assert.match(views, /^250,000 steps of 2 patches look at each of 3,159 scans 158 times$/);
    assert.deepEqual(rest, []);
    assert.ok(describeDesign(plan).includes(said));
    assert.deepEqual(describePaperDifferences(createPlan("medium")), []);
    const { targets: _targets, ignore: _ignore, syntheticShare: _share, ...recipe } = presets.paper;
    assert.equal(
      describePaperDifferences({ ...plan, recipe }).length,
      1,
      "nothing differs but the views are said",
    );
  });

  it("agree with training-recipe-details.json on the optimizer and the share of foreground", async () => {
    const { rows } = await openPublished("training-recipe-details");
    const detail = (id: string): unknown => rows.find((row) => row.id === id)!.value;
    const { optimizer, foregroundShare } = presets.paper;
    assert.ok(optimizer.kind === "sgd");
    assert.equal(String(detail("optimizer")).toLowerCase(), optimizer.kind);
    assert.deepEqual(
      [detail("weight-decay"), detail("foreground")],
      [optimizer.weightDecay, 100 * foregroundShare],
    );
  });

  for (const [setting, field] of Object.entries(ofPlan))
    it(`agree on the ${setting}`, () => assert.equal(field(), published.get(setting)));

  it("agree on synthetic scans per real one, in arms and in the share of patches, and add no tiny tumors", () => {
    const perReal = Number(published.get("synthetic per real"));
    const withSynthetic = plan.arms.filter(({ syntheticPerReal }) => syntheticPerReal > 0);
    assert.ok(withSynthetic.length > 0);
    for (const { syntheticPerReal } of withSynthetic) assert.equal(syntheticPerReal, perReal);
    assert.equal(presets.paper.syntheticShare, perReal / (1 + perReal));
    assert.equal(plan.synthesis.mix.tiny, 0);
  });
});
