import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { LabError } from "tumorlab/internal/core/errors";
import { createVolume } from "tumorlab/internal/core/grid";
import { readHeader } from "tumorlab/internal/formats/header";
import { readLabelMap, readVolume } from "tumorlab/internal/formats/read";
import { writeVolume } from "tumorlab/internal/formats/write";

describe("NRRD and MetaImage", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), "formats-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const put = (name: string, ...parts: (string | Uint8Array)[]): string => {
    const file = path.join(folder, name);
    writeFileSync(file, Buffer.concat(parts.map((part) => Buffer.from(part as string))));
    return file;
  };

  const voxels = Int16Array.of(1, -2, 300, 4, 5, -600, 7, 8, 9, 10, 11, 12);
  const littleBytes = new Uint8Array(voxels.buffer);
  const bigBytes = Uint8Array.from(littleBytes, (_, k) => littleBytes[k ^ 1]);
  const nrrd = (more: string, endian = "little", encoding = "raw"): string =>
    `NRRD0004\n# made for a test\ntype: short\ndimension: 3\nsizes: 3 2 2\nendian: ${endian}\nencoding: ${encoding}\n${more}`;
  const place =
    "space: left-posterior-superior\nspace directions: (0,2,0) (0,0,3) (4,0,0)\nspace origin: (10,20,30)\nkinds: domain domain domain\n";
  // LPS to RAS by hand: x and y of every vector change sign.
  const affine = [0, 0, -4, -10, -2, 0, 0, -20, 0, 3, 0, 30, 0, 0, 0, 1];

  it("reads raw, gzip and ascii NRRD in either byte order, by its bytes", async () => {
    const files = [
      put("little.nrrd", nrrd(`${place}\n`), littleBytes),
      put("big.nrrd", nrrd(`${place}\n`, "big"), bigBytes),
      put("named.nii", nrrd(`${place}\n`, "big", "gzip"), gzipSync(bigBytes)),
      put("text.nrrd", nrrd(`${place}\n`, "little", "ascii"), voxels.join(" ")),
    ];
    for (const file of files) {
      const volume = await readVolume(file);
      assert.deepEqual([...volume.data], [...voxels], file);
      assert.ok(volume.data instanceof Int16Array);
      assert.deepEqual(volume.affine, affine, file);
      assert.deepEqual(volume.spacingMm, [2, 3, 4]);
    }
  });

  it("takes RAS and LAS as they are named, and says where nothing is", async () => {
    const [ras, las] = ["right-anterior-superior", "LAS"].map((space, k) =>
      put(`space-${k}.nrrd`, nrrd(`${place.replace("left-posterior-superior", space)}\n`), littleBytes),
    );
    assert.deepEqual((await readVolume(ras)).affine, [0, 0, 4, 10, 2, 0, 0, 20, 0, 3, 0, 30, 0, 0, 0, 1]);
    assert.deepEqual((await readVolume(las)).affine, [0, 0, -4, -10, 2, 0, 0, 20, 0, 3, 0, 30, 0, 0, 0, 1]);
    const bare = await readHeader(put("bare.nrrd", nrrd("spacings: 2 3 4\n\n"), littleBytes));
    assert.equal(bare.affineFrom, "spacing");
    assert.deepEqual(bare.affine, [2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4, 0, 0, 0, 0, 1]);
    assert.equal((await readHeader(ras)).affineFrom, "header");
  });

  it("reads voxels that lie apart, counted from the start or the end", async () => {
    put("apart.raw", "ab", littleBytes);
    for (const skip of ["2", "-1"]) {
      const file = put(`apart${skip}.nhdr`, nrrd(`${place}byte skip: ${skip}\ndata file: apart.raw\n`));
      assert.deepEqual([...(await readVolume(file)).data], [...voxels]);
    }
  });

  const meta = (more: string): string =>
    `ObjectType = Image\nNDims = 3\nDimSize = 3 2 2\nElementType = MET_SHORT\n${more}`;
  // Each three numbers are an axis, as ITK has it: x runs along P, y along S, z along L.
  const metaPlace = "TransformMatrix = 0 1 0 0 0 1 1 0 0\nOffset = 10 20 30\nElementSpacing = 2 3 4\n";

  it("reads MetaImage in one file or two, packed or not", async () => {
    const { deflateSync } = await import("node:zlib");
    put("meta.raw", bigBytes);
    const files = [
      put("a.mha", meta(`${metaPlace}ElementDataFile = LOCAL\n`), littleBytes),
      put(
        "b.mha",
        meta(`${metaPlace}CompressedData = True\nElementDataFile = LOCAL\n`),
        deflateSync(littleBytes),
      ),
      put(
        "c.mhd",
        meta(`${metaPlace}BinaryDataByteOrderMSB = True\nHeaderSize = -1\nElementDataFile = meta.raw\n`),
      ),
      put("d.mha", meta(`${metaPlace}BinaryData = False\nElementDataFile = LOCAL\n`), voxels.join("\n")),
    ];
    for (const file of files) {
      const volume = await readVolume(file);
      assert.deepEqual([...volume.data], [...voxels], file);
      assert.deepEqual(
        volume.affine.map((value) => value + 0),
        affine,
        file,
      );
    }
  });

  it("keeps every voxel and every bit of the grid through .nrrd, .mha and .nii.gz", async () => {
    const number = fc.double({ min: 0.2, max: 9, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.array(number, { minLength: 6, maxLength: 6 }), fc.integer(), async (n, seed) => {
        const turn = [0.36, 0.48, -0.8, -0.8, 0.6, 0, 0.48, 0.64, 0.6];
        const rows = [0, 1, 2].flatMap((row) => [
          ...[0, 1, 2].map((column) => turn[3 * row + column] * n[column]),
          n[3 + row],
        ]);
        const data = Float32Array.from({ length: 24 }, (_, k) => ((seed ^ (k * 7919)) % 2000) / 8);
        const volume = createVolume(data, [2, 3, 4], { affine: [...rows, 0, 0, 0, 1] });
        for (const ending of [".nrrd", ".mha"]) {
          const file = path.join(folder, `round${ending}`);
          await writeVolume(file, volume);
          const back = await readVolume(file);
          assert.deepEqual(back.data, data);
          back.affine.forEach((value, k) => assert.ok(Math.abs(value - volume.affine[k]) < 1e-12, ending));
        }
      }),
      { numRuns: 20 },
    );
  });

  it("keeps names of labels in NRRD, and writes scaled numbers as what they mean", async () => {
    const data = Uint8Array.of(0, 1, 2, 2, 1, 0, 0, 0);
    const map = { ...createVolume(data, [2, 2, 2]), names: { 1: "liver", 2: "liver_tumor" } };
    const file = path.join(folder, "labels.seg.nrrd");
    await writeVolume(file, map);
    assert.match(readFileSync(file, "latin1"), /Segment1_Name:=liver_tumor/);
    const back = await readLabelMap(file);
    assert.deepEqual(back.names, map.names);
    assert.deepEqual(back.data, data);
    const ct = createVolume(Uint16Array.from([0, 1024, 1064, 4000]), [2, 2, 1], {
      rescale: { slope: 1, intercept: -1024 },
    });
    await writeVolume(path.join(folder, "ct.mha"), ct);
    assert.deepEqual((await readVolume(path.join(folder, "ct.mha"))).data, Int16Array.of(-1024, 0, 40, 2976));
  });

  const refused: [string, string, RegExp][] = [
    ["four axes", nrrd(place).replace("dimension: 3", "dimension: 4"), /dimension: found "4", expected 3/],
    ["colors", nrrd(place.replace("domain domain domain", "RGB-color domain domain")), /kinds/],
    [
      "another space",
      nrrd(place.replace("left-posterior-superior", "scanner-xyz")),
      /space: found "scanner-xyz"/,
    ],
    ["no byte order", nrrd(place).replace("endian: little\n", ""), /endian: found undefined/],
    ["bzip2", nrrd(place, "little", "bzip2"), /encoding: found "bzip2", expected raw, gzip or ascii/],
    ["a flat grid", nrrd(place.replace("(4,0,0)", "(0,4,0)")), /singular/],
    ["a broken number", nrrd(place.replace("(10,20,30)", "(10,2x,30)")), /space origin/],
    ["a size of none", nrrd(place).replace("3 2 2", "3 0 2"), /sizes/],
    [
      "another size",
      nrrd(place).replace("3 2 2", "3 2 1"),
      /found "24 bytes of voxels", expected the 12 bytes/,
    ],
    ["a field twice", nrrd(`${place}sizes: 3 2 2\n`), /found "the field twice"/],
    ["inches", nrrd(`${place}space units: "in" "in" "in"\n`), /space units/],
  ];
  for (const [what, header, message] of refused)
    it(`refuses ${what} in words`, async () => {
      const file = put("refused.nrrd", `${header}\n`, littleBytes);
      await assert.rejects(
        readVolume(file),
        (error: Error) => error instanceof LabError && message.test(error.message),
      );
    });

  it("refuses MetaImage with channels, other sizes and lists", async () => {
    const cases: [string, RegExp][] = [
      [meta(`ElementNumberOfChannels = 3\n${metaPlace}ElementDataFile = LOCAL\n`), /Channels/],
      [meta(`${metaPlace}ElementDataFile = LIST\n`), /one file with all voxels/],
      [meta(`${metaPlace}ElementDataFile = gone.raw\n`), /no such file/],
      [meta(`${metaPlace.replace("2 3 4", "2 0 4")}ElementDataFile = LOCAL\n`), /spacing above 0/],
      [meta(`${metaPlace}`), /no ElementDataFile/],
    ];
    for (const [header, message] of cases)
      await assert.rejects(
        readVolume(put("refused.mha", header, header.endsWith("LOCAL\n") ? littleBytes : "")),
        message,
      );
  });
});
