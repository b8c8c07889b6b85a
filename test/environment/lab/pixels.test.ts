import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { VolumePayload } from "tumorlab/internal/contracts/volume-payload";
import type { Volume } from "tumorlab/internal/core/types";
import { readVolume } from "tumorlab/internal/nifti/read";
import { parseColor } from "tumorlab/internal/viewer/structure-style";
import { createTestVolume } from "./volumes.js";
import {
  createGreyTable,
  dragWindow,
  formatWindow,
  toGrey,
  toGreys,
} from "#environment/lab/src/logic/grey.js";
import { hollowOut } from "#environment/lab/src/logic/hollow.js";
import { createCtNifti, createLabelsNifti, findBodyRange } from "#environment/lab/src/logic/nifti.js";
import {
  completeTable,
  createFillTable,
  listPresentValues,
  traceOutline,
} from "#environment/lab/src/logic/overlay.js";
import {
  describeGrid,
  findValue,
  formatPosition,
  formatValue,
  readVoxel,
} from "#environment/lab/src/logic/readout.js";

const volume = createTestVolume();
const { table } = volume.payload.labels ?? { table: [] };

describe("toGrey", () => {
  it("is black at the window's lower end and white at its upper end", () => {
    const window = { centerHu: 40, widthHu: 400 };
    assert.deepEqual(
      [-1000, -160, 40, 240, 3000].map((hu) => toGrey(hu, window)),
      [0, 0, 128, 255, 255],
    );
  });

  it("never falls with rising HU", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1024, max: 3071 }), { minLength: 256, maxLength: 256 }),
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 1, max: 4000 }),
        (levels, centerHu, widthHu) => {
          const grey = createGreyTable(
            levels.sort((a, b) => a - b),
            { centerHu, widthHu },
          );
          assert.ok(grey.every((value, i) => i === 0 || value >= grey[i - 1]));
        },
      ),
    );
  });
});

describe("toGreys", () => {
  it("is as the grey of each value, and black for what is no number", () => {
    const window = { centerHu: 40, widthHu: 400 };
    const values = Float32Array.of(-2000, -160, 12, 40, 240, 3000, NaN);
    const expected = [...values].map((value) => (Number.isNaN(value) ? 0 : toGrey(value, window)));
    for (const [i, grey] of toGreys(values, window).entries()) assert.ok(Math.abs(grey - expected[i]) <= 1);
  });
});

describe("dragWindow", () => {
  it("goes in steps of the window where the numbers are no HU", () => {
    const { centerHu, widthHu } = dragWindow({ centerHu: 0.5, widthHu: 1 }, 128, 64, false);
    assert.deepEqual([centerHu, widthHu], [0.75, 1.5]);
    assert.ok(dragWindow({ centerHu: 0.5, widthHu: 1 }, -9999, 0, false).widthHu > 0);
  });

  it("widens to the right, brightens upwards, and never closes", () => {
    const window = { centerHu: 40, widthHu: 512 };
    assert.deepEqual(dragWindow(window, 10, 0), { centerHu: 40, widthHu: 532 });
    assert.deepEqual(dragWindow(window, 0, -10), { centerHu: 20, widthHu: 512 });
    assert.deepEqual(dragWindow(window, -9999, 0), { centerHu: 40, widthHu: 1 });
    assert.equal(formatWindow(window), "40/512");
  });
});

describe("createFillTable", () => {
  const fillOf = (value: number, hidden: number[] = []) => [
    ...createFillTable(table, new Set(hidden), 0.5).subarray(4 * value, 4 * value + 4),
  ];
  it("fills organs, leaves background, lesions and hidden labels clear", () => {
    assert.deepEqual(fillOf(0), [0, 0, 0, 0]);
    assert.deepEqual(fillOf(1), [255, 128, 0, 128]);
    assert.deepEqual(fillOf(1, [1]), [0, 0, 0, 0]);
    assert.deepEqual(fillOf(2), [0, 0, 0, 0]);
  });

  it("gives values without a name a grey", () => assert.deepEqual(fillOf(9), [158, 158, 158, 128]));
});

