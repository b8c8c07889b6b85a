import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseVolumePayload } from "tumorlab/internal/contracts/volume-payload";
import { createVolume } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import { readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { createVolumePayload } from "tumorlab/internal/viewer/payload";
import { type DecodedVolume, decodeVolume } from "#environment/lab/src/logic/decode.js";
import { FullResolution, settleMs } from "#environment/lab/src/logic/full-resolution.js";

describe("FullResolution", () => {
  let folder: string;
  let preview: DecodedVolume;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tumorlab-seen-"));
    const noise = createKey(1).stream();
    const shape = [24, 20, 16] as const;
    const data = Int16Array.from({ length: 24 * 20 * 16 }, () => noise.uniformBetween(-500, 500));
    await writeVolume(join(folder, "ct.nii.gz"), createVolume(data, shape));
    const ct = await readVolume(join(folder, "ct.nii.gz"));
    const made = createVolumePayload(ct, undefined, { files: { ct: "ct.nii.gz" }, maxBytes: 2500 });
    preview = await decodeVolume(parseVolumePayload(JSON.parse(JSON.stringify(made))));
  });
  after(() => rm(folder, { recursive: true }));

  function watch(path = "ct.nii.gz") {
    const asked: string[] = [];
    const shown: [shape: string | undefined, word: string][] = [];
    const signals: AbortSignal[] = [];
    const full = new FullResolution(
      preview,
      async (name, signal) => {
        asked.push(name);
        signals.push(signal);
        return new Blob([await readFile(join(folder, path))]).stream();
      },
      { showFull: (volume, word) => void shown.push([volume?.payload.shape.join(" "), word]) },
    );
    return { full, asked, shown, signals };
  }

  it("reads nothing before its viewer stays in sight, and once it does, once", async () => {
    const { full, asked, shown } = watch();
    for (let turn = 0; turn < 3; turn++) {
      full.see(true);
      full.see(false);
    }
    await sleep(2 * settleMs);
    assert.deepEqual([asked, shown], [[], []]);
    full.see(true);
    await sleep(2 * settleMs);
    const volume = await full.load();
    full.see(false);
    full.see(true);
    await sleep(2 * settleMs);
    assert.deepEqual(asked, ["ct.nii.gz"]);
    assert.deepEqual(shown, [
      [undefined, "Reading the full resolution..."],
      ["24 20 16", ""],
    ]);
    assert.equal(volume.ct.length, full.bytes);
    full.dispose();
  });

  it("goes back to the preview where it lets go, and reads again when it is next seen", async () => {
    const { full, asked, shown } = watch();
    await full.load();
    full.release();
    assert.equal(full.bytes, 0);
    assert.deepEqual(shown.at(-1), [undefined, ""]);
    await full.load();
    assert.equal(asked.length, 2);
    full.dispose();
  });

  it("says why there is none, and does not ask again", async () => {
    const { full, asked, shown } = watch("absent.nii.gz");
    await assert.rejects(full.load());
    await assert.rejects(full.load());
    assert.equal(asked.length, 1);
    assert.match(shown.at(-1)![1], /^The full resolution cannot be shown: .*absent/);
    full.dispose();
  });

  it("ends what it reads and waits for when its viewer goes, and shows nothing any more", async () => {
    const { full, shown, signals } = watch();
    const reading = assert.rejects(full.load());
    full.dispose();
    await reading;
    assert.equal(signals[0].aborted, true);
    assert.equal(shown.length, 1);
    const gone = watch();
    gone.full.see(true);
    gone.full.dispose();
    await sleep(2 * settleMs);
    assert.deepEqual(gone.asked, []);
  });
});
