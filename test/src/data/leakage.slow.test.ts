import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import type { Volume } from "tumorlab/internal/core/types";
import { fingerprintScan } from "tumorlab/internal/data/fingerprint";
import { findKnownOverlap } from "tumorlab/internal/data/leakage/known-overlaps";
import type { OverlapSource } from "tumorlab/internal/data/leakage/known-overlaps";
import { findLeakage, requireOutOfDistribution } from "tumorlab/internal/data/leakage/out-of-distribution";
import { findOverlapChains } from "tumorlab/internal/data/leakage/overlap-chains";
import { findSharedScans, histogramDifference } from "tumorlab/internal/data/leakage/shared-scans";
import type { FingerprintedSet, SharedScan } from "tumorlab/internal/data/leakage/shared-scans";
import type { CohortManifest } from "tumorlab/internal/data/manifest";
import { openAllCohorts } from "tumorlab/internal/data/open-cohort";
import { openPublished } from "tumorlab/internal/data/published";
import { openSample } from "tumorlab/internal/data/samples";
import { readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { crop, pad } from "tumorlab/internal/volume/crop";
import { reorient } from "tumorlab/internal/volume/orientation";
import { resample } from "tumorlab/internal/volume/resample";
import { tinyCt } from "./tiny-cohort.js";

const setOf = (name: string, ...volumes: Volume[]): FingerprintedSet => ({
  name,
  scans: volumes.map((volume, k) => ({ scan: `scan-${k}`, fingerprint: fingerprintScan(volume) })),
});
const likeness = (found: readonly SharedScan[]): string[] => found.map((each) => each.likeness);

describe("findSharedScans", () => {
  let ct: Volume;
  let compare: (other: Volume) => SharedScan[];
  before(async () => {
    ({ ct } = await openSample("abdomen-ct"));
    const mine = setOf("a", ct);
    compare = (other) => findSharedScans(mine, setOf("b", other));
  });

  it("finds a real scan saved again in other orientations, datatypes and gzip levels", async () => {
    const folder = await mkdtemp(join(tmpdir(), "leakage-"));
    try {
      const turned = reorient(ct, "LPI");
      const bytes = { ...turned, data: Float32Array.from(turned.data) };
      for (const [k, [volume, level]] of (
        [
          [turned, 9],
          [reorient(ct, "SAR"), 1],
          [bytes, 4],
        ] as const
      ).entries()) {
        const path = join(folder, `${k}.nii.gz`);
        await writeVolume(path, volume, { level });
        const found = compare(await readVolume(path));
        assert.deepEqual(likeness(found), ["same voxels"]);
        assert.deepEqual([found[0].first.set, found[0].second.scan], ["a", "scan-0"]);
        assert.match(found[0].evidence, /830765 voxels of tissue/);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("finds it with a lost header, as LiTS keeps its scans, padded with air, clipped, and stored with an intercept", () => {
    const lost = {
      ...ct,
      spacingMm: [1, 1, 1],
      affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    } as const;
    const clipped = { ...ct, data: Int16Array.from(ct.data, (hu) => Math.min(260, Math.max(-200, hu))) };
    const shifted = {
      ...ct,
      data: Int16Array.from(ct.data, (hu) => hu + 1024),
      rescale: { slope: 1, intercept: -1024 },
    };
    for (const volume of [lost, clipped, shifted, pad(ct, [3, 0, 2], [0, 4, 5], -1024)])
      assert.deepEqual(likeness(compare(volume)), ["same voxels"]);
  });

  it("finds a scan cut out of it along the body's axis, in another orientation too", () => {
    const part = crop(ct, { boxMin: [0, 0, 30], boxMax: [121, 100, 59] });
    for (const volume of [part, reorient(part, "PIR")]) {
      const found = compare(volume);
      assert.deepEqual(likeness(found), ["same slices"]);
      assert.equal(found[0].evidence, "30 of 112 and 30 slices");
    }
  });

  it("finds it with one voxel in 500 changed", () => {
    const data = ct.data.slice();
    for (let i = 0; i < data.length; i += 500) data[i] += 7;
    // Every slice has changed voxels, so that the slices cannot tell.
    assert.deepEqual(likeness(compare({ ...ct, data })), ["nearly the same"]);
  });

  it("does not find it after resampling, a shift of its numbers, or cropping through the body within slices", () => {
    assert.deepEqual(compare(resample(ct, [2.5, 2.5, 2.5])), []);
    assert.deepEqual(compare({ ...ct, data: ct.data.map((hu) => hu + 20) }), []);
    assert.deepEqual(compare(crop(ct, { boxMin: [20, 20, 0], boxMax: [100, 80, 111] })), []);
  });

  it("keeps different scans of one shape, one spacing and one noise apart", () => {
    const scans = Array.from({ length: 12 }, (_, k) => tinyCt(k + 1));
    assert.deepEqual(findSharedScans(setOf("a", ...scans.slice(0, 6)), setOf("b", ...scans.slice(6))), []);
    const again = findSharedScans(setOf("a", ...scans.slice(0, 6)), setOf("b", ...scans.slice(4)));
    assert.deepEqual(
      again.map(({ first, second }) => `${first.scan} ${second.scan}`),
      ["scan-4 scan-0", "scan-5 scan-1"],
    );
    assert.deepEqual(compare(scans[0]), []);
  });

  it("matches nothing with scans that hold no tissue", () => {
    const air = { ...ct, data: new Int16Array(ct.data.length).fill(-1000) };
    const print = fingerprintScan(air);
    assert.deepEqual([print.tissueVoxels, print.slices], [0, []]);
    assert.deepEqual(findSharedScans(setOf("a", air), setOf("b", air)), []);
    assert.equal(histogramDifference(print, print), 0);
    assert.equal(histogramDifference(print, fingerprintScan(ct)), 1);
  });

  it("takes shape and spacing along the patient's axes, whatever the order of the file", () => {
    const turned = fingerprintScan(reorient(crop(ct, { boxMin: [0, 0, 0], boxMax: [99, 79, 59] }), "SPL"));
    assert.deepEqual(
      [turned.shape, turned.spacingMm],
      [
        [100, 80, 60],
        [3, 3, 3],
      ],
    );
  });
});

const row = (
  other: string,
  more: Partial<CohortManifest["overlaps"][number]> = {},
): OverlapSource["overlaps"][number] => ({
  with: other,
  relation: null,
  scans: null,
  cases: null,
  note: null,
  source: "test",
  ...more,
});

describe("known overlaps", () => {
  let manifests: CohortManifest[];
  before(async () => (manifests = await openAllCohorts()));

  it("are those the shipped manifests tell of: LiTS and 3D-IRCADb, PANORAMA and its two sources", () => {
    const scansOf = (a: string, b: string): number | null | undefined =>
      findKnownOverlap({ name: a }, { name: b }, manifests)?.scans;
    assert.deepEqual([scansOf("lits", "3d-ircadb"), scansOf("3d-ircadb", "lits")], [20, 20]);
    assert.deepEqual(
      [scansOf("panorama", "msd-pancreas"), scansOf("nih-pancreas-ct", "panorama")],
      [194, 80],
    );
    assert.equal(scansOf("kipa22", "3d-ircadb"), undefined);
  });

  it("count only the scans used, however the set's cases are spelt", () => {
    const use = (...scans: string[]): readonly string[] | null | undefined =>
      findKnownOverlap({ name: "lits", scans }, { name: "3d-ircadb" }, manifests)?.cases;
    assert.deepEqual(use("volume-27", "volume-49"), undefined);
    assert.deepEqual(use("volume-27", "volume-28")!.slice(0, 1), ["volume-28"]);
    assert.deepEqual(use("liver_047", "liver_3")!.slice(0, 1), ["liver_047"]);
    const ircadb = (scan: string): unknown =>
      findKnownOverlap({ name: "lits" }, { name: "3d-ircadb", scans: [scan] }, manifests);
    assert.equal(ircadb("patient_21"), undefined);
    assert.ok(ircadb("3Dircadb1.7"));
    assert.ok(ircadb("renamed"), "a name that tells nothing is no proof");
  });

  it("take the union of two sources that disagree, and say which says what", async () => {
    const runs = (await openPublished("ircadb-in-lits")).rows.map((row) => [
      Number(row.firstVolume),
      Number(row.lastVolume),
    ]);
    const union = new Set(
      runs.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, k) => from + k)),
    );
    for (const [set, prefix] of [
      ["lits", "volume-"],
      ["msd-liver", "liver_"],
    ]) {
      const whole = manifests
        .find(({ name }) => name === set)!
        .overlaps.find((row) => row.with === "3d-ircadb")!;
      assert.deepEqual(
        whole.cases,
        [...union].sort((a, b) => a - b).map((volume) => `${prefix}${volume}`),
        set,
      );
      // Each of the two that only one source names stops a claim on its own.
      for (const volume of [45, 48]) {
        const scans = [`${prefix}${volume}`];
        const known = findKnownOverlap({ name: set, scans }, { name: "3d-ircadb" }, manifests)!;
        assert.deepEqual(known.cases!.slice(0, 1), scans);
        assert.match(
          known.note!,
          /28 to 47 by JunMa11.* issue 27, 28 to 44 and 46 to 48 by assassint2017.* issue 33/,
        );
      }
    }
  });

  it("hold between a set and itself", () => {
    const whole = findKnownOverlap({ name: "jhh" }, { name: "jhh" }, manifests)!;
    assert.deepEqual([whole.scans, whole.note], [null, "the same set"]);
    const parts = [
      { name: "jhh", scans: ["a", "b"] },
      { name: "jhh", scans: ["b", "c"] },
      { name: "jhh", scans: ["d"] },
    ];
    assert.deepEqual(findKnownOverlap(parts[0], parts[1], manifests)!.cases, ["b"]);
    assert.equal(findKnownOverlap(parts[0], parts[2], manifests), undefined);
  });

  it("are followed through other sets: AbdomenAtlas 2.0 may hold what AbdomenAtlas 1.0 has from others", () => {
    const chainsOf = (a: string, b: string): string[] =>
      findOverlapChains({ name: a }, { name: b }, manifests).map(({ sets }) => sets.join(" "));
    const middle = "abdomenatlas-1.0-mini";
    assert.deepEqual(chainsOf("abdomenatlas-2.0", "3d-ircadb"), [`abdomenatlas-2.0 ${middle} 3d-ircadb`]);
    assert.deepEqual(chainsOf("3d-ircadb", "abdomenatlas-2.0"), [`3d-ircadb ${middle} abdomenatlas-2.0`]);
    // Two collections with a common source.
    assert.deepEqual(chainsOf(middle, "panorama"), [
      `${middle} msd-pancreas panorama`,
      `${middle} nih-pancreas-ct panorama`,
    ]);
    assert.ok(
      chainsOf("abdomenatlas-2.0", "panorama").includes(
        `abdomenatlas-2.0 ${middle} nih-pancreas-ct panorama`,
      ),
    );
    // Two sources of one collection have scans of their own.
    assert.deepEqual(chainsOf("kits23", "lits"), []);
    assert.deepEqual(chainsOf("totalsegmentator", "msd-colon"), []);
    assert.deepEqual(chainsOf("abdomenatlas-2.0", "jhh"), []);
  });

  it("make no chain where the sets themselves are spoken of, or where the scans used are others", () => {
    const sets = [
      { name: "big", overlaps: [row("old")] },
      { name: "old", overlaps: [row("one", { relation: "holds", scans: 1, cases: ["case_7"] })] },
      { name: "one", overlaps: [row("old", { relation: "within", scans: 1, cases: ["a_3"] })] },
    ];
    const chains = (scans?: string[]): number =>
      findOverlapChains({ name: "big" }, { name: "one", ...(scans ? { scans } : {}) }, sets).length;
    assert.deepEqual([chains(), chains(["a_3"]), chains(["a_4"])], [1, 1, 0]);
    const links = (a: string, b: string): unknown[] => findOverlapChains({ name: a }, { name: b }, sets);
    assert.deepEqual(links("big", "old"), []);
    assert.deepEqual(links("one", "one"), []);
    assert.deepEqual(links("one", "unknown"), []);
  });
});

describe("requireOutOfDistribution", () => {
  const manifests = [
    { name: "lits", overlaps: [row("3d-ircadb", { scans: 20, cases: ["volume-28"], note: "a note" })] },
  ];
  const [a, b, c] = [1, 2, 3].map(tinyCt);

  it("lets sets pass that share nothing, and says what it could not look at", () => {
    const report = requireOutOfDistribution({ training: [setOf("x", a, b)], test: setOf("y", c), manifests });
    assert.deepEqual(report, {
      test: "y",
      training: ["x"],
      shared: [],
      known: [],
      chains: [],
      withoutScans: [],
    });
    const named = requireOutOfDistribution({ training: [setOf("x")], test: setOf("y", c), manifests });
    assert.deepEqual(named.withoutScans, ["x"]);
  });

  it("stops a claim by naming every pair, whatever set it comes from", () => {
    const claim = {
      training: [setOf("x", a), setOf("lits"), setOf("z", reorient(c, "LPS"))],
      test: setOf("3d-ircadb", c, a),
      manifests,
    };
    assert.throws(
      () => requireOutOfDistribution(claim),
      (error) => {
        assert.ok(error instanceof LabError);
        assert.match(error.message, /x\/scan-0 and 3d-ircadb\/scan-1: same voxels/);
        assert.match(error.message, /z\/scan-0 and 3d-ircadb\/scan-0: same voxels/);
        assert.match(error.message, /lits and 3d-ircadb are known to share 20 scans: volume-28 \(a note\)/);
        assert.match(error.message, /acknowledge the overlap with a reason/);
        return true;
      },
    );
    assert.equal(findLeakage(claim).shared.length, 2);
  });

  it("passes with a reason, which stays in the report, and not with an empty one", () => {
    const claim = { training: [setOf("x", a)], test: setOf("y", a), manifests };
    const report = requireOutOfDistribution({ ...claim, acknowledgement: " the paper did so " });
    assert.equal(report.acknowledgement, "the paper did so");
    assert.equal(report.shared.length, 1);
    assert.throws(
      () => requireOutOfDistribution({ ...claim, acknowledgement: " " }),
      (error) => error instanceof LabError && error.input === "acknowledgement",
    );
    const clean = requireOutOfDistribution({ ...claim, test: setOf("y", b), acknowledgement: "in case" });
    assert.equal(clean.acknowledgement, undefined);
  });

  it("stops a claim by way of other sets, and says which", async () => {
    const claim = {
      training: [setOf("abdomenatlas-2.0")],
      test: setOf("3d-ircadb"),
      manifests: await openAllCohorts(),
    };
    assert.throws(
      () => requireOutOfDistribution(claim),
      /abdomenatlas-2\.0 and 3d-ircadb may share scans by way of abdomenatlas-1\.0-mini: abdomenatlas-2\.0 and .*131 LiTS scans/,
    );
    const { chains } = requireOutOfDistribution({ ...claim, acknowledgement: "the paper did so" });
    assert.equal(chains[0].links.length, 2);
  });

  it("names the first ten pairs of many and counts the others", () => {
    const many = Array.from({ length: 13 }, (_, k) => tinyCt(k + 1));
    assert.throws(
      () =>
        requireOutOfDistribution({ training: [setOf("x", ...many)], test: setOf("y", ...many), manifests }),
      (error) =>
        error instanceof LabError && /x\/scan-9 .*and 3 more/.test(error.message) && error.found === "13",
    );
  });
});
