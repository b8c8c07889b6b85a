import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { LabError } from "tumorlab/internal/core/errors";
import { readNiftiHeader, readVolume } from "tumorlab/internal/nifti/read";
import { makeHeader, makeNifti, useFolder, type NiftiParts } from "./make-nifti.js";

/** Expects a LabError whose message starts with the file's name and matches `pattern`. */
async function refuses(work: Promise<unknown>, pattern: RegExp): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof LabError, String(error));
    assert.match(error.message, pattern);
    assert.match(error.message, /bad\.nii/);
    return true;
  });
}

describe("damaged and hostile files", () => {
  const folder = useFolder();
  const header = (parts: NiftiParts) => readNiftiHeader(folder.write("bad.nii", makeNifti(parts)));
  const noisy = () =>
    makeNifti({
      dim: [3, 40, 30, 20],
      voxels: Array.from({ length: 24000 }, (_, i) => Math.imul(i, 40503) & 0x7fff),
    });

  it("name what they are when they are no NIfTI at all", async () => {
    await refuses(
      readVolume(folder.write("bad.nii", new Uint8Array(0))),
      /found "0 bytes", expected a NIfTI file/,
    );
    await refuses(
      readVolume(folder.write("bad.nii", Buffer.from("x".repeat(400)))),
      /header size: found 2021161080/,
    );
    await refuses(readVolume(folder.write("bad.nii.gz", gzipSync("hello"))), /header size: found/);
    await refuses(
      readVolume(folder.write("bad.nii", Uint8Array.of(0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9))),
      /damaged gzip/,
    );
    mkdirSync(`${folder.path}/bad.nii.d`);
    await refuses(readVolume(`${folder.path}/bad.nii.d`), /found "a folder or device"/);
  });

  it("name a header cut short, in front of everything else", async () => {
    for (const version of [1, 2] as const) {
      const bytes = makeHeader({ version }).subarray(0, 300);
      const pattern = new RegExp(
        `found "300 bytes", expected a header of ${version === 1 ? 348 : 540} bytes`,
      );
      await refuses(readNiftiHeader(folder.write("bad.nii", bytes)), pattern);
      await refuses(readNiftiHeader(folder.write("bad.nii.gz", bytes)), pattern);
    }
  });

  it("print a wrong magic and the right ones", async () => {
    await refuses(
      header({ magic: "abc\0" }),
      /magic: found "abc\\u0000", expected "n\+1\\u0000" \(one file\) or "ni1/,
    );
    await refuses(header({ magic: "\0\0\0\0" }), /Plain Analyze files carry no reliable orientation/);
    await refuses(header({ version: 2, magic: "n+1\0" }), /magic: found "n\+1\\u0000", expected "n\+2/);
  });

  it("print dimensions that are no grid", async () => {
    for (const version of [1, 2] as const) {
      await refuses(
        header({ version, dim: [3, 4, -3, 2], voxels: [] }),
        /dim: found \[4, -3, 2\], expected at least 1/,
      );
      await refuses(
        header({ version, dim: [3, 4, 0, 2], voxels: [] }),
        /dim: found \[4, 0, 2\], expected at least 1/,
      );
      for (const axes of [0, 8, -1])
        await refuses(
          header({ version, dim: [axes, 4, 3, 2], voxels: [] }),
          new RegExp(`dim\\[0\\]: found ${axes}`),
        );
    }
    // Big-endian 64-bit sizes, which nifti-reader-js 0.8.0 misreads.
    const bigEndian = { version: 2 as const, littleEndian: false, dim: [3, 4, -3, 2], voxels: [] };
    await refuses(header(bigEndian), /dim: found \[4, -3, 2\]/);
  });

  it("print spacing that is not finite or 0 where it must not be", async () => {
    for (const bad of [NaN, Infinity])
      for (const sformCode of [0, 1])
        await refuses(
          header({ sformCode, pixdim: [1, 0.7, bad, 5] }),
          new RegExp(`pixdim: found .*${bad}.*finite`),
        );
    await refuses(
      header({ sformCode: 0, pixdim: [1, 0.7, 0, 5] }),
      /pixdim: found \[0\.69.*, 0, 5\], expected voxel spacing above 0/,
    );
  });

  it("print a singular or infinite affine", async () => {
    await refuses(
      header({ sform: [1, 2, 0, 0, 2, 4, 0, 0, 0, 0, 1, 0] }),
      /affine: found \[1, 2, 0, 0, 2, 4.*singular/,
    );
    await refuses(header({ sform: Array<number>(12).fill(0) }), /affine: found \[0, 0, 0.*singular/);
    await refuses(
      header({ sform: [NaN, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] }),
      /affine: found \[NaN.*16 finite numbers/,
    );
    await refuses(header({ sformCode: 0, qformCode: 1, quaternion: [NaN, 0, 0] }), /affine: found \[NaN/);
  });

  it("print bitpix and offsets that contradict the rest", async () => {
    await refuses(header({ bitpix: 8 }), /bitpix: found 8, expected 16 for int16/);
    for (const offset of [-16, 100, NaN, 352.5]) {
      const bytes = makeNifti();
      new DataView(bytes.buffer).setFloat32(108, offset, true);
      await refuses(
        readNiftiHeader(folder.write("bad.nii", bytes)),
        new RegExp(`vox_offset: found ${offset}, expected`),
      );
    }
  });

  it("say that a file is cut short, before and after compression", async () => {
    const bytes = noisy();
    const compressed = gzipSync(bytes);
    for (const keep of [0.3, 0.9, 0.999]) {
      const plain = bytes.subarray(0, Math.floor(bytes.length * keep));
      await refuses(
        readVolume(folder.write("bad.nii", plain)),
        /found "\d+ bytes", expected a file that holds the 48352/,
      );
      await refuses(
        readVolume(folder.write("bad.nii.gz", plain)),
        /found "\d+ bytes after inflation", expected at least 48352/,
      );
      const cut = compressed.subarray(0, Math.floor(compressed.length * keep));
      await refuses(readVolume(folder.write("bad.nii.gz", cut)), /gzip file that ends too early/);
    }
    // Eight bytes from the end lie CRC and length.
    await refuses(
      readVolume(folder.write("bad.nii.gz", compressed.subarray(0, -8))),
      /gzip file that ends too early/,
    );
  });

  it("say that a checksum or length does not match, and that compressed data are garbled", async () => {
    const garble = (fromEnd: number) => {
      const bytes = Buffer.from(gzipSync(noisy()));
      bytes[bytes.length - fromEnd] ^= 0x55;
      return readVolume(folder.write("bad.nii.gz", bytes));
    };
    await refuses(garble(6), /damaged gzip file \(incorrect data check\)/);
    await refuses(garble(3), /damaged gzip file \(incorrect length check\)/);
    await refuses(garble(3000), /damaged gzip file/);
    const trailing = Buffer.concat([gzipSync(noisy()), Buffer.from("garbage")]);
    await refuses(readVolume(folder.write("bad.nii.gz", trailing)), /damaged gzip file/);
  });

  it("say the same of long files, which are read and inflated piece by piece", async () => {
    const dim = [3, 1500, 1500, 1];
    const numbers = Array.from({ length: 1500 * 1500 }, (_, i) => Math.imul(i, 40503) & 0x7fff);
    const bytes = makeNifti({ dim, voxels: numbers });
    const gzip = (part: Uint8Array) => gzipSync(part, { level: 0 });
    const read = (file: Uint8Array) => readVolume(folder.write("bad.nii.gz", file));
    const whole = gzip(bytes);
    assert.ok(whole.length > 4 << 20);
    const voxels = Buffer.from(bytes.buffer, bytes.byteOffset + 352, bytes.length - 352);
    const inTwo = Buffer.concat([gzip(bytes.subarray(0, 2e6)), gzip(bytes.subarray(2e6))]);
    for (const file of [whole, inTwo, gzip(Buffer.concat([bytes, new Uint8Array(1 << 20)]))]) {
      const { data } = await read(file);
      assert.ok(voxels.equals(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
    }

    await refuses(read(whole.subarray(0, -3000)), /gzip file that ends too early \(4\d{6} bytes\)/);
    await refuses(
      read(gzip(bytes.subarray(0, -2))),
      /found "4500350 bytes after inflation", expected at least/,
    );
    const long = gzip(Buffer.concat([bytes, new Uint8Array(3 << 20)]));
    await refuses(read(long), /found "more than 5548928 bytes after inflation", expected 4500352 bytes/);
    const garbled = Buffer.from(whole);
    garbled[garbled.length - 6] ^= 0x55;
    await refuses(read(garbled), /damaged gzip file \(incorrect data check\)/);
    garbled[4e6] ^= 0x55;
    await refuses(read(garbled), /damaged gzip file/);
  });

  it("take no memory for sizes the file cannot hold", async () => {
    const huge = { dim: [3, 30000, 30000, 30000], voxels: [] };
    const before = process.memoryUsage().arrayBuffers;
    await refuses(
      readVolume(folder.write("bad.nii", makeNifti(huge))),
      /a file that holds the 54000000000352 bytes/,
    );
    await refuses(
      readVolume(folder.write("bad.nii.gz", makeNifti(huge))),
      /found "a gzip file of \d+ bytes"/,
    );
    const wide = { version: 2 as const, dim: [3, 2 ** 40, 2 ** 40, 1], voxels: [] };
    await refuses(readVolume(folder.write("bad.nii", makeNifti(wide))), /expected a file that holds/);
    assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 24);
  });

  it("stop inflating a bomb that claims to be small", async () => {
    const bomb = Buffer.concat([makeNifti(), Buffer.alloc(64 << 20)]);
    await refuses(
      readVolume(folder.write("bad.nii.gz", bomb)),
      /found "more than 1048976 bytes after inflation", expected 400/,
    );
    const series = Buffer.concat([makeNifti({ dim: [4, 2, 1, 1, 12] }), Buffer.alloc(64 << 20)]);
    const path = folder.write("bad.nii.gz", series);
    await refuses(readVolume(path, { volume: 3 }), /found "more than \d+ bytes after inflation"/);
  });

  it("check a whole series though one volume is asked for", async () => {
    const bytes = Buffer.from(gzipSync(makeNifti({ dim: [4, 40, 30, 1, 20] })));
    const path = folder.write("bad.nii.gz", bytes);
    assert.equal((await readVolume(path, { volume: 3 })).data[0], 3600);
    bytes[bytes.length - 6] ^= 1;
    await refuses(readVolume(folder.write("bad.nii.gz", bytes), { volume: 3 }), /incorrect data check/);
    const short = readFileSync(path).subarray(0, -20);
    await refuses(readVolume(folder.write("bad.nii.gz", short), { volume: 3 }), /ends too early/);
  });

  it("leave nothing behind", async () => {
    const path = folder.write("bad.nii", makeNifti({ magic: "abc\0" }));
    await assert.rejects(readVolume(path));
    assert.deepEqual(readdirSync(folder.path), ["bad.nii"]);
  });
});
