import { compareAnswer } from "../grade.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";

/** Slices of a CT, and the bits that a voxel takes. */
export interface ScanSize {
  slices: number;
  bits: number;
}

export const scanSize: LessonExercise = defineExercise({
  id: "scan-size",
  lesson: "00-start-here",
  kind: "predict",
  title: "How large is a scan?",
  points: 1,
  answer: "megabytes",
  usual: { slices: 300, bits: 16 },
  draw: (key) => {
    const stream = key.stream();
    return { slices: 10 * stream.integer(12, 90), bits: stream.choose([16, 32]) };
  },
  prompt: ({ slices, bits }) =>
    `A CT of 512 x 512 x ${slices} voxels has ${bits} bits per voxel. How many megabytes is that (1 MB = 1,000,000 bytes)?`,
  test: (answer: unknown, { slices, bits }) =>
    compareAnswer(answer, (512 * 512 * slices * bits) / 8 / 1e6, 0.01) ?? true,
  hints: ({ bits }) => [
    "So far this counts voxels. How many bytes does one voxel take?",
    `A byte has 8 bits, so a voxel takes ${bits / 8} bytes. And a megabyte is a million of them.`,
  ],
});
