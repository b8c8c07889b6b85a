import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Volume } from "tumorlab/internal/core/types";
import { writeVolume } from "tumorlab/internal/formats/write";
import { readVolume } from "tumorlab/internal/nifti/read";
import { readGrowing } from "tumorlab/internal/nifti/read-growing";

describe("readGrowing", function () {
  this.timeout(90_000);
  let folder: string;
  // 18 MiB of noise: nothing that is small or compresses well is read so.
  const shape = [256, 192, 192] as const;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tumorlab-"));
    // Longer than what gzip looks back on, so that it compresses no better than noise.
    const noise = new Int16Array(256 * 192 * 12);
    for (let i = 0, state = 1; i < noise.length; i++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      noise[i] = ((state >>> 16) % 4000) - 1000;
    }
    const data = new Int16Array(256 * 192 * 192);
    for (let at = 0; at < data.length; at += noise.length) data.set(noise, at);
    await writeVolume(join(folder, "a.nii"), createVolume(data, shape, { spacingMm: [1, 2, 3] }));
    await writeFile(join(folder, "a.nii.gz"), gzipSync(await readFile(join(folder, "a.nii")), { level: 1 }));
  });
  after(() => rm(folder, { recursive: true }));

  for (const name of ["a.nii", "a.nii.gz"])
    it(`gives the first slices of ${name} before the last, and all of them in the end`, async () => {
      const expected = await readVolume(join(folder, name));
      const counts: number[] = [];
      const started: Volume[] = [];
      const growing = await readGrowing(join(folder, name), (count) => {
        counts.push(count);
        // What is said to be there is there.
        const end = count * 256 * 192;
        if (started[0]) assert.equal(started[0].data[end - 1], expected.data[end - 1]);
      });
      assert.ok(growing);
      const { volume } = growing;
      started.push(volume);
      await growing.whole;
      assert.ok(counts.length > 3, String(counts.length));
      assert.ok(counts.every((count, i) => i === 0 || count > counts[i - 1]));
      assert.equal(counts.at(-1), 192);
      assert.deepEqual(volume.shape, expected.shape);
      assert.ok(
        Buffer.from(volume.data.buffer).equals(
          Buffer.from(expected.data.buffer, expected.data.byteOffset, expected.data.byteLength),
        ),
      );
    });

  it("is rejected in the end for a file that is damaged or cut short, as readVolume is", async () => {
    const bytes = await readFile(join(folder, "a.nii.gz"));
    await writeFile(join(folder, "cut.nii.gz"), bytes.subarray(0, bytes.length - 9));
    const growing = await readGrowing(join(folder, "cut.nii.gz"), () => undefined);
    await assert.rejects(async () => growing?.whole, /cut\.nii\.gz.*ends too early/s);
  });

  it("leaves small files to readVolume", async () => {
    const small = join(folder, "small.nii");
    await writeVolume(small, createVolume(new Int16Array(8), [2, 2, 2]));
    assert.equal(await readGrowing(small, () => undefined), undefined);
  });
});
