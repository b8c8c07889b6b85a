import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseVolumePayload } from "tumorlab/internal/contracts/volume-payload";
import { createVolume } from "tumorlab/internal/core/grid";
import { writeVolume } from "tumorlab/internal/formats/write";
import { openPayload } from "tumorlab/internal/viewer/payload";
import { openLab, rawRequest, type TestLab } from "../support/harness.js";

describe("/lab/api/scans/", () => {
  let lab: TestLab;
  before(async () => (lab = await openLab()));
  after(() => lab.close());

  const ct = createVolume(
    Int16Array.from({ length: 6 * 5 * 4 }, (_, i) => 4 * (i % 112) - 200),
    [6, 5, 4],
    { spacingMm: [1, 2, 3] },
  );

  for (const name of ["ct.nii.gz", "ct.nrrd", "ct.mha"])
    it(`gives ${name} as the viewer takes it`, async () => {
      mkdirSync(join(lab.root, "scans of a day"), { recursive: true });
      await writeVolume(join(lab.root, "scans of a day", name), ct);
      const { status, json } = await lab.ask("GET", `/lab/api/scans/scans%20of%20a%20day/${name}`);
      assert.equal(status, 200);
      const payload = parseVolumePayload(json);
      assert.deepEqual([payload.title, payload.sourceShape, payload.spacingMm], [name, [6, 5, 4], [1, 2, 3]]);
      // The levels are 4 HU apart from -200 to 248: these values are on them.
      const shown = Array.from(openPayload(payload).ct, (level) => payload.ct.levelsHu[level]);
      assert.deepEqual(shown, Array.from(ct.data));
      const files = name.endsWith(".gz") ? { ct: `scans of a day/${name}` } : undefined;
      assert.deepEqual(payload.files, files);
    });

  it("gives a label map as structures over air", async () => {
    const data = new Uint8Array(6 * 5 * 4);
    data.fill(2, 60, 90);
    await writeVolume(join(lab.root, "labels.nii.gz"), { ...ct, data });
    const { json } = await lab.ask("GET", "/lab/api/scans/labels.nii.gz");
    const payload = parseVolumePayload(json);
    assert.equal(payload.title, "labels.nii.gz (a label map, drawn over air)");
    assert.equal(payload.labels?.table.length, 1);
    const { ct: levels, labels } = openPayload(payload);
    assert.ok(levels.every((level) => level === 0));
    assert.deepEqual(
      Array.from(labels ?? []),
      Array.from(data, (value) => value / 2),
    );
  });

  it("names the structures of a label map as the files beside it and the file itself do", async () => {
    const data = new Uint8Array(6 * 5 * 4);
    data.fill(2, 60, 90);
    const namesOf = async (path: string) => {
      const { json } = await lab.ask("GET", `/lab/api/scans/${path}`);
      return parseVolumePayload(json).labels?.table.map(({ name }) => name);
    };
    lab.put("labelsTr/dataset.json", JSON.stringify({ labels: { background: 0, liver: 1, spleen: 2 } }));
    await writeVolume(join(lab.root, "labelsTr", "a.nii.gz"), { ...ct, data });
    assert.deepEqual(await namesOf("labelsTr/a.nii.gz"), ["Spleen"]);
    data.fill(1, 0, 30);
    data.fill(9, 30, 60);
    await writeVolume(join(lab.root, "nameless.nii.gz"), { ...ct, data });
    const { json } = await lab.ask("GET", "/lab/api/scans/nameless.nii.gz");
    const colors = parseVolumePayload(json).labels!.table.map(({ color }) => color);
    assert.equal(new Set(colors).size, 3, colors.join());
    assert.ok(colors.every((color) => /^#[0-9a-f]{6}$/.test(color)));
    const own = { ...ct, data, names: { 2: "pancreas" } };
    await writeVolume(join(lab.root, "own.seg.nrrd"), own);
    assert.deepEqual(await namesOf("own.seg.nrrd"), ["Label 1", "Pancreas", "Label 9"]);
  });

  it("says what is wrong with a damaged file, by its path in the project", async () => {
    lab.put("broken.nii", "no scan at all");
    const { status, json } = await lab.ask("GET", "/lab/api/scans/broken.nii");
    assert.equal(status, 422);
    assert.match(json.message, /^broken\.nii/);
    assert.doesNotMatch(json.message, new RegExp(lab.root));
    assert.deepEqual(lab.log, []);
  });

  it("gives nothing to a stranger, nor from outside the project", async () => {
    const visit = (path: string, proof: string) =>
      rawRequest(lab.server.port, "GET", path, {
        Host: `127.0.0.1:${lab.server.port}`,
        Authorization: `token ${proof}`,
      });
    assert.equal((await visit("/lab/api/scans/broken.nii", "wrong")).status, 403);
    assert.equal((await visit("/lab/api/scans/..%2Fsecret.nii", lab.server.token)).status, 400);
    assert.equal((await visit("/lab/api/scans/.tumorlab/x.nii", lab.server.token)).status, 404);
    assert.equal((await visit("/lab/api/scans/none.nii", lab.server.token)).status, 404);
  });
});
