import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toLabelMap } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import { readLabelMap, readVolume } from "tumorlab/internal/formats/read";
import { writeVolume } from "tumorlab/internal/formats/write";
import { makeSlice } from "./make-dicom.js";

const [nx, ny, nz] = [40, 32, 9];
const at = (x: number, y: number, z: number): number => x + nx * (y + ny * z);

/** Balls with a hole, a ball inside, a piece apart and single voxels strewn about; none at the edge of the picture, where plastimatch closes no contour. */
function drawLabels(seed: number): Uint8Array {
  const stream = createKey(seed).split("structures").stream();
  const middle = [stream.uniformBetween(15, 22), stream.uniformBetween(13, 18), stream.uniformBetween(3, 5)];
  const data = new Uint8Array(nx * ny * nz);
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++) {
        const far = Math.hypot((x - middle[0]) * 0.75, (y - middle[1]) * 1.25, (z - middle[2]) * 3);
        const lesion = Math.hypot((x - middle[0] - 6) * 0.75, (y - middle[1]) * 1.25, (z - middle[2]) * 3);
        if (far < 10.5 && far > 3) data[at(x, y, z)] = lesion < 2.6 ? 2 : 1;
        if (x > 0 && x < 4 && y > 20 && y < ny - 1 && z > 2 && z < 6) data[at(x, y, z)] = 2;
      }
  for (let k = 0; k < 25; k++)
    data[at(stream.integer(1, nx - 2), stream.integer(1, ny - 2), stream.integer(1, nz - 2))] = 1;
  return data;
}

/** RTSTRUCTs as plastimatch (Debian's) writes them, which has no line of code in common with the tests or the reader. */
describe("an RTSTRUCT by plastimatch", function () {
  this.timeout(60_000);
  let root: string;
  before(function () {
    if (spawnSync("plastimatch", ["--version"]).error) {
      console.log("      skipped: plastimatch is not here (Debian: apt-get install plastimatch)");
      this.skip();
    }
    root = mkdtempSync(join(tmpdir(), "plastimatch-"));
  });
  after(() => root && rmSync(root, { recursive: true, force: true }));

  const orientations: [string, number[]][] = [
    ["axial", [1, 0, 0, 0, 1, 0]],
    ["prone", [-1, 0, 0, 0, -1, 0]],
  ];
  for (const [seed, [name, orientation]] of orientations.entries())
    it(`is read voxel by voxel as the labels it was made of, ${name}`, async () => {
      const [ct, out] = [join(root, name, "ct"), join(root, name, "out")];
      mkdirSync(ct, { recursive: true });
      for (let k = 0; k < nz; k++)
        writeFileSync(
          join(ct, `${k}.dcm`),
          makeSlice({
            ...{
              columns: nx,
              rows: ny,
              spacing: [1.25, 0.75],
              orientation,
              position: [-11.5, 20.25, 3 * k - 40],
            },
            ...{
              pixel: (x, y) => x * y + k,
              series: `1.2.840.99.${seed}`,
              uid: `1.2.840.99.${seed}.${k + 1}`,
            },
            more: [
              [0x00200052, "UI", `1.2.840.98.${seed}`],
              [0x00200013, "IS", String(k + 1)],
            ],
          }),
        );
      const { rescale: _, ...grid } = await readVolume(ct);
      const truth = toLabelMap({ ...grid, data: drawLabels(seed) }, { 1: "liver", 2: "liver_tumor" });
      // Values are bits to it: 1 and 2 are the first and the second structure.
      const labels = join(root, name, "labels.nii.gz");
      await writeVolume(labels, truth);
      const list = join(root, name, "list.txt");
      writeFileSync(list, "0|255 0 0|liver\n1|0 255 0|liver_tumor\n");
      const words = ["--input-ss-img", labels, "--input-ss-list", list, "--referenced-ct", ct];
      const made = spawnSync("plastimatch", ["convert", ...words, "--output-dicom", out], {
        encoding: "utf8",
      });
      assert.equal(made.status, 0, made.stderr + made.stdout);
      const [file, ...others] = readdirSync(out);
      assert.equal(others.length, 0);
      const read = await readLabelMap(join(out, file), { ct });
      assert.deepEqual([read.names, read.shape, read.affine], [truth.names, truth.shape, truth.affine]);
      const wrong = [...truth.data].flatMap((value, i) =>
        value === read.data[i]
          ? []
          : [`${i % nx},${Math.floor(i / nx) % ny},${Math.floor(i / nx / ny)}: ${value} as ${read.data[i]}`],
      );
      assert.deepEqual(wrong, []);
      assert.ok(truth.data.filter((value) => value === 2).length > 50);
    });
});
