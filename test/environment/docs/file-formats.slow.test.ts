import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as lab from "tumorlab";
import { addClassNames, writeModelClasses } from "tumorlab/internal/anatomy/classes-file";
import { courseCardSchema } from "tumorlab/internal/contracts/course-card";
import { interactPayloadSchema } from "tumorlab/internal/contracts/interact-payload";
import { progressPayloadSchema } from "tumorlab/internal/contracts/progress-payload";
import { trialRecordSchema } from "tumorlab/internal/contracts/run-record";
import { volumePayloadSchema } from "tumorlab/internal/contracts/volume-payload";
import { compileJsonSchema } from "tumorlab/internal/core/json-schema";
import { planSchema, planSchemas } from "tumorlab/internal/experiment/plan/plan-schema";
import { progressSchema } from "tumorlab/internal/lessons/progress/progress";
import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import { saveModel } from "tumorlab/internal/model/store";
import { initializeWeights } from "tumorlab/internal/model/weights";
import { certificateHashesSchema, hashesOf } from "tumorlab/internal/paper/certificate/certificate-hashes";
import { caseRecordSchema } from "tumorlab/internal/synthesis/record-schema";
import { modelPlanSchema } from "tumorlab/internal/training/shipped/model-plan";
import { createVolumePayload } from "tumorlab/internal/viewer/payload";
import { classFileSchema } from "#environment/course/class-file.js";

const root = path.resolve(__dirname, "../../../..");
const readJson = (...names: string[]): any => JSON.parse(readFileSync(path.join(root, ...names), "utf8"));
const text = readFileSync(path.join(root, "environment/docs/pages/file-formats.md"), "utf8");

interface Section {
  example: any;
  fields: string[];
}

