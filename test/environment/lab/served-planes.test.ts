import assert from "node:assert/strict";
import { planes } from "tumorlab/internal/volume/planes";
import { ServedPlanes } from "#environment/lab/src/logic/served-planes.js";
import { createServedSource, explainOtherGrid } from "#environment/lab/src/logic/served-source.js";

const [axial, coronal] = planes;

/** A server whose answers are given by hand; values of slice k are all k. */
function createServer() {
  const asked: { plane: string; index: number; answer: () => Promise<void>; refuse: () => Promise<void> }[] =
    [];
  const events: string[] = [];
  const settle = async (go: () => void) => {
    go();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const served = new ServedPlanes(
    [4, 3, 50],
    (plane, index) =>
      new Promise((resolve, reject) => {
        const values = Int16Array.from({ length: 12 }, (_, i) => 100 * index + i);
        asked.push({
          plane,
          index,
          answer: () => settle(() => resolve(values)),
          refuse: () => settle(() => reject(new Error("gone"))),
        });
      }),
    { arrive: () => events.push("arrive"), fail: (message) => events.push(message) },
  );
  return { asked, events, served };
}

describe("ServedPlanes", () => {
  it("asks for one slice of a plane at a time, and next for the one wanted by then", async () => {
    const { asked, events, served } = createServer();
    assert.equal(served.get(axial, 10), undefined);
    for (const index of [11, 12, 13, 14]) served.get(axial, index);
    served.get(coronal, 2);
    assert.deepEqual(
      asked.map(({ plane, index }) => [plane, index]),
      [
        ["axial", 10],
        ["coronal", 2],
      ],
    );
    await asked[0].answer();
    assert.deepEqual(events, [], "it is not wanted any more");
    assert.equal(asked[2].index, 14);
    await asked[2].answer();
    assert.deepEqual(events, ["arrive"]);
    assert.equal(served.get(axial, 14)?.[0], 1400);
  });

  it("asks ahead in the direction of the last turn, and not past the end", async () => {
    const { asked, served } = createServer();
    served.get(axial, 3);
    served.get(axial, 2);
    for (let i = 0; i < 4 && asked[i]; i++) await asked[i].answer();
    assert.deepEqual(
      asked.map(({ index }) => index),
      [3, 2, 1, 0],
    );
  });

  it("tells the value of a voxel from any slice that goes through it", async () => {
    const { asked, served } = createServer();
    assert.equal(served.valueAt([0, 0, 7]), undefined);
    served.get(axial, 7);
    await asked[0].answer();
    // The picture runs against both axes: its last pixel is voxel [0, 0].
    assert.equal(served.valueAt([0, 0, 7]), 711);
    assert.equal(served.valueAt([3, 2, 7]), 700);
  });

  it("says once what went wrong, and asks no more", async () => {
    const { asked, events, served } = createServer();
    served.get(axial, 7);
    served.get(coronal, 1);
    await asked[0].refuse();
    await asked[1].refuse();
    served.get(axial, 8);
    assert.deepEqual(events, ["gone"]);
    assert.equal(asked.length, 2);
  });
});

describe("createServedSource", () => {
  it("is ready when picture and labels are both there", async () => {
    const [scan, labels] = [createServer(), createServer()];
    const source = createServedSource(scan.served, labels.served);
    assert.equal(source.isReady(axial, 1), false);
    await scan.asked[0].answer();
    assert.equal(source.isReady(axial, 1), false);
    assert.equal(source.find([3, 2, 1]), undefined);
    await labels.asked[0].answer();
    assert.equal(source.isReady(axial, 1), true);
    assert.deepEqual(source.find([3, 2, 1]), { value: 100, tolerance: 0, label: 100 });
    assert.equal(createServedSource(undefined, labels.served).find([3, 2, 1])?.value, undefined);
  });
});

describe("explainOtherGrid", () => {
  const grid = {
    shape: [4, 3, 2] as [number, number, number],
    spacingMm: [1, 2, 3] as [number, number, number],
    affine: [1, 0, 0, 10, 0, 2, 0, 20, 0, 0, 3, 30, 0, 0, 0, 1],
  };

  it("lets the same grid pass, also with a header's rounding", () => {
    const affine = grid.affine.map((value) => value + 1e-4);
    assert.equal(explainOtherGrid(grid, { ...grid, affine }), undefined);
  });

  it("says what differs", () => {
    assert.match(explainOtherGrid(grid, { ...grid, shape: [4, 3, 3] }) ?? "", /4 × 3 × 3 voxels.*4 × 3 × 2/);
    const affine = grid.affine.map((value, i) => (i === 3 ? 22 : value));
    assert.match(explainOtherGrid(grid, { ...grid, affine }) ?? "", /12 mm/);
  });
});
