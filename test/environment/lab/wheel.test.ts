import assert from "node:assert/strict";
import { createWheelSteps } from "#environment/lab/src/logic/wheel.js";

const sum = (turns: readonly { deltaY: number; deltaMode?: number }[]): number => {
  const step = createWheelSteps();
  return turns.reduce((total, { deltaY, deltaMode = 0 }) => total + step({ deltaY, deltaMode }), 0);
};
const repeat = (count: number, deltaY: number, deltaMode = 0) => Array(count).fill({ deltaY, deltaMode });

describe("createWheelSteps", () => {
  it("moves one slice a notch, whatever a notch is", () => {
    for (const notch of [100, 120, 138, 66, 240, -100, -120])
      assert.equal(sum(repeat(10, notch)), 10 * Math.sign(notch), `${notch} pixels`);
    for (const [lines, mode] of [
      [3, 1],
      [-3, 1],
      [1, 1],
      [1, 2],
    ])
      assert.equal(sum(repeat(10, lines, mode)), 10 * Math.sign(lines), `${lines} of mode ${mode}`);
  });
  it("adds the small movements of a trackpad up", () => {
    assert.equal(sum(repeat(59, 1)), 0);
    assert.equal(sum(repeat(60, 1)), 1);
    assert.equal(sum(repeat(120, -2.5)), -5);
  });
  it("forgets what was gathered when the direction changes", () => {
    assert.equal(sum([...repeat(5, 10), ...repeat(5, -10)]), 0);
    assert.equal(sum([...repeat(5, 10), ...repeat(6, -10)]), -1);
    assert.equal(sum([{ deltaY: 0 }]), 0);
  });
});
