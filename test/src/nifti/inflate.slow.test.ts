import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { constants, deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { createVolume } from "tumorlab/internal/core/grid";
import { inflateFast } from "tumorlab/internal/nifti/fast-inflate";
import { readNifti, readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { useFolder } from "./make-nifti.js";
import { makeStream, inflateByPieces, takeNumbers } from "./raw-deflate.js";

/** Bytes as in a CT: noise of 16 bits about a few levels, between stretches of one level. */
function makeScan(bytes: number, seed = 1): Uint8Array {
  const next = takeNumbers(seed);
  const data = new Int16Array(bytes >> 1);
  for (let at = 0, left = 0, level = 0; at < data.length; at++, left--) {
    if (left <= 0) [left, level] = [1 + (next() % 700), [-1024, -850, 40, 350][next() % 4]];
    data[at] = level === -1024 ? level : level + (next() % 48) + (next() % 48);
  }
  return new Uint8Array(data.buffer);
}

function drawNoise(bytes: number): Uint8Array {
  const next = takeNumbers(7);
  return Uint8Array.from({ length: bytes }, () => next() & 255);
}

describe("the decoder in WebAssembly", function () {
  this.timeout(120_000);

  it("is what its source compiles to, byte for byte", async () => {
    const build = (await import(pathToFileURL("src/nifti/assembly/build.mjs").href)) as {
      compileInflate(): Promise<Buffer>;
    };
    const { inflateModule } = (await import(pathToFileURL("src/dist/nifti/inflate-wasm.js").href)) as {
      inflateModule: string;
    };
    assert.equal((await build.compileInflate()).toString("base64"), inflateModule);
  });

  it("inflates what zlib deflates: every level, strategy, window and memory level", () => {
    const text = Buffer.from("voxels of a scan, voxels of a mask; ".repeat(300) + "the end");
    const kinds = [makeScan(60_000), drawNoise(5000), text, new Uint8Array(20000), new Uint8Array(0)];
    const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED } = constants;
    const settings = [
      ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((level) => ({ level })),
      ...[Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED].map((strategy) => ({ strategy })),
      ...[9, 10, 11, 12, 13, 14, 15].map((windowBits) => ({ windowBits })),
      { memLevel: 1 },
      { memLevel: 9 },
    ];
    for (const options of settings)
      for (const bytes of kinds) {
        const found = inflateByPieces(deflateRawSync(bytes, options));
        assert.ok(found && Buffer.compare(found, bytes) === 0, JSON.stringify(options));
      }
  });

  it("copies from every distance, over the ends of its pieces", () => {
    for (const seed of [1, 2, 3]) {
      const { stream, bytes } = makeStream(150_000, seed);
      assert.deepEqual(inflateRawSync(stream), bytes);
      for (const pieceBytes of [1100, 5000, 1 << 20])
        assert.ok(Buffer.compare(inflateByPieces(stream, pieceBytes)!, bytes) === 0, `${pieceBytes}`);
    }
  });

  it("gives of a changed stream what zlib gives, or refuses it too, and stays inside its memory", () => {
    const streams = [
      deflateRawSync(makeScan(6000)),
      deflateRawSync(makeScan(60_000)),
      deflateRawSync(makeScan(1500), { strategy: constants.Z_FIXED }),
      deflateRawSync(makeScan(3000), { memLevel: 1 }),
      deflateRawSync(drawNoise(300), { level: 0 }),
    ];
    const change = fc.tuple(fc.nat(4000), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(
        fc.constantFrom(...streams),
        fc.array(change, { maxLength: 3 }),
        fc.option(fc.nat(4000)),
        (stream, changes, cut) => {
          const bytes = Uint8Array.from(stream.subarray(0, cut ?? undefined));
          // Half of them at the start, where the codes are; some streams are cut.
          for (const [at, value] of changes)
            if (bytes.length) bytes[(at & 1 ? at : at % 90) % bytes.length] = value;
          let expected: Buffer | undefined;
          try {
            expected = inflateRawSync(bytes);
          } catch {
            expected = undefined;
          }
          const found = inflateByPieces(bytes);
          assert.equal(found === undefined, expected === undefined);
          if (found && expected) assert.ok(Buffer.compare(found, expected) === 0);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe("fast inflation of a file", () => {
  const folder = useFolder();
  const scan = makeScan(700_000);

  async function inflate(file: Uint8Array, total = scan.length, from = 0, length = total, name = "scan.gz") {
    const path = folder.write(name, file);
    const handle = await open(path, "r");
    try {
      return await inflateFast(handle, file.length, { from, length, total, most: total + 1000 }, path);
    } finally {
      await handle.close();
    }
  }

  it("gives the wanted bytes of several pieces", async () => {
    const noise = drawNoise(2_500_000);
    const file = gzipSync(noise, { level: 1 });
    assert.ok(file.length > 2 << 20);
    assert.ok(Buffer.compare((await inflate(file, noise.length))!, noise) === 0);
    const part = await inflate(file, noise.length, 1_000_001, 300_000);
    assert.ok(Buffer.compare(part!, noise.subarray(1_000_001, 1_300_001)) === 0);
  });

  it("reads ahead only over what is done with, however fast the disk is", async () => {
    const long = makeScan(8_000_000);
    const file = gzipSync(long, { level: 1 });
    assert.ok(file.length > 3 << 20);
    const instant = {
      read(into: Uint8Array, at: number, length: number, position: number) {
        const bytes = file.subarray(position, position + length);
        into.set(bytes, at);
        return Promise.resolve({ bytesRead: bytes.length });
      },
    } as unknown as FileHandle;
    const range = { from: 0, length: long.length, total: long.length, most: long.length };
    const found = await inflateFast(instant, file.length, range, "scan.gz");
    assert.ok(found && Buffer.compare(found, long) === 0);
  });

  it("passes over a name, a comment and further fields", async () => {
    const plain = gzipSync(scan);
    const withFields = (flags: number, ...fields: number[]): Buffer => {
      const header = Buffer.from(plain.subarray(0, 10));
      header[3] = flags;
      return Buffer.concat([header, Uint8Array.from(fields), plain.subarray(10)]);
    };
    const good = withFields(28, 3, 0, 1, 2, 3, 97, 98, 0, 99, 0);
    assert.deepEqual(gunzipSync(good), Buffer.from(scan));
    for (const file of [plain, good, withFields(9, 97, 0)])
      assert.ok(Buffer.compare((await inflate(file))!, scan) === 0);
    for (const file of [withFields(2, 0, 0), withFields(0x20), withFields(8).subarray(0, 14)])
      assert.equal(await inflate(file), undefined);
  });

  it("leaves to zlib what is not as it should be", async () => {
    const file = gzipSync(scan);
    const end = file.length;
    const changed = (at: number, add = 1): Buffer => {
      const copy = Buffer.from(file);
      copy[at] += add;
      return copy;
    };
    const odd = {
      checksum: changed(end - 5),
      length: changed(end - 1),
      damage: changed(end >> 1),
      method: changed(2),
      cut: file.subarray(0, end - 9),
      "cut trailer": file.subarray(0, end - 3),
      "two members": Buffer.concat([file, gzipSync(scan)]),
      "bytes behind it": Buffer.concat([file, new Uint8Array(3)]),
      nothing: new Uint8Array(0),
    };
    for (const [name, bytes] of Object.entries(odd)) assert.equal(await inflate(bytes), undefined, name);
    assert.equal(await inflate(file, scan.length + 1), undefined);
    assert.equal(await inflate(file, scan.length - 2000), undefined);
    assert.ok(await inflate(file), "it works again after each of them");
  });

  it("does one file at a time", async () => {
    const file = gzipSync(scan);
    const both = ["first.gz", "second.gz"].map((name) => inflate(file, scan.length, 0, scan.length, name));
    const [first, second] = await Promise.all(both);
    assert.equal(Number(first !== undefined) + Number(second !== undefined), 1);
    assert.ok(Buffer.compare((first ?? second)!, scan) === 0);
  });

  it("reads scans as before, two at once and damaged ones too", async () => {
    const volume = createVolume(new Int16Array(makeScan(2 * 96 ** 3).buffer), [96, 96, 96]);
    const path = `${folder.path}/scan.nii.gz`;
    await writeVolume(path, volume);
    for (const { data } of await Promise.all([readVolume(path), readVolume(path)]))
      assert.deepEqual(data, volume.data);
    const written = await readFile(path);
    writeFileSync(`${folder.path}/two.nii.gz`, Buffer.concat([written, gzipSync("more")]));
    assert.deepEqual((await readNifti(`${folder.path}/two.nii.gz`)).data, volume.data);
    written[written.length >> 1] ^= 255;
    writeFileSync(`${folder.path}/bad.nii.gz`, written);
    await assert.rejects(readVolume(`${folder.path}/bad.nii.gz`), /bad\.nii\.gz: found "a damaged gzip file/);
  });
});
