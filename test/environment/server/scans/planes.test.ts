import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ScanDescription } from "tumorlab/internal/contracts/scan-description";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3, Volume } from "tumorlab/internal/core/types";
import { writeVolume } from "tumorlab/internal/formats/write";
import { reorient } from "tumorlab/internal/volume/orientation";
import { openLab, type TestLab } from "../support/harness.js";

/** A CT of 6 x 5 x 4 voxels, each with a value of its own. */
const ct = createVolume(
  Int16Array.from({ length: 6 * 5 * 4 }, (_, i) => 7 * i - 300),
  [6, 5, 4],
  { spacingMm: [1, 2, 3] },
);
const valueAt = ([x, y, z]: Vec3): number => ct.data[x + 6 * (y + 5 * z)];

describe("a scan that the server holds open", function () {
  // Each scan starts a thread that loads its modules.
  this.timeout(60_000);
  let lab: TestLab;
  before(async () => (lab = await openLab()));
  after(() => lab.close());

  const write = async (path: string, volume: Volume): Promise<void> => {
    mkdirSync(join(lab.root, path, ".."), { recursive: true });
    await writeVolume(join(lab.root, path), volume);
  };
  const about = async (path: string): Promise<ScanDescription> => {
    const { status, json } = await lab.ask("GET", `/lab/api/scan/about/${path}`);
    assert.equal(status, 200, JSON.stringify(json));
    return json as ScanDescription;
  };
  const slice = async (plane: string, index: number, path: string): Promise<number[]> => {
    const response = await fetch(
      `http://127.0.0.1:${lab.server.port}/lab/api/scan/plane/${plane}/${index}/${path}`,
      {
        headers: { Authorization: `token ${lab.server.token}` },
      },
    );
    assert.equal(response.status, 200);
    const bytes = await response.arrayBuffer();
    const isWhole = response.headers.get("Tumorlab-Values") === "int16";
    return [...(isWhole ? new Int16Array(bytes) : new Float32Array(bytes))];
  };

  for (const [name, orientation] of [
    ["ras.nii.gz", "RAS"],
    ["lps.nrrd", "LPS"],
    ["sla.nii", "SLA"],
  ])
    it(`gives slices of ${name} at full resolution, as pictures of the patient`, async () => {
      await write(name, reorient(ct, orientation));
      const found = await about(name);
      assert.deepEqual([found.kind, found.shape, found.spacingMm], ["ct", [6, 5, 4], [1, 2, 3]]);
      assert.deepEqual(found.affine.map(Math.abs), [...ct.affine].map(Math.abs));
      const axial = await slice("axial", 2, name);
      assert.deepEqual(axial.slice(0, 2), [valueAt([5, 4, 2]), valueAt([4, 4, 2])]);
      assert.equal(axial.at(-1), valueAt([0, 0, 2]));
      const coronal = await slice("coronal", 1, name);
      assert.deepEqual(
        [coronal.length, coronal[0], coronal.at(-1)],
        [24, valueAt([5, 1, 3]), valueAt([0, 1, 0])],
      );
      const sagittal = await slice("sagittal", 3, name);
      assert.deepEqual([sagittal.length, sagittal[1]], [20, valueAt([3, 3, 3])]);
    });

  it("gives numbers that are not whole as they are", async () => {
    const half = Float32Array.from(ct.data, (hu) => hu + 0.5);
    await write("half.nii", { ...ct, data: half });
    assert.equal((await slice("axial", 0, "half.nii")).at(-1), -299.5);
  });

  it("takes numbers that cannot be HU for what they are, with windows from their percentiles", async () => {
    const data = Uint16Array.from({ length: 120 }, (_, i) => 1000 + 10 * i);
    await write("mri.nii", { ...ct, data });
    const { kind, windows } = await about("mri.nii");
    assert.equal(kind, "values");
    assert.equal(windows.at(-1)?.name, "All values");
    assert.deepEqual([windows.at(-1)?.centerHu, windows.at(-1)?.widthHu], [1595, 1190]);
    assert.ok(windows[0].widthHu < 1190);
  });

  it("names the structures of a label map and measures a piece of one", async () => {
    const data = new Uint8Array(120);
    for (const x of [1, 2, 3, 4]) data[x + 6 * (2 + 5 * 1)] = 2;
    data[0] = 2;
    await write("labelsTr/a.nii.gz", { ...ct, data });
    lab.put("labelsTr/dataset.json", JSON.stringify({ labels: { background: 0, liver: 1, spleen: 2 } }));
    const { kind, table, crosshair } = await about("labelsTr/a.nii.gz");
    assert.deepEqual([kind, table.map(({ value, name }) => [value, name])], ["labels", [[1, "Spleen"]]]);
    assert.equal(crosshair[1], 2);
    const measure = (voxel: string) =>
      lab.ask("GET", `/lab/api/scan/measure/labelsTr/a.nii.gz?voxel=${voxel}`);
    const { json } = await measure("2,2,1");
    assert.equal(json.piece.voxels, 4);
    assert.ok(Math.abs(json.piece.volumeMl - 0.024) < 1e-9);
    assert.ok(Math.abs(json.piece.diameterMm - 4) < 1e-9);
    assert.deepEqual((await measure("5,4,3")).json.piece, null);
    assert.equal((await measure("1,2")).status, 400);
  });

  it("reads a file that has changed anew, and says so to a page that does not know", async () => {
    await write("changing.nii", ct);
    const { version } = await about("changing.nii");
    await write("changing2.nii", ct);
    const { renameSync } = await import("node:fs");
    await write("other.nii", { ...ct, data: ct.data.map((hu) => hu + 1) });
    renameSync(join(lab.root, "other.nii"), join(lab.root, "changing.nii"));
    const stale = await lab.ask("GET", `/lab/api/scan/plane/axial/0/changing.nii?version=${version}`);
    assert.equal(stale.status, 409);
    assert.match(stale.json.message, /^changing\.nii has changed/);
    assert.equal((await slice("axial", 0, "changing.nii")).at(-1), -299);
  });

  it("says what is wrong, by the path in the project, and has no slice outside", async () => {
    lab.put("broken.nrrd", "NRRD0004\ntype: short\n");
    for (const ask of ["about", "plane/axial/0"]) {
      const { status, json } = await lab.ask("GET", `/lab/api/scan/${ask}/broken.nrrd`);
      assert.equal(status, 422);
      assert.match(json.message, /^broken\.nrrd/);
    }
    await write("few.nii", ct);
    for (const where of ["axial/4", "axial/-1", "oblique/0", "axial/x"])
      assert.equal((await lab.ask("GET", `/lab/api/scan/plane/${where}/few.nii`)).status, 422, where);
    assert.deepEqual(lab.log, []);
  });

  it("offers the label maps that lie beside a scan", async () => {
    const put = (path: string) => lab.put(path, "");
    for (const path of ["set/imagesTr/b_0000.nii.gz", "set/labelsTr/b.nii.gz", "set/labelsTr/c.nii.gz"])
      put(path);
    for (const path of [
      "case/ct.nii.gz",
      "case/segmentations/liver.nii.gz",
      "case/segmentations/spleen.nii.gz",
    ])
      put(path);
    for (const path of ["x/p1.nii.gz", "x/p2_seg.nii.gz", "x/p1_seg.nii.gz", "x/p1_notes.txt"]) put(path);
    const offered = async (path: string) => {
      const { json } = await lab.ask("GET", `/lab/api/scan/overlays/${path}`);
      return json.overlays.map(({ name }: { name: string }) => name);
    };
    assert.deepEqual(await offered("set/imagesTr/b_0000.nii.gz"), ["labelsTr/b.nii.gz"]);
    assert.deepEqual(await offered("case/ct.nii.gz"), [
      "segmentations/ (2 masks together)",
      "segmentations/liver.nii.gz",
      "segmentations/spleen.nii.gz",
    ]);
    assert.deepEqual(await offered("x/p1.nii.gz"), ["p1_seg.nii.gz", "p2_seg.nii.gz"]);
  });

  it("paints a folder of masks into one label map", async () => {
    const data = new Uint8Array(120);
    data[7] = 1;
    await write("m/segmentations/liver.nii.gz", { ...ct, data });
    await write("m/segmentations/spleen.nii.gz", { ...ct, data: data.map((_, i) => Number(i === 9)) });
    const { table } = await about("m/segmentations?labels=1");
    assert.deepEqual(table.map(({ name }) => name).sort(), ["Liver", "Spleen"]);
  });
});
