import assert from "node:assert/strict";
import { LabError } from "tumorlab/internal/core/errors";
import { exportCroissant } from "tumorlab/internal/data/export-croissant";
import { exportNnunet } from "tumorlab/internal/data/export-nnunet";
import { listDownloads } from "tumorlab/internal/data/manifest";
import type { CohortManifest } from "tumorlab/internal/data/manifest";
import { openAllCohorts, openCohort } from "tumorlab/internal/data/open-cohort";

describe("exportNnunet", () => {
  it("gives what nnU-Net reads", async () => {
    assert.deepEqual(exportNnunet(await openCohort("msd-liver")), {
      channel_names: { 0: "CT" },
      labels: { background: 0, liver: 1, liver_tumor: 2 },
      numTraining: 131,
      file_ending: ".nii.gz",
      name: "msd-liver",
      description: "Liver and liver tumors; the same scans as LiTS.",
      reference: "http://medicaldecathlon.com/",
      licence: "CC-BY-SA-4.0",
      release: "2019-02",
    });
  });

  it("takes the number of cases where the manifest has none", async () => {
    const phantom = await openCohort("phantom");
    assert.throws(
      () => exportNnunet(phantom),
      /numTraining: found null, expected the number of cases. Give it with --cases/,
    );
    const dataset = exportNnunet(phantom, { numTraining: 12 });
    assert.equal(dataset.numTraining, 12);
    assert.ok(!("reference" in dataset) && !("release" in dataset));
    assert.throws(() => exportNnunet(phantom, { numTraining: 1.5 }), /a whole number/);
  });

  it("exports every manifest or says what it lacks", async () => {
    const refused: string[] = [];
    for (const manifest of await openAllCohorts()) {
      try {
        const { labels, numTraining } = exportNnunet(manifest, { numTraining: manifest.numTraining ?? 1 });
        assert.deepEqual(
          Object.values(labels).sort((a, b) => a - b),
          Object.keys(labels).map((_, i) => i),
          manifest.name,
        );
        assert.ok(numTraining > 0);
      } catch (error) {
        assert.ok(error instanceof LabError && error.message.includes(manifest.name), String(error));
        refused.push(manifest.name);
      }
    }
    assert.deepEqual(refused, [
      "3d-ircadb",
      "abdomenatlas-3.0-mini",
      "chaos",
      "healthyct",
      "jhh",
      "nih-pancreas-ct",
    ]);
  });
});

