import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import {
  maxPayloadVoxels,
  parseVolumePayload,
  type VolumePayload,
} from "tumorlab/internal/contracts/volume-payload";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { createVolumePayload } from "tumorlab/internal/viewer/payload";
import { createTestPayload, pack } from "./volumes.js";
import { decodeGzipBase64, decodeVolume } from "#environment/lab/src/logic/decode.js";

describe("parseVolumePayload", () => {
  it("takes what createVolumePayload makes, without a change", () => {
    const volume = createVolume(new Int16Array(4 * 3 * 2).fill(40), [4, 3, 2], { spacingMm: [1, 2, 3] });
    const data = Uint8Array.from({ length: 24 }, (_, i) => (i < 4 ? 5 : 0));
    const labels = toLabelMap({ ...volume, data }, { 5: "liver" }, "labels");
    const payload = createVolumePayload(volume, labels, {
      title: "Made by src",
      files: { ct: "data/ct.nii.gz" },
    });
    assert.deepEqual(parseVolumePayload(JSON.parse(JSON.stringify(payload))), payload);
  });

  it("leaves out fields that it does not know", () => {
    const parsed = parseVolumePayload({ ...createTestPayload(), onload: "alert(1)" });
    assert.deepEqual(parsed, createTestPayload());
  });

  const refused: [string, (payload: VolumePayload) => unknown, RegExp][] = [
    ["no object", () => "volume", /the payload: found "volume", expected an object/],
    ["another version", (p) => ({ ...p, version: 2 }), /version: found 2, expected 1/],
    [
      "a shape that is no triple",
      (p) => ({ ...p, shape: [2, 3] }),
      /shape: found \[2, 3\], expected three whole numbers/,
    ],
    ["a fractional shape", (p) => ({ ...p, shape: [2, 3, 1.5] }), /shape: found/],
    ["a huge edge", (p) => ({ ...p, shape: [1e9, 1, 1] }), /shape: found \[1000000000, 1, 1\]/],
    [
      "more voxels than a page can hold",
      (p) => ({ ...p, shape: [4096, 4096, 4096] }),
      /at most 67108864 voxels/,
    ],
    [
      "no spacing",
      (p) => ({ ...p, spacingMm: [1, 0, 1] }),
      /spacingMm: found \[1, 0, 1\], expected three lengths above 0/,
    ],
    [
      "a short affine",
      (p) => ({ ...p, affine: p.affine.slice(1) }),
      /affine: found \[.*\], expected a list of 16/,
    ],
    ["a bent affine", (p) => ({ ...p, affine: [...p.affine.slice(0, 15), 2] }), /affine's last row/],
    [
      "a grid that runs to the left",
      (p) => ({ ...p, affine: p.affine.map((value, i) => (i === 0 ? -value : value)) }),
      /affine's column 0: found .* expected mainly along \+R/,
    ],
    [
      "levels that fall",
      (p) => ({ ...p, ct: { ...p.ct, levelsHu: [...p.ct.levelsHu].reverse() } }),
      /levels ascend/,
    ],
    [
      "too few levels",
      (p) => ({ ...p, ct: { ...p.ct, levelsHu: [1, 2] } }),
      /ct\.levelsHu: found \[1, 2\], expected a list of 256/,
    ],
    ["another encoding", (p) => ({ ...p, ct: { ...p.ct, encoding: "zip" } }), /ct\.encoding: found "zip"/],
    [
      "data that are no text",
      (p) => ({ ...p, ct: { ...p.ct, data: [1] } }),
      /ct\.data: found \[1\], expected a string/,
    ],
    [
      "more text than the shape can need",
      (p) => ({ ...p, ct: { ...p.ct, data: "A".repeat(200_000) } }),
      /ct\.data: found "a text of 200000 characters", expected at most/,
    ],
    ["no window", (p) => ({ ...p, windows: [] }), /windows: found \[\], expected a list of 1 to 64/],
    [
      "a window of no width",
      (p) => ({ ...p, windows: [{ ...p.windows[0], widthHu: 0 }] }),
      /windows\[0\]\.widthHu: found 0/,
    ],
    [
      "a crosshair outside",
      (p) => ({ ...p, crosshair: [0, 0, 9] }),
      /crosshair: found \[0, 0, 9\], expected a voxel inside/,
    ],
    ["an opacity above 1", (p) => ({ ...p, overlayOpacity: 1.5 }), /overlayOpacity: found 1\.5/],
    ["a NaN", (p) => ({ ...p, overlayOpacity: NaN }), /overlayOpacity: found NaN/],
    ["a title that is no text", (p) => ({ ...p, title: {} }), /title: found \{\}/],
    [
      "a colour that is more than a colour",
      (p) => ({ ...p, labels: { ...p.labels, table: [{ ...p.labels?.table[0], color: "url(http://x)" }] } }),
      /labels\.table\[0\]\.color/,
    ],
    [
      "a label twice",
      (p) => ({ ...p, labels: { ...p.labels, table: [p.labels?.table[0], p.labels?.table[0]] } }),
      /each value once/,
    ],
    [
      "a label beyond a byte",
      (p) => ({ ...p, labels: { ...p.labels, table: [{ ...p.labels?.table[0], value: 256 }] } }),
      /labels\.table\[0\]\.value: found 256/,
    ],
    [
      "a label that does not say whether it is a lesion",
      (p) => ({ ...p, labels: { ...p.labels, table: [{ ...p.labels?.table[0], lesion: 1 }] } }),
      /lesion: found 1, expected true or false/,
    ],
    [
      "a start outside the volume's own grid",
      (p) => ({ ...p, full: { crosshair: [8, 0, 0], ctCrc32: 1 } }),
      /full\.crosshair: found \[8, 0, 0\], expected a voxel inside \[8, 6, 4\]/,
    ],
    [
      "a checksum of more than 32 bits",
      (p) => ({ ...p, full: { crosshair: [0, 0, 0], ctCrc32: 2 ** 32 } }),
      /full\.ctCrc32: found 4294967296/,
    ],
    [
      "label values for other rows than the table's",
      (p) => ({ ...p, full: { crosshair: [0, 0, 0], ctCrc32: 1, labels: { crc32: 1, values: [7] } } }),
      /full\.labels\.values: found "a list of 1", expected a list of 2/,
    ],
    [
      "a volume behind it that is larger than a page can hold",
      (p) => ({ ...p, sourceShape: [4096, 4096, 5], full: { crosshair: [0, 0, 0], ctCrc32: 1 } }),
      /sourceShape: found \[4096, 4096, 5\], expected at most 67108864 voxels/,
    ],
  ];
  for (const [name, change, message] of refused) {
    it(`refuses ${name}`, () =>
      assert.throws(() => parseVolumePayload(change(createTestPayload())), message));
  }

  for (const path of [
    "../secret.nii",
    "/etc/passwd",
    "a/../../b",
    "http://x/y",
    "a\\b",
    "a//b",
    "./a",
    "a?b",
    "a#b",
  ]) {
    it(`refuses the file ${path}`, () =>
      assert.throws(
        () => parseVolumePayload({ ...createTestPayload(), files: { ct: path } }),
        /below the project's root/,
      ));
  }

  it("says what it found in a message that stays short", () => {
    try {
      parseVolumePayload({ ...createTestPayload(), shape: "x".repeat(5000) });
    } catch (error) {
      assert.ok((error as Error).message.length < 300);
      return;
    }
    assert.fail("a text was taken as a shape");
  });
});

describe("decodeVolume", () => {
  it("unpacks CT and labels", async () => {
    const { ct, labels } = await decodeVolume(createTestPayload());
    assert.deepEqual([...ct.subarray(0, 4)], [0, 1, 2, 3]);
    assert.equal(labels?.length, 24);
    assert.equal(labels?.[23], 2);
  });

  it("has no labels where the payload has none", async () => {
    const { labels: _labels, ...payload } = createTestPayload();
    assert.equal((await decodeVolume(payload)).labels, undefined);
  });

  it("stops at the byte that is one too many: a bomb does not fill the memory", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024)).toString("base64");
    assert.ok(bomb.length < 100_000);
    await assert.rejects(
      decodeGzipBase64(bomb, 1000, "ct.data"),
      /holds more than 1000 bytes, expected 1000 bytes/,
    );
  });

  it("refuses data that are too short, cut off, or no gzip, or no base64", async () => {
    const whole = pack(Uint8Array.from({ length: 1000 }, (_, i) => (i * 7919) % 251));
    await assert.rejects(decodeGzipBase64(whole, 1001, "ct.data"), /holds 1000 bytes, expected 1001 bytes/);
    await assert.rejects(decodeGzipBase64(whole.slice(0, -40), 1000, "ct.data"), /no whole gzip stream/);
    await assert.rejects(
      decodeGzipBase64("AAAA", 3, "labels.data"),
      /labels\.data holds no whole gzip stream/,
    );
    await assert.rejects(decodeGzipBase64("%%%", 3, "ct.data"), /holds not base64/);
  });
});

it("the largest volume that is taken is 512 x 512 x 256", () => assert.equal(maxPayloadVoxels, 67_108_864));
