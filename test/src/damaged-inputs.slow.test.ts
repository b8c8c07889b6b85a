import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { openLabelMap } from "tumorlab/internal/anatomy/label-maps";
import { LabError } from "tumorlab/internal/core/errors";
import { createKey } from "tumorlab/internal/core/random";
import { readDataset } from "tumorlab/internal/data/layouts";
import { openCohort } from "tumorlab/internal/data/open-cohort";
import { readPlan } from "tumorlab/internal/experiment/run/experiment-folder";
import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import { loadModel, saveModel } from "tumorlab/internal/model/store";
import { initializeWeights } from "tumorlab/internal/model/weights";
import { requireMemory } from "tumorlab/internal/nifti/source";
import { parseCurveTable } from "tumorlab/internal/scaling/curve-table";
import { readTrainingConfig } from "tumorlab/internal/training/read-training-config";

/** Reads a text as a parser of the library would find it; only a LabError may come of what is damaged. */
async function read(parse: () => unknown): Promise<void> {
  try {
    await parse();
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
  }
}

describe("damaged inputs", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "tumorlab-damaged-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const cohort = readFileSync(join(__dirname, "../../../data-manifests/cohorts/msd-liver.json"), "utf8");
  const dataset =
    '{"channel_names":{"0":"CT"},"labels":{"background":0,"liver":1},"numTraining":1,"file_ending":".nii.gz"}';
  const parsers: [string, string, (text: string) => unknown][] = [
    ["a label map", '{"1":"liver","2":"tumor"}', (text) => openLabelMap(put("labels.json", text))],
    ["dataset.json", dataset, (text) => (put("dataset.json", text), readDataset(folder))],
    ["a manifest", cohort, (text) => openCohort(put("cohort.json", text))],
    [
      "a plan",
      '{"name":"x","organs":["liver"],"arms":[],"sizes":[1,2],"seeds":[1]}',
      (text) => readPlan(put("plan.json", text)),
    ],
    [
      "a recipe",
      '{"steps":10,"network":{"widths":[4,8]},"optimizer":{}}',
      (text) => readTrainingConfig(put("recipe.json", text)),
    ],
    ["scores", "size,arm,dice\n1,a,0.5\n2,a,0.6\n", (text) => parseCurveTable(text)],
  ];
  for (const [name, whole, parse] of parsers)
    it(`of ${name} end in a LabError and nothing else`, async () => {
      for (const text of [
        "",
        "null",
        "[]",
        "5",
        '"x"',
        "{}",
        '{"__proto__":null}',
        "[".repeat(20_000),
        `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
      ])
        await read(() => parse(text));
      await fc.assert(
        fc.asyncProperty(
          fc.nat(whole.length),
          fc.nat(30),
          fc.string({ maxLength: 6 }),
          async (at, cut, put) => {
            await read(() => parse(whole.slice(0, at) + put + whole.slice(at + cut)));
          },
        ),
        { numRuns: 60 },
      );
      if (!whole.startsWith("{")) return;
      const fields = JSON.parse(whole) as Record<string, unknown>;
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...Object.keys(fields)),
          fc.jsonValue({ maxDepth: 2 }),
          async (field, value) => {
            await read(() => parse(JSON.stringify({ ...fields, [field]: value })));
          },
        ),
        { numRuns: 80 },
      );
    });

  it("of a model are named by field", async () => {
    const config = createNetworkConfig({ classes: 2, widths: [4, 8], patch: [4, 4, 4] });
    const model = join(folder, "model");
    mkdirSync(model);
    await saveModel(model, {
      config,
      weights: initializeWeights(config, createKey(1)),
      classNames: ["background", "liver"],
      spacingMm: [4, 4, 4],
      windowHu: [-175, 250],
    });
    const path = join(model, "model.json");
    const whole = readFileSync(path, "utf8");
    const change = async (edit: (file: any) => void) => {
      const file = JSON.parse(whole);
      edit(file);
      writeFileSync(path, JSON.stringify(file));
      await loadModel(model);
    };
    const wrong: [RegExp, (file: any) => void][] = [
      [/format/, (file) => (file.format = -1)],
      [/classNames/, (file) => (file.userDefinedMetadata.classNames = [-1, -1])],
      [/classNames/, (file) => (file.userDefinedMetadata.classNames = -1)],
      [/classNames/, (file) => (file.userDefinedMetadata.classNames = ["a", "a"])],
      [/weights/, (file) => (file.weightsManifest[0].paths = ["../weights.bin"])],
      [/shape/, (file) => (file.weightsManifest[0].weights[0].shape = [-1])],
      [/tensor/, (file) => (file.weightsManifest[0].weights[0] = null)],
    ];
    for (const [message, edit] of wrong)
      await assert.rejects(change(edit), (error) => error instanceof LabError && message.test(error.message));
    await change(() => {});
    for (const text of ["null", "[]", "5", '{"weightsManifest":5,"format":"layers-model"}']) {
      writeFileSync(path, text);
      await assert.rejects(loadModel(model), LabError);
    }
  });

  it("of an image that needs more memory than there is are refused before any is taken", () => {
    assert.throws(
      () => requireMemory("a.nii.gz", 4 * 2 ** 30, 5 * 2 ** 30),
      /4\.00 GiB of voxels.*5\.00 GiB of memory/,
    );
    requireMemory("a.nii.gz", 4 * 2 ** 30, 6 * 2 ** 30);
    requireMemory("small.nii", 1000, 0);
  });
});
