import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { volumeMime } from "tumorlab/internal/contracts/volume-payload";
import type { VolumePayload } from "tumorlab/internal/contracts/volume-payload";
import { createVolume, toLabelMap, withData } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import { openSample } from "tumorlab/internal/data/samples";
import { readLabelMap, readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { view, volumeBundle } from "tumorlab/internal/notebook/view";
import { decodePng } from "../plot/pixels.js";
import { captureOutput, startFakeKernel } from "./fake-kernel.js";

describe("view", function () {
  this.timeout(120_000);

  const small = createVolume(new Int16Array(1000), [10, 10, 10]);

  it("sends one bundle: volume, picture and words", async () => {
    const kernel = startFakeKernel();
    try {
      view(small, undefined, { title: "Ten", displayId: "v", update: true });
      assert.equal(kernel.shown.length, 1);
      const [{ bundle, options }] = kernel.shown;
      assert.deepEqual(Object.keys(bundle), [volumeMime, "image/png", "text/plain"]);
      assert.deepEqual(options, { displayId: "v", update: true });
      assert.equal((await decodePng(Buffer.from(String(bundle["image/png"]), "base64"))).width, 900);
      assert.match(
        String(bundle["text/plain"]),
        /^CT: Ten\n- 10 x 10 x 10 voxels of 1 x 1 x 1 mm\n- window: Soft tissue/,
      );
    } finally {
      kernel.stop();
    }
  });

  it("prints words outside any kernel", async () => {
    assert.match(await captureOutput(() => view(small)), /^CT: untitled\n/);
  });

  it("keeps a noisy 128 x 128 x 128 CT with lesions within half a megabyte, and other budgets too", () => {
    const noise = createKey(2).stream();
    const data = new Int16Array(128 ** 3);
    const marks = new Uint8Array(128 ** 3);
    for (let z = 0, i = 0; z < 128; z++)
      for (let y = 0; y < 128; y++)
        for (let x = 0; x < 128; x++, i++) {
          data[i] = 40 + 25 * noise.normal();
          const r = Math.hypot(x - 64, y - 64, z - 64);
          marks[i] = r < 5 ? 2 : r < 40 ? 1 : 0;
        }
    const volume = createVolume(data, [128, 128, 128]);
    const labels = toLabelMap(withData(volume, marks), { 1: "liver", 2: "liver_lesion" });
    for (const maxBytes of [500_000, 150_000]) {
      const bundle = volumeBundle(volume, labels, { maxBytes, title: "Noise" });
      const bytes = JSON.stringify(bundle).length;
      assert.ok(bytes <= maxBytes, `${bytes} of ${maxBytes} bytes`);
      assert.ok(bytes > 0.5 * maxBytes, `${bytes} of ${maxBytes} bytes are well used`);
      const payload = bundle[volumeMime] as VolumePayload;
      assert.deepEqual(payload.sourceShape, [128, 128, 128]);
      assert.match(String(bundle["text/plain"]), /shrunk from 128 x 128 x 128 voxels/);
      assert.deepEqual(
        payload.labels?.table.map((row) => row.name),
        ["Liver", "Liver lesion"],
      );
    }
  });

  it("names the files that a scan was read from where the lab can read them too, and no others", async () => {
    const { ct, labels, files } = await openSample("abdomen-ct");
    const root = join(__dirname, "../../../..");
    const payloadOf = (...given: Parameters<typeof volumeBundle>) =>
      volumeBundle(...given)[volumeMime] as VolumePayload;
    const given = payloadOf(ct, labels, { files });
    assert.ok(given.full?.labels);
    // By another way to the same place.
    const read = await readVolume(relative(process.cwd(), join(root, "notebooks", "..", files.ct)));
    const readLabels = await readLabelMap(join(root, files.labels), { names: labels.names });
    const found = payloadOf(read, readLabels);
    assert.deepEqual([found.files, found.full], [files, given.full]);
    const nothing = (payload: VolumePayload) =>
      assert.deepEqual([payload.files, payload.full], [undefined, undefined]);
    nothing(payloadOf(read, withData(read, Uint8Array.from(labels.data))));
    nothing(payloadOf(withData(read, read.data.slice()), readLabels));
    nothing(payloadOf(read, readLabels, { maxBytes: 4_000_000 }));
    const folder = await mkdtemp(join(tmpdir(), "tumorlab-view-"));
    try {
      await writeVolume(join(folder, "elsewhere.nii"), read);
      nothing(payloadOf(await readVolume(join(folder, "elsewhere.nii"))));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
