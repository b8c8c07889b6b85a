import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openLabelMap } from "tumorlab/internal/anatomy/label-maps";
import { LabError } from "tumorlab/internal/core/errors";
import { compileJsonSchema } from "tumorlab/internal/core/json-schema";
import { checkManifest, listDownloads } from "tumorlab/internal/data/manifest";
import type { CohortManifest } from "tumorlab/internal/data/manifest";
import { listCohorts, openAllCohorts, openCohort } from "tumorlab/internal/data/open-cohort";
import { openPublished } from "tumorlab/internal/data/published";

const root = path.resolve(__dirname, "../../../../data-manifests");
const readJson = (...names: string[]): any => JSON.parse(readFileSync(path.join(root, ...names), "utf8"));
type Draft = any;

describe("shipped manifests", () => {
  let all: CohortManifest[];
  before(async () => (all = await openAllCohorts()));

  it("each conform to the published schema, and every fact has its source", () => {
    const check = compileJsonSchema(readJson("cohorts", "cohort.schema.json"));
    for (const name of listCohorts()) {
      const manifest = readJson("cohorts", `${name}.json`);
      assert.deepEqual(check(manifest), [], name);
      assert.deepEqual(checkManifest(manifest), [], name);
    }
    assert.deepEqual(
      all.map(({ name }) => name),
      listCohorts(),
    );
  });

  it("name only sets that have a manifest as sharing scans, and tables with rows of theirs", async () => {
    for (const { name, overlaps, published } of all) {
      for (const overlap of overlaps)
        assert.ok(listCohorts().includes(overlap.with), `${name}: ${overlap.with}`);
      for (const { table, rows } of published) {
        const found = (await openPublished(table)).rows.filter((row) =>
          Object.entries(rows).every(([key, value]) => row[key] === value),
        );
        assert.ok(found.length > 0, `${name}: ${table}`);
      }
    }
  });

  it("tell of each other alike where they share scans", () => {
    const told = new Map(all.map((manifest) => [manifest.name, manifest.overlaps]));
    for (const [name, overlaps] of told)
      for (const { with: other, scans, relation } of overlaps) {
        const back = told.get(other)!.filter((overlap) => overlap.with === name);
        assert.deepEqual(
          back.map((overlap) => overlap.scans),
          [scans],
          `${name} and ${other}`,
        );
        const mirrored = { holds: "within", within: "holds", same: "same" } as const;
        assert.equal(back[0].relation, relation && mirrored[relation], `${name} and ${other}`);
      }
    const lits = told.get("lits")!.find((overlap) => overlap.with === "3d-ircadb")!;
    assert.deepEqual([lits.scans, lits.cases?.[0], lits.cases?.at(-1)], [20, "volume-28", "volume-48"]);
    const shared = told.get("panorama")!.map((overlap) => [overlap.with, overlap.scans]);
    assert.deepEqual(shared, [
      ["msd-pancreas", 194],
      ["nih-pancreas-ct", 80],
    ]);
  });

  it("hold a row for every set of the study", () => {
    const wanted =
      "abdomenatlas-2.0 abdomenatlas-1.0-mini jhh msd-liver msd-pancreas msd-colon msd-hepatic-vessel msd-spleen lits kits23 kipa22 3d-ircadb panorama nih-pancreas-ct btcv chaos amos22 flare23 word totalsegmentator uls23 healthyct phantom";
    for (const name of wanted.split(" ")) assert.ok(listCohorts().includes(name), name);
  });

  it("keep all three versions of the paper's numbers, by reference", async () => {
    const { published, counts } = await openCohort("abdomenatlas-2.0");
    assert.ok(published.some(({ table }) => table === "dataset-versions"));
    const { rows } = await openPublished("dataset-versions");
    assert.deepEqual(
      rows.map(({ ctScans }) => ctScans),
      [10136, 10134, 10135],
    );
    const repository = rows.find(({ version }) => version === "arXiv and repository")!;
    assert.deepEqual(
      [counts.scans, counts.tumors, counts.controls],
      [repository.ctScans, repository.tumors, repository.controls],
    );
  });

  it("say the same of label values as the label maps", async () => {
    const pairs = [
      ["phantom", "abdomenatlas"],
      ["abdomenatlas-2.0", "abdomenatlas"],
      ["kits23", "kits"],
      ["msd-liver", "msd-liver"],
      ["panorama", "panorama"],
      ["totalsegmentator", "totalsegmentator"],
    ];
    for (const [cohort, map] of pairs) {
      const { labels } = await openCohort(cohort);
      const expected = Object.entries((await openLabelMap(map)).labels).map(([value, name]) => [
        name,
        Number(value),
      ]);
      assert.deepEqual(labels, Object.fromEntries([["background", 0], ...expected]), cohort);
    }
  });
});