describe("exportCroissant", () => {
  let all: CohortManifest[];
  before(async () => (all = await openAllCohorts()));

  it("has the structure of Croissant 1.1 for every manifest, and ids that are used once and exist", () => {
    for (const manifest of all) {
      const { dataset, missing, withoutChecksum } = exportCroissant(manifest);
      const json = JSON.parse(JSON.stringify(dataset));
      assert.equal(hasNull(json), false, manifest.name);
      assert.equal(json["@type"], "sc:Dataset");
      assert.equal(json["@context"].cr, "http://mlcommons.org/croissant/");
      assert.equal(json["@context"]["@vocab"], "https://schema.org/");
      assert.ok(json.conformsTo.includes("http://mlcommons.org/croissant/1.1"));
      for (const field of ["name", "description"]) assert.ok(json[field], field);
      for (const field of ["license", "url", "creator", "datePublished", "distribution"])
        assert.equal(json[field] === undefined, missing.includes(field), `${manifest.name}: ${field}`);

      const distribution = json.distribution ?? [];
      const bare = distribution.filter(
        (object: any) => object["@type"] === "cr:FileObject" && !object.sha256 && !json.isLiveDataset,
      );
      assert.deepEqual(
        bare.map((object: any) => object["@id"]),
        withoutChecksum,
      );
      const objects = [
        ...distribution,
        ...json.recordSet,
        ...json.recordSet.flatMap((set: any) => set.field),
      ];
      const ids = objects.map((object: any) => object["@id"]);
      assert.equal(new Set(ids).size, ids.length, manifest.name);
      for (const object of distribution) {
        assert.ok(["cr:FileObject", "cr:FileSet"].includes(object["@type"]));
        assert.ok(object.encodingFormat);
        for (const { "@id": container } of object.containedIn ?? [])
          assert.ok(ids.includes(container), container);
        if (object["@type"] === "cr:FileObject") assert.match(object.contentUrl, /^https?:/);
        else assert.match(object.includes, /\*/);
      }
      for (const set of json.recordSet) {
        const fields = set.field.map((field: any) => field["@id"]);
        assert.ok(fields.includes(set.key["@id"]));
        for (const field of set.field)
          assert.ok([field.dataType].flat().some((type: string) => /^sc:(Text|Integer|URL)$/.test(type)));
        assert.ok(set.data.length > 0);
        for (const row of set.data) assert.deepEqual(Object.keys(row).sort(), [...fields].sort());
      }
      for (const used of termsOf(json))
        assert.ok(used.includes(":") || isDefined(used, json["@context"]), used);
    }
  });

  it("says of a set what its manifest says", async () => {
    const { dataset, missing, withoutChecksum } = exportCroissant(await openCohort("msd-pancreas"));
    const json = dataset as any;
    assert.deepEqual([missing, withoutChecksum], [[], []]);
    assert.equal(json.license, "https://spdx.org/licenses/CC-BY-SA-4.0.html");
    assert.deepEqual(json.distribution[0], {
      "@type": "cr:FileObject",
      "@id": "Task07_Pancreas.tar",
      name: "Task07_Pancreas.tar",
      description: "Holds images and labels.",
      contentUrl: "https://msd-for-monai.s3-us-west-2.amazonaws.com/Task07_Pancreas.tar",
      encodingFormat: "application/x-tar",
      sha256: "e40181a0229ca85c2588d6ebb90fa6674f84eb1e66f0f968cda088d011769732",
    });
    assert.equal(json.distribution[1].includes, "Task07_Pancreas/imagesTr/*.nii.gz");
    assert.deepEqual(json.distribution[1].containedIn, [{ "@id": "Task07_Pancreas.tar" }]);
    const [splits, labels] = json.recordSet;
    assert.equal(splits.dataType, "cr:Split");
    assert.deepEqual(splits.data[0], {
      "splits/name": "training",
      "splits/url": "cr:TrainingSplit",
      "splits/scans": 281,
    });
    assert.equal(splits.data[1]["splits/url"], "cr:TestSplit");
    assert.deepEqual(
      labels.data.map((row: any) => row["labels/name"]),
      ["background", "pancreas", "pancreas_tumor"],
    );
    assert.ok(
      json["rai:dataLimitations"].some((line: string) => line.startsWith("Shares 194 scans with panorama.")),
    );
    assert.match(json["rai:dataCollection"], /venous/);
  });

  it("names what no source gives instead of making it up", async () => {
    const { dataset, missing } = exportCroissant(await openCohort("healthyct"));
    assert.deepEqual(missing, ["creator", "datePublished", "distribution"]);
    assert.ok(!("datePublished" in dataset));
    const jhh = exportCroissant(await openCohort("jhh")).dataset as any;
    assert.deepEqual(jhh.license, { "@type": "sc:CreativeWork", name: "proprietary" });
    const ircad = exportCroissant(await openCohort("3d-ircadb"));
    assert.ok(ircad.missing.includes("license"));
    assert.equal((ircad.dataset as any).isLiveDataset, true);
    assert.deepEqual(ircad.withoutChecksum, []);
    const [split] = (ircad.dataset as any).recordSet[0].data;
    assert.deepEqual(split, { "splits/name": split["splits/name"], "splits/url": null, "splits/scans": 20 });
  });

  it("writes numbered files out, each under its own id", async () => {
    const kits = await openCohort("kits23");
    const { dataset, withoutChecksum } = exportCroissant(kits);
    assert.equal(withoutChecksum.length, listDownloads(kits).length);
    const files = (dataset as any).distribution.filter((object: any) => object["@type"] === "cr:FileObject");
    assert.equal(files.length, listDownloads(kits).length);
    assert.equal(files[0]["@id"], "case_00000/imaging.nii.gz");
    assert.equal(files.at(-1)["@id"], "case_00588/segmentation.nii.gz");
  });
});

/** Whether a value outside inline data is null: JSON-LD drops those. */
function hasNull(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasNull);
  if (typeof value !== "object" || value === null) return value === null;
  return Object.entries(value).some(([key, below]) => key !== "data" && hasNull(below));
}

/** Keys of all objects below, but those of inline data and of the context. */
function termsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(termsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) =>
    key === "@context" ? [] : key === "data" ? [key] : [key, ...termsOf(below)],
  );
}

/** Croissant's own terms stand in the context; the others are schema.org's, by `@vocab`. */
function isDefined(term: string, context: Record<string, unknown>): boolean {
  const ofSchemaOrg =
    "name alternateName description license url creator datePublished keywords distribution contentUrl contentSize encodingFormat sha256";
  return term.startsWith("@") || term in context || ofSchemaOrg.split(" ").includes(term);
}
