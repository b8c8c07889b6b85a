import { describeValue } from "../../core/errors.js";
import type { Key } from "../../core/random.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";

type Answer = (n: number, size: number, step: number) => unknown;

export const windowCount: LessonExercise = defineExercise({
  id: "window-count",
  lesson: "05-train-and-segment",
  kind: "function",
  title: "How many windows",
  points: 2,
  answer: "windowCount",
  usual: {},
  prompt: () =>
    "Write windowCount(n, size, step): how many windows of `size` voxels, at most `step` apart, cover n voxels from edge to edge.",
  test: (answer: Answer, _, key) => testWindowCount(answer, key),
  hints: () => [
    "The first window covers `size` voxels. How many voxels are left for the others?",
    "Each further window covers at most `step` new voxels, and a part of a step takes a window of its own.",
  ],
});

/** Tries the function on axes of many lengths; says what kind of slip it is, never a right number. */
function testWindowCount(answer: Answer, key: Key): true | string {
  if (typeof answer !== "function")
    return "A function is asked for: windowCount itself, without brackets behind it.";
  const stream = key.stream();
  for (let i = 0; i < 40; i++) {
    const size = 2 * stream.integer(4, 50);
    const step = i % 4 === 0 ? size : stream.integer(1, size);
    const n = i % 5 === 0 ? stream.integer(1, size) : stream.integer(size + 1, 10 * size);
    const found = answer(n, size, step);
    if (typeof found !== "number") return `It returns ${describeValue(found)}; a number is asked for.`;
    const expected = n <= size ? 1 : Math.ceil((n - size) / step) + 1;
    if (found === expected) continue;
    const call = `windowCount(${n}, ${size}, ${step})`;
    if (n <= size) return `${call} is for an axis shorter than a window, or as long: one window covers it.`;
    if (!Number.isInteger(found)) return `${call} gives ${found}: half a window does not exist.`;
    return `${call} gives too ${found < expected ? "few: there is a gap, or the steps are too long" : "many: fewer would do"}.`;
  }
  return true;
}