describe("openCohort", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), "tumorlab-cohort-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const openChanged = (change: (draft: Draft) => void): Promise<CohortManifest> => {
    const draft = readJson("cohorts", "phantom.json");
    change(draft);
    const file = path.join(folder, "phantom.json");
    writeFileSync(file, JSON.stringify(draft));
    return openCohort(file);
  };

  it("opens a manifest of one's own", async () => {
    const manifest = await openChanged((draft) => (draft.title = "Mine"));
    assert.equal(manifest.title, "Mine");
  });

  it("lists the names there are, and names a file it cannot read", async () => {
    await assert.rejects(
      openCohort("no-such"),
      (error) => error instanceof LabError && /phantom/.test(error.expected),
    );
    await assert.rejects(openCohort("cohort.schema"), LabError);
    await assert.rejects(openCohort(path.join(folder, "missing.json")), /missing\.json: found "no such file/);
  });

  const faults: [string, (draft: Draft) => void, RegExp][] = [
    [
      "a field left out",
      (draft) => delete draft.licence,
      /\/licence: found undefined, expected an object with spdx, redistribution, note/,
    ],
    [
      "a field nobody knows",
      (draft) => (draft.license = "MIT"),
      /\/: found "license", expected fields among .*, licence, /,
    ],
    [
      "a count below 0",
      (draft) => (draft.numTraining = -1),
      /\/numTraining: found -1, expected a whole number from 0 or null/,
    ],
    [
      "a kind of access nobody knows",
      (draft) => (draft.access.kind = "free"),
      /expected one of open, registration/,
    ],
    ["no background", (draft) => delete draft.labels.background, /\/labels\/background/],
    [
      "two structures of one value",
      (draft) => (draft.labels.spleen = 5),
      /\/labels\/spleen: found 5, expected a value of its own/,
    ],
    ["a label without a structure", (draft) => (draft.labels.thymus = 99), /\/structures: found "thymus"/],
    ["a structure without a label", (draft) => delete draft.labels.liver, /\/labels\/liver: found undefined/],
    [
      "an alias of two structures",
      (draft) => draft.structures[0].aliases.push("gallbladder"),
      /also mean aorta/,
    ],
    ["a fact without source", (draft) => delete draft.provenance.layout, /\/provenance\/layout/],
    [
      "a source nobody describes",
      (draft) => (draft.provenance.layout = ["X"]),
      /found "X", expected a key of sources: PROJECT/,
    ],
    [
      "a source of a field nobody knows",
      (draft) => (draft.provenance.size = ["PROJECT"]),
      /\/provenance\/size/,
    ],
    ["another name than its file's", (draft) => (draft.name = "other"), /\/name: found "other"/],
    [
      "registration without an address",
      (draft) => (draft.access = { kind: "registration", askAt: null, note: null }),
      /\/access\/askAt/,
    ],
    [
      "a hash for what changes",
      (draft) => addFile(draft, { unstable: true, sha256: "0".repeat(64) }),
      /\/downloads\/0\/sha256/,
    ],
    ["a path out of the folder", (draft) => addFile(draft, { name: "../a" }), /\/downloads\/0\/name/],
    ["an address that is none", (draft) => addFile(draft, { url: "file:///a" }), /\/downloads\/0\/url/],
    [
      "a range nothing uses",
      (draft) => addFile(draft, { range: { from: 0, to: 1, width: 1 } }),
      /\{n\} in name and url/,
    ],
    [
      "a range that runs back",
      (draft) => addFile(draft, { name: "a{n}", url: "http://a.b/{n}", range: { from: 2, to: 1, width: 1 } }),
      /from not above to/,
    ],
  ];
  for (const [what, change, message] of faults)
    it(`refuses ${what}`, () =>
      assert.rejects(
        openChanged(change),
        (error) => error instanceof LabError && message.test(error.message),
      ));
});

describe("listDownloads", () => {
  it("writes out numbered files", async () => {
    const draft = readJson("cohorts", "phantom.json");
    addFile(draft, {
      name: "c{n}/a.nii.gz",
      url: "http://a.b/c{n}.nii.gz",
      range: { from: 9, to: 11, width: 3 },
    });
    addFile(draft, {});
    const files = listDownloads(draft);
    assert.deepEqual(
      files.map(({ name }) => name),
      ["c009/a.nii.gz", "c010/a.nii.gz", "c011/a.nii.gz", "a.tar"],
    );
    assert.equal(files[2].url, "http://a.b/c011.nii.gz");
    assert.ok(!("range" in files[0]));
  });
});

describe("tables of the paper", () => {
  it("each conform to their schema", () => {
    const check = compileJsonSchema(readJson("paper", "table.schema.json"));
    const files = readdirSync(path.join(root, "paper")).filter((file) => !file.endsWith(".schema.json"));
    assert.ok(files.length >= 12);
    for (const file of files) assert.deepEqual(check(readJson("paper", file)), [], file);
    const broken = { ...readJson("paper", files[0]), rows: [{ source: "PN" }] };
    assert.deepEqual(
      check(broken).map(({ where }) => where),
      ["/rows/0/estimate"],
    );
  });
});

function addFile(draft: Draft, change: Record<string, unknown>): void {
  const file = {
    name: "a.tar",
    url: "http://a.b/a.tar",
    bytes: null,
    sha256: null,
    unstable: false,
    content: "images",
  };
  draft.downloads = [...draft.downloads, { ...file, ...change }];
  draft.provenance = { ...draft.provenance, downloads: ["PROJECT"] };
}
