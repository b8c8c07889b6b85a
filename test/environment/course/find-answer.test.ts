import assert from "node:assert/strict";
import { findExercise } from "tumorlab/internal/lessons/exercises/list";
import { findAnswer } from "#environment/course/find-answer.js";
import type { SentCell } from "#environment/course/read-submission.js";

const cell = (id: string, source: string, exercise = ""): SentCell => ({
  id,
  source,
  kind: "code",
  exercise,
});

describe("findAnswer", () => {
  const exercise = findExercise("plan-budget", "test");
  const own = cell("live", 'const plan = lab.experiment.createPlan("tiny");');
  const stub = cell("stub", "const plan = { sizes: [10, 20], seeds: 20 }; // change it", "plan-budget");
  const released = [own, stub];
  const find = (...cells: SentCell[]) =>
    findAnswer({ cells, lesson: "", student: "", notes: [] }, exercise, released);

  it("takes no cell of the lesson for an answer that declares the same name", () => {
    const missing = find(own);
    assert.ok("reason" in missing);
    assert.match(missing.reason, /No cell declares plan/);
    const text: SentCell = {
      ...cell("stub", "const plan = { sizes: [1, 8, 16, 32], seeds: 3 };"),
      kind: "text",
    };
    const found = find(own, text);
    assert.ok("cells" in found);
    assert.deepEqual(found.cells, [text.source]);
  });

  it("takes one that the student wrote the answer into", () => {
    const changed = { ...own, source: "const plan = { sizes: [1, 8, 16, 32], seeds: 3 };" };
    const found = find(changed);
    assert.ok("cells" in found);
    assert.deepEqual([found.cells, found.isUntouched], [[changed.source], false]);
  });

  it("still knows the stub as untouched", () => {
    const found = find(own, stub);
    assert.ok("cells" in found && found.isUntouched);
  });
});
