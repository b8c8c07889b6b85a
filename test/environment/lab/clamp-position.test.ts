import assert from "node:assert/strict";
import { clampPosition } from "#environment/lab/src/logic/clamp-position.js";

describe("clampPosition", () => {
  const lines = ["const a = 1;", "", "a"];
  const clamp = (line: number, column: number, text = lines) =>
    Object.values(clampPosition({ line, column }, text.length, (at) => text[at].length));

  it("keeps a place that is in the text", () => {
    for (const place of [
      [0, 0],
      [0, 12],
      [1, 0],
      [2, 1],
    ])
      assert.deepEqual(clamp(place[0], place[1]), place);
  });

  it("takes the text's end for what is behind it, and a line's end for what is behind that", () => {
    assert.deepEqual(clamp(3, 0), [2, 1]);
    assert.deepEqual(clamp(9, 9), [2, 1]);
    assert.deepEqual(clamp(0, 13), [0, 12]);
    assert.deepEqual(clamp(1, 5), [1, 0]);
    assert.deepEqual(clamp(1, 0, [""]), [0, 0]);
  });

  it("takes the text's start for what is before it", () => {
    assert.deepEqual(clamp(-1, 4), [0, 0]);
    assert.deepEqual(clamp(1, -4), [1, 0]);
  });
});
