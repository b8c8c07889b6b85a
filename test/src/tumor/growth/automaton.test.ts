import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import {
  type AutomatonOptions,
  closedCell,
  fullCell,
  runAutomaton,
} from "tumorlab/internal/tumor/growth/automaton";

const side = 41;
const middle = (side - 1) / 2;
const at = (x: number, y: number, z: number): number => x + side * (y + side * z);
const center = at(middle, middle, middle);

function run(options: Partial<AutomatonOptions> = {}): ReturnType<typeof runAutomaton> {
  return runAutomaton({
    shape: [side, side, side],
    invasionOf: () => 1,
    seeds: [{ cell: center, step: 1 }],
    targetCells: 6000,
    maxSteps: 400,
    draw: createKey(5).stream(),
    ...options,
  });
}

describe("runAutomaton", () => {
  it("grows a ball in even tissue: as far along an axis as along a diagonal", () => {
    const { reachedStep, reachedCells } = run();
    const radius = Math.cbrt((3 * reachedCells) / (4 * Math.PI));
    const reach = (x: number, y: number, z: number): number => {
      let far = 0;
      for (let k = 1; k < middle; k++) if (reachedStep[center + k * (x + side * (y + side * z))] > 0) far = k;
      return far * Math.hypot(x, y, z);
    };
    const ways: [number, number, number][] = [
      [1, 0, 0],
      [0, -1, 0],
      [1, 1, 0],
      [0, 1, -1],
      [1, 1, 1],
      [-1, 1, -1],
    ];
    for (const way of ways)
      assert.ok(Math.abs(reach(...way) - radius) < 0.25 * radius, `${way.join()}: ${reach(...way)}`);
  });

  it("stops in the step in which it is large enough, and grows by the cells next to it alone", () => {
    const { reachedStep, reachedCells, steps } = run();
    assert.ok(reachedCells >= 6000 && reachedCells < 7500, `${reachedCells}`);
    assert.equal(Math.max(...reachedStep), steps);
    for (let i = 0; i < reachedStep.length; i++) {
      if (reachedStep[i] === 0 || i === center) continue;
      let earlier = false;
      for (let z = -1; z <= 1; z++)
        for (let y = -1; y <= 1; y++)
          for (let x = -1; x <= 1; x++) {
            const step = reachedStep[i + x + side * (y + side * z)];
            earlier ||= step > 0 && step < reachedStep[i];
          }
      assert.ok(earlier, `cell ${i} came from nowhere`);
    }
  });

  it("lets tissue count: the probability is a float, not a whole number", () => {
    // Dense tissue on one side. Were the draw cut to a whole number, both sides would be the same.
    const { reachedStep } = run({ invasionOf: (cell) => (cell % side > middle ? 0.08 : 1) });
    let soft = 0;
    let dense = 0;
    reachedStep.forEach((step, cell) => {
      if (step > 0 && cell % side > middle) dense++;
      if (step > 0 && cell % side < middle) soft++;
    });
    assert.ok(soft > 1.8 * dense, `${soft} and ${dense}`);
    const slow = run({ invasionOf: () => 0.1 });
    assert.ok(slow.steps > 1.5 * run().steps);
  });

  it("keeps out of closed cells and the outermost layer, and passes a barrier only after pushing", () => {
    const wallAt = middle + 4;
    const open = run({ targetCells: 1e9, maxSteps: 250 });
    assert.ok(open.reachedCells === (side - 2) ** 3 && open.steps < 250, "all but the rim, then it stops");
    const behind = (invasion: number, maxSteps: number): number => {
      const { reachedStep } = run({
        invasionOf: (cell) => (cell % side === wallAt ? invasion : 1),
        targetCells: 1e9,
        maxSteps,
      });
      return reachedStep.filter((step, cell) => step > 0 && cell % side > wallAt).length;
    };
    assert.equal(behind(closedCell, 200), 0);
    assert.ok(behind(1, 50) > 50);
    assert.ok(behind(0, 50) < 0.3 * behind(1, 50));
    assert.ok(behind(0, 200) > 50, "pressure opens it");
  });

  it("dies from the inside, leaving a living rim", () => {
    const necrosis = { fromCells: 2000, share: 0.2, rimSteps: 12 };
    const { diedStep, reachedStep, reachedCells, deadCells, steps, state } = run({ necrosis });
    assert.ok(deadCells > 0.1 * reachedCells && deadCells <= 0.2 * reachedCells + 1, `${deadCells}`);
    assert.equal(diedStep.filter((step) => step > 0).length, deadCells);
    diedStep.forEach((step, cell) => {
      if (step === 0) return;
      assert.ok(reachedStep[cell] > 0 && step >= reachedStep[cell] + 12 && step <= steps);
      assert.equal(state[cell], fullCell);
    });
    assert.equal(run({ necrosis: { ...necrosis, fromCells: 1e6 } }).deadCells, 0);
  });

  it("starts daughters at their step, and none where they cannot live", () => {
    const far = at(middle + 15, middle, middle);
    const shut = at(middle, middle - 15, middle);
    const { reachedStep } = run({
      seeds: [
        { cell: far, step: 20 },
        { cell: shut, step: 3 },
        { cell: center, step: 1 },
      ],
      invasionOf: (cell) => (cell === shut ? closedCell : 1),
      targetCells: 500,
    });
    assert.equal(reachedStep[center], 1);
    assert.equal(reachedStep[far], 20);
    assert.equal(reachedStep[shut], 0);
  });

  it("is the same again from the same stream, and another from another", () => {
    const first = run();
    assert.deepEqual(run().reachedStep, first.reachedStep);
    assert.notDeepEqual(run({ draw: createKey(6).stream() }).reachedStep, first.reachedStep);
  });

  it("ends at once without a seed that can live", () => {
    const { steps, reachedCells } = run({ seeds: [] });
    assert.deepEqual([steps, reachedCells], [1, 0]);
    assert.equal(run({ invasionOf: () => closedCell }).reachedCells, 0);
  });
});