/** Sections of the page with their example and the fields of their table. */
const sections = new Map<string, Section>(
  text
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [title] = part.split("\n", 1);
      const example = JSON.parse(/```json\n([\s\S]*?)\n```/.exec(part)![1]);
      const fields = [...part.matchAll(/^\| `([^`]+)`\s+\|/gm)].map(([, name]) => name);
      return [title, { example, fields }];
    }),
);

/** What the code writes in each format: the fields that there can be, and how an example is checked. */
const written: Record<string, (folder: string) => Promise<{ fields: string[]; schema?: any }>> = {
  "Manifest of a data set": async () => {
    const schema = readJson("data-manifests/cohorts/cohort.schema.json");
    return { fields: Object.keys(readJson("data-manifests/cohorts/lits.json")), schema };
  },
  "Plan of an experiment": async () => ({ fields: Object.keys(planSchemas[2].phantoms.properties!) }),
  "Result of a trial": async () => ({
    // What arms of version 2 have more.
    fields: [
      ...withArithmetic(readJson("notebooks/results/jhh-in-small.json").trials[0]),
      "healthyCases",
      "hosts",
      "generatorSha256",
    ],
  }),
  "Record of a trial": async () => ({
    // What trials on folders, those that were taken over, and newer records have more.
    fields: [
      ...withArithmetic(readJson("notebooks/results/jhh-in-small.run.json").records[0]),
      ...["inputs", "reused", "resultSha256"],
    ].filter((name, at, all) => all.indexOf(name) === at),
    schema: trialRecordSchema,
  }),
  "Record of a lesion": async () => {
    const { ct, labels } = await lab.openSample("abdomen-ct");
    const request = { ct, labels, organ: "liver" as const, key: lab.createKey(11), size: { radiusMm: 10 } };
    const { record } = await lab.tumor.handcrafted.synthesize({
      ...request,
      options: { exophyticShare: 0.3 },
    });
    // What a generator that learned has more.
    return { fields: [...Object.keys(record), "weightsSha256"] };
  },
  "Record of a synthetic case": async () => ({
    fields: Object.keys(caseRecordSchema.properties!),
    schema: caseRecordSchema,
  }),
  "Meaning of label values": async (folder) => {
    await addClassNames(folder, { 1: "liver" });
    const plain = JSON.parse(readFileSync(path.join(folder, "classes.json"), "utf8"));
    rmSync(path.join(folder, "classes.json"));
    await writeModelClasses(folder, { targets: [{ name: "liver", structures: ["liver"] }], ignore: [] });
    const ofModel = JSON.parse(readFileSync(path.join(folder, "classes.json"), "utf8"));
    return { fields: [...new Set([...Object.keys(plain), ...Object.keys(ofModel)])] };
  },
  "Tables of scores": async (folder) => {
    for (const [name, score] of [
      ["x", 0.9],
      ["y", 0.8],
    ] as const)
      writeFileSync(path.join(folder, `${name}.csv`), `case,liver\n1,${score}\n2,0.7\n`);
    const tables = ["x", "y"].map((name) => path.join(folder, `${name}.csv`));
    const comparison = await lab.evaluation.compareTables(tables, { metric: "dice" });
    const [structure] = comparison.structures;
    const { example } = sections.get("Tables of scores")!;
    assert.deepEqual(Object.keys(example.structures[0]).sort(), Object.keys(structure).sort());
    return { fields: Object.keys(comparison) };
  },
  Judgment: () => {
    const means = [
      { model: "A", mean: 0.9, n: 20 },
      { model: "B", mean: 0.8, n: 20 },
    ];
    const judgment = lab.evaluation.judgeMeans(means, { correlations: [0.7] });
    const { example } = sections.get("Judgment")!;
    const [shown] = example.structures[0].pairs;
    const [pair] = judgment.structures[0].pairs;
    assert.deepEqual(Object.keys(example.structures[0]).sort(), Object.keys(judgment.structures[0]).sort());
    assert.deepEqual(Object.keys(shown).sort(), Object.keys(pair).sort());
    assert.equal(shown.verdict, pair.verdict);
    assert.ok(Math.abs(shown.sdOfGain - pair.sdOfGain) < 5e-4);
    assert.deepEqual(shown.needed, pair.needed);
    assert.ok(Math.abs(shown.interval.low - pair.interval.low) < 5e-4);
    return Promise.resolve({ fields: Object.keys(judgment) });
  },
  Model: async (folder) => {
    const config = createNetworkConfig({ classes: 2, widths: [4, 8], patch: [4, 4, 4] });
    await saveModel(path.join(folder, "model"), {
      config,
      weights: initializeWeights(config, lab.createKey(1)),
      classNames: ["background", "liver"],
      spacingMm: [4, 4, 4],
      windowHu: [-175, 250],
    });
    const file = JSON.parse(readFileSync(path.join(folder, "model/model.json"), "utf8"));
    const { example } = sections.get("Model")!;
    assert.deepEqual(example.modelTopology, file.modelTopology);
    assert.deepEqual(example.weightsManifest[0].weights[0], file.weightsManifest[0].weights[0]);
    return { fields: Object.keys(file) };
  },
  "Hashes of a certificate": async () => ({
    fields: Object.keys(hashesOf("tiny", [])),
    schema: certificateHashesSchema,
  }),
  "Volume in a notebook": async () => {
    const { ct, labels, files } = await lab.openSample("abdomen-ct");
    const payload = createVolumePayload(ct, labels, { title: "Abdomen CT", maxBytes: 100_000, files });
    const other = createVolumePayload(
      lab.volume.withData(
        ct,
        Float32Array.from(ct.data, (hu) => hu + 3000),
      ),
    );
    const fields = [...new Set([...Object.keys(payload), ...Object.keys(other)])];
    assert.deepEqual([...fields].sort(), Object.keys(volumePayloadSchema.properties!).sort());
    return { fields };
  },
  "Progress in a notebook": async () => ({
    fields: Object.keys(progressPayloadSchema.properties!),
    schema: progressPayloadSchema,
  }),
  "Controls in a notebook": async () => ({
    fields: Object.keys(interactPayloadSchema.properties!),
    schema: interactPayloadSchema,
  }),
  "Progress of a reader": async () => ({
    fields: Object.keys(progressSchema.properties!),
    schema: progressSchema,
  }),
  "Card of a student": async () => ({
    fields: Object.keys(courseCardSchema.properties!),
    schema: courseCardSchema,
  }),
  "Class of a course": async () => ({
    fields: Object.keys(classFileSchema.properties!),
    schema: classFileSchema,
  }),
  "Plan of a network that ships": async () => ({
    fields: Object.keys(modelPlanSchema.properties!),
    schema: modelPlanSchema,
  }),
};

/** The fields of a result or record, also of one that is older than the arithmetic in it. */
function withArithmetic(value: object): string[] {
  return [...new Set([...Object.keys(value), "arithmetic"])];
}

describe("the page of file formats", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "tumorlab-formats-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("has a section for each format that is looked at here", () => {
    assert.deepEqual([...sections.keys()], Object.keys(written));
  });

  for (const [title, write] of Object.entries(written))
    it(`names the fields that are written: ${title}`, async () => {
      const { example, fields } = sections.get(title)!;
      const { fields: real, schema } = await write(folder);
      assert.deepEqual([...fields].sort(), [...real].sort());
      // What may be absent may be absent in the example.
      for (const name of Object.keys(example)) assert.ok(real.includes(name), name);
      if (schema) assert.deepEqual(compileJsonSchema(schema)(example), []);
    });

  it("shows a plan whose fields the schema has", () => {
    const { example } = sections.get("Plan of an experiment")!;
    for (const name of ["cohort", "synthesis", "metrics"])
      assert.deepEqual(
        Object.keys(example[name]).sort(),
        Object.keys((planSchema.properties as any)[name].properties).sort(),
      );
  });
});