describe("labels", () => {
  it("reads colours", () => assert.deepEqual(parseColor("#0b6A8f"), [11, 106, 143]));

  it("lists the values that occur", () => {
    assert.deepEqual(listPresentValues(Uint8Array.of(0, 7, 2, 2, 255)), [2, 7, 255]);
    assert.deepEqual(listPresentValues(new Uint8Array(3)), []);
  });

  it("names the values that the table leaves out", () => {
    const names = completeTable(table, [1, 2, 9]).map(({ value, name }) => [value, name]);
    assert.deepEqual(names, [
      [1, "Liver"],
      [2, "Liver lesion"],
      [9, "label 9"],
    ]);
  });
});

describe("traceOutline", () => {
  it("goes round one pixel", () => {
    const picture = Uint8Array.of(0, 0, 0, 0, 5, 0, 0, 0, 0);
    assert.deepEqual(traceOutline(picture, 3, 3, 5), [
      [1, 1, 2, 1],
      [1, 2, 2, 2],
      [1, 1, 1, 2],
      [2, 1, 2, 2],
    ]);
  });

  it("joins the sides of a block and closes it at the picture's edge", () => {
    const picture = Uint8Array.of(3, 3, 0, 3, 3, 0);
    assert.deepEqual(traceOutline(picture, 3, 2, 3), [
      [0, 0, 2, 0],
      [0, 2, 2, 2],
      [0, 0, 0, 2],
      [2, 0, 2, 2],
    ]);
  });

  it("is as long as the count of sides between inside and outside", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 30, maxLength: 30, max: 2 }), (picture) => {
        const inside = (x: number, y: number) =>
          x >= 0 && x < 6 && y >= 0 && y < 5 && picture[x + 6 * y] === 1;
        let sides = 0;
        for (let y = 0; y <= 5; y++)
          for (let x = 0; x <= 6; x++)
            sides += Number(inside(x, y) !== inside(x - 1, y)) + Number(inside(x, y) !== inside(x, y - 1));
        const length = traceOutline(picture, 6, 5, 1).reduce((sum, [a, b, c, d]) => sum + c - a + d - b, 0);
        assert.equal(length, sides);
      }),
    );
  });
});

describe("readVoxel", () => {
  const read = (voxel: [number, number, number]) =>
    readVoxel(volume.payload.affine, findValue(volume, voxel), table, voxel);

  it("tells HU, position and label", () => {
    const found = read([3, 2, 1]);
    assert.deepEqual(found, {
      found: { value: 23, tolerance: 0.5, label: 2 },
      worldMm: [13, 24, 33],
      voxel: [3, 2, 1],
      label: table[1],
    });
    assert.equal(formatValue(found, "ct"), "23 HU");
    assert.equal(
      formatValue({ ...found, found: { value: 23, tolerance: 12, label: 0 } }, "ct"),
      "about 23 HU",
    );
    assert.equal(read([0, 0, 0]).label, undefined);
  });

  it("tells exact values as they are, other numbers as no HU, and of a label map what lies there", () => {
    const exact = { ...read([3, 2, 1]), found: { value: -1023.5, tolerance: 0, label: 2 } };
    assert.equal(formatValue(exact, "ct"), "-1023.5 HU");
    assert.equal(formatValue(exact, "values"), "value -1023.5");
    const near = (value: number, tolerance: number) => ({ ...exact, found: { value, tolerance, label: 0 } });
    assert.equal(formatValue(near(812, 0.5), "values"), "value 812");
    assert.equal(formatValue(near(0.48213, 0.002), "values"), "about value 0.482");
    assert.equal(formatValue(near(81_234, 20), "values"), "about value 81200");
    assert.equal(formatValue(exact, "labels"), "");
    assert.equal(formatValue({ ...exact, label: undefined }, "labels"), "No label");
    assert.equal(formatValue({ ...exact, found: undefined }, "ct"), "...");
  });

  it("says where in the patient that is", () => {
    assert.equal(formatPosition([13, 24, 33]), "R 13.0  A 24.0  S 33.0 mm");
    assert.equal(formatPosition([-1.25, -2, -0.04]), "L 1.3  P 2.0  I 0.0 mm");
  });

  it("says when the grid is coarser than the source", () => {
    assert.equal(
      describeGrid(volume.payload),
      "Downsampled to 4 × 3 × 2 voxels of 1 × 2 × 3 mm, from 8 × 6 × 4 voxels of 0.5 × 1 × 1.5 mm",
    );
    const { payload } = volume;
    const same = { ...payload, sourceShape: payload.shape, sourceSpacingMm: payload.spacingMm };
    assert.equal(describeGrid(same), "4 × 3 × 2 voxels of 1 × 2 × 3 mm");
  });
});

