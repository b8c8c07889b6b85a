import assert from "node:assert/strict";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { readLabelMap, readNifti, readNiftiHeader, readVolume } from "tumorlab/internal/nifti/read";
import { makeHeader, makeNifti, makeVoxels, useFolder, type NiftiParts } from "./make-nifti.js";

const datatypes = [
  { code: 2, name: "uint8", values: [0, 1, 200, 255], array: "Uint8Array" },
  { code: 256, name: "int8", values: [-128, -1, 0, 127], array: "Int8Array" },
  { code: 512, name: "uint16", values: [0, 1, 40000, 65535], array: "Uint16Array" },
  { code: 4, name: "int16", values: [-32768, -1024, 0, 32767], array: "Int16Array" },
  { code: 768, name: "uint32", values: [0, 1, 3000000000, 4294967295], array: "Uint32Array" },
  { code: 8, name: "int32", values: [-2147483648, -1, 0, 2147483647], array: "Int32Array" },
  { code: 1280, name: "uint64", values: [0, 1, 2147483647, 5], array: "Int32Array" },
  { code: 1024, name: "int64", values: [-2147483648, -1, 0, 2147483647], array: "Int32Array" },
  { code: 16, name: "float32", values: [-1.5, 0, 3.25, 1e30].map(Math.fround), array: "Float32Array" },
  { code: 64, name: "float64", values: [-1.5, 0, 0.1, 1e300], array: "Float64Array" },
] as const;

describe("every numeric datatype, in both byte orders and both versions", () => {
  const folder = useFolder();
  for (const { code, name, values, array } of datatypes)
    it(name, async () => {
      for (const version of [1, 2] as const)
        for (const littleEndian of [true, false])
          for (const ending of [".nii", ".nii.gz"]) {
            const parts = {
              version,
              littleEndian,
              datatype: code,
              dim: [3, 4, 1, 1, 1, 1, 1, 1],
              voxels: [...values],
            };
            const path = folder.write(`v${version}${littleEndian}${ending}`, makeNifti(parts));
            const { header, data } = await readNifti(path);
            assert.equal(header.datatype, name);
            assert.equal(data.constructor.name, array);
            assert.deepEqual([...data], values);
          }
    });

  it("64-bit integers beyond int32 become exact float64, and beyond 2^53 are refused by name", async () => {
    const dim = [3, 2, 1, 1];
    const wide = (datatype: number, voxels: bigint[]) =>
      folder.write("w.nii", makeNifti({ datatype, dim, voxels }));
    assert.deepEqual(
      [...(await readVolume(wide(1024, [-(2n ** 53n) + 1n, 2n ** 31n]))).data],
      [-(2 ** 53) + 1, 2 ** 31],
    );
    assert.deepEqual([...(await readVolume(wide(1280, [2n ** 53n - 1n, 0n]))).data], [2 ** 53 - 1, 0]);
    await assert.rejects(
      readVolume(wide(1024, [0n, -(2n ** 60n)])),
      /found -1152921504606846976n, expected 64-bit/,
    );
    await assert.rejects(
      readVolume(wide(1280, [2n ** 64n - 1n, 0n])),
      /found 18446744073709551615n, expected 64-bit/,
    );
  });

  for (const [code, name] of [
    [1, "1-bit"],
    [32, "complex64"],
    [128, "RGB24"],
    [1792, "complex128"],
    [2304, "RGBA32"],
    [77, ""],
  ] as const)
    it(`refuses ${name || "an unknown code"}, saying what it reads`, async () => {
      const path = folder.write("a.nii", makeNifti({ datatype: code, bitpix: 24 }));
      await assert.rejects(readNiftiHeader(path), (error: Error) => {
        assert.ok(error.message.includes(name ? `"${code} (${name})"` : `found ${code}`), error.message);
        assert.match(error.message, /a\.nii datatype: .*expected one number a voxel: 2 \(uint8\)/);
        return true;
      });
    });
});