describe("createCtNifti", () => {
  it("is read back by src/nifti with the same voxels and place", async () => {
    const read = await readBack(createCtNifti(volume));
    assert.deepEqual([...read.shape], [4, 3, 2]);
    assert.deepEqual([...read.spacingMm], [1, 2, 3]);
    assert.deepEqual([...read.affine], volume.payload.affine);
    assert.deepEqual([...read.data], [...volume.ct]);
  });

  it("holds the places of the levels of a scan that is no CT, of which the brighter half is seen", async () => {
    const volume = createTestVolume();
    const levelsHu = Array.from({ length: 256 }, (_, i) => i / 255);
    const payload: VolumePayload = {
      ...volume.payload,
      kind: "values",
      ct: { ...volume.payload.ct, levelsHu },
      windows: [{ name: "Measured", centerHu: 0.5, widthHu: 0.8 }],
    };
    const read = await readBack(createCtNifti({ ...volume, payload }));
    assert.deepEqual([...read.data], [...volume.ct]);
    assert.deepEqual(findBodyRange(payload), [128, 230]);
    assert.deepEqual(findBodyRange(volume.payload), [150, 600]);
  });

  it("holds labels without those that are hidden", async () => {
    const read = await readBack(createLabelsNifti(volume, new Set([2])));
    assert.deepEqual([...read.data].slice(21), [0, 1, 0]);
    assert.throws(() => createLabelsNifti({ ...volume, labels: undefined }, new Set()), /no labels/);
  });

  it("holds only the surface of organs to be seen through", async () => {
    const shape: [number, number, number] = [5, 5, 4];
    const cube = new Uint8Array(100);
    for (let z = 0; z < 4; z++)
      for (let y = 1; y < 4; y++) for (let x = 1; x < 4; x++) cube[x + 5 * (y + 5 * z)] = 1;
    cube[2 + 5 * (2 + 5 * 3)] = 2;
    const hollow = hollowOut(cube, shape, new Set([1]));
    const inside = [0, 1, 2].map((z) => 2 + 5 * (2 + 5 * z));
    // Open at the end of the volume, closed towards the lesion at the other one.
    assert.deepEqual(
      inside.map((at) => hollow[at]),
      [0, 0, 1],
    );
    assert.equal(hollow[2 + 5 * (2 + 5 * 3)], 2);
    assert.equal(cube.filter((value, i) => value !== hollow[i]).length, 2, "nothing else is taken away");
    assert.deepEqual(hollowOut(cube, shape, new Set([2])), cube);
    const glass = await readBack(createLabelsNifti(volume, new Set(), new Set([1])));
    assert.deepEqual([...glass.data].slice(21), [0, 1, 2]);
  });
});

async function readBack(bytes: Uint8Array): Promise<Volume> {
  const folder = await mkdtemp(join(tmpdir(), "tumorlab-"));
  try {
    await writeFile(join(folder, "volume.nii"), bytes);
    return await readVolume(join(folder, "volume.nii"));
  } finally {
    await rm(folder, { recursive: true });
  }
}