describe("layouts", () => {
  const folder = useFolder();
  const read = async (parts: NiftiParts) => readVolume(folder.write("a.nii", makeNifti(parts)));

  it("reads one to seven axes, singleton ones dropped after the third", async () => {
    const shapes: [number[], number[]][] = [
      [
        [1, 4, 0, 0, 0, 0, 0, 0],
        [4, 1, 1],
      ],
      [
        [2, 4, 3, 0, 0, 0, 0, 0],
        [4, 3, 1],
      ],
      [
        [3, 4, 3, 2, 0, 0, 0, 0],
        [4, 3, 2],
      ],
      [
        [4, 4, 3, 2, 1, 9, 9, 9],
        [4, 3, 2],
      ],
      [
        [7, 4, 3, 2, 1, 1, 1, 1],
        [4, 3, 2],
      ],
    ];
    for (const [dim, shape] of shapes) {
      const volume = await read({ dim });
      assert.deepEqual(volume.shape, shape);
      assert.deepEqual([...volume.data], [...volume.data.keys()]);
    }
  });

  it("counts the volumes of five to seven axes in one row", async () => {
    const path = folder.write("a.nii.gz", makeNifti({ dim: [7, 2, 1, 1, 2, 1, 3, 2] }));
    const header = await readNiftiHeader(path);
    assert.deepEqual(header.dims, [2, 1, 1, 2, 1, 3, 2]);
    assert.equal(header.volumes, 12);
    for (const volume of [0, 5, 11])
      assert.deepEqual([...(await readVolume(path, { volume })).data], [2 * volume, 2 * volume + 1]);
    await assert.rejects(
      readVolume(path, { volume: 12 }),
      /volume: found 12, expected one volume, or .* 0 to 11/,
    );
  });

  it("finds voxels at any offset, aligned or not, compressed or not", async () => {
    for (const voxOffset of [352, 353, 354, 357, 400, 4093])
      for (const datatype of [4, 64])
        for (const ending of [".nii", ".nii.gz"]) {
          const path = folder.write(`o${ending}`, makeNifti({ voxOffset, datatype }));
          assert.deepEqual([...(await readVolume(path)).data], [...Array(24).keys()]);
        }
  });

  it("takes offset 0 of a single file as right after the header", async () => {
    const bytes = makeNifti();
    new DataView(bytes.buffer).setFloat32(108, 0, true);
    assert.deepEqual([...(await readVolume(folder.write("a.nii", bytes))).data], [...Array(24).keys()]);
  });

  it("steps over extensions, damaged ones too", async () => {
    const extension = new Uint8Array(4 + 32);
    extension[0] = 1;
    new DataView(extension.buffer).setInt32(4, 32, true);
    assert.deepEqual([...(await read({ extension })).data], [...Array(24).keys()]);
    new DataView(extension.buffer).setInt32(4, -7, true);
    assert.deepEqual([...(await read({ extension })).data], [...Array(24).keys()]);
  });

  it("reads pairs by either name, compressed or not, at offset 0 or another", async () => {
    for (const version of [1, 2] as const)
      for (const [header, image] of [
        ["p.hdr", "p.img"],
        ["q.hdr.gz", "q.img.gz"],
        ["r.hdr", "r.img.gz"],
      ]) {
        const parts = { version, magic: `ni${version}\0`, voxOffset: 0 };
        const headerPath = folder.write(header, makeHeader(parts));
        const imagePath = folder.write(image, makeVoxels(parts));
        for (const path of [headerPath, imagePath])
          assert.deepEqual([...(await readVolume(path)).data], [...Array(24).keys()]);
        const shifted = { ...parts, voxOffset: 10 };
        folder.write(header, makeHeader(shifted));
        folder.write(image, Buffer.concat([Buffer.alloc(10), makeVoxels(shifted)]));
        assert.deepEqual([...(await readVolume(headerPath)).data], [...Array(24).keys()]);
      }
  });

  it("says which half of a pair is missing", async () => {
    const headerPath = folder.write("lone.hdr", makeHeader({ magic: "ni1\0", voxOffset: 0 }));
    await assert.rejects(
      readVolume(headerPath),
      /lone\.hdr: found "no \.img file beside it", expected .*lone\.img/,
    );
    const imagePath = folder.write("only.img", makeVoxels());
    await assert.rejects(readVolume(imagePath), /only\.img: found "no \.hdr file beside it"/);
  });

  it("reads gzip of several members, wherever they are cut, with zeros after the last", async () => {
    const bytes = makeNifti({ dim: [3, 40, 30, 2] });
    for (const cuts of [[1], [100], [348], [352], [400, 401, 402], [bytes.length - 1], [0, 0, 500]]) {
      const ends = [...cuts, bytes.length];
      const members = ends.map((end, k) => gzipSync(bytes.subarray(k ? ends[k - 1] : 0, end)));
      const path = folder.write("m.nii.gz", Buffer.concat([...members, Buffer.alloc(512)]));
      assert.deepEqual([...(await readVolume(path)).data], [...Array(2400).keys()]);
      assert.deepEqual((await readNiftiHeader(path)).shape, [40, 30, 2]);
    }
  });

  it("tells gzip by its bytes, not by the name", async () => {
    const path = `${folder.path}/a.nii`;
    writeFileSync(path, gzipSync(makeNifti()));
    assert.equal((await readNiftiHeader(path)).compressed, true);
    assert.deepEqual([...(await readVolume(path)).data], [...Array(24).keys()]);
  });

  it("takes slope 0 as no scale, and an intercept alone as one", async () => {
    for (const inter of [5, NaN]) assert.equal((await read({ slope: 0, inter })).rescale, undefined);
    assert.equal((await read({ slope: 1, inter: 0 })).rescale, undefined);
    assert.deepEqual((await read({ slope: 1, inter: -1024 })).rescale, { slope: 1, intercept: -1024 });
  });

  it("refuses a slope or an intercept that is no number, in both versions", async () => {
    for (const version of [1, 2] as const)
      for (const odd of [NaN, Infinity, -Infinity]) {
        await assert.rejects(
          read({ version, slope: odd, inter: 0 }),
          /a\.nii scl_slope: found .*, expected a finite/,
        );
        await assert.rejects(
          read({ version, slope: 1, inter: odd }),
          /a\.nii scl_inter: found .*, expected a finite/,
        );
      }
  });

  it("accepts up to a mebibyte after the voxels", async () => {
    const bytes = Buffer.concat([makeNifti(), Buffer.alloc(1000)]);
    for (const name of ["a.nii", "a.nii.gz"])
      assert.deepEqual([...(await readVolume(folder.write(name, bytes))).data], [...Array(24).keys()]);
  });

  it("reads whole numbers as labels from every datatype", async () => {
    for (const { code } of datatypes) {
      const path = folder.write(
        "l.nii.gz",
        makeNifti({ datatype: code, dim: [3, 4, 1, 1], voxels: [0, 1, 7, 127] }),
      );
      const labels = await readLabelMap(path);
      assert.deepEqual(labels.data, Uint8Array.of(0, 1, 7, 127));
    }
    const scaled = folder.write("s.nii", makeNifti({ dim: [3, 3, 1, 1], slope: 0.1, voxels: [0, 10, 650] }));
    assert.deepEqual((await readLabelMap(scaled)).data, Uint8Array.of(0, 1, 65));
    const odd = folder.write("o.nii", makeNifti({ dim: [3, 3, 1, 1], slope: 0.1, voxels: [0, 10, 655] }));
    await assert.rejects(readLabelMap(odd), /found "65\.5\d* at voxel \[2, 0, 0\]"/);
    for (const bad of [-1, 65536, NaN, Infinity]) {
      const path = folder.write("b.nii", makeNifti({ datatype: 64, dim: [3, 2, 1, 1], voxels: [0, bad] }));
      await assert.rejects(readLabelMap(path), new RegExp(`b\\.nii: found "${bad} at voxel \\[1, 0, 0\\]"`));
    }
  });
});

describe("readNiftiHeader", () => {
  const folder = useFolder();

  it("needs no more than the beginning of the file, compressed or not", async () => {
    const noise = Array.from({ length: 64 * 64 * 64 }, (_, i) => Math.imul(i + 1, 2654435761) >> 16);
    for (const name of ["a.nii.gz", "a.nii"]) {
      const path = folder.write(name, makeNifti({ dim: [3, 64, 64, 64], voxels: noise }));
      assert.ok(readFileSync(path).length > 300_000);
      truncateSync(path, 2000);
      assert.deepEqual((await readNiftiHeader(path)).shape, [64, 64, 64]);
      await assert.rejects(
        readVolume(path),
        /expected (a file that holds the \d+ bytes|a complete gzip file)/,
      );
    }
  });
});
