import { describeValue } from "../../core/errors.js";
import type { Key } from "../../core/random.js";
import type { Vec3 } from "../../core/types.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";

export const voxelVolume: LessonExercise = defineExercise({
  id: "voxel-volume",
  lesson: "01-one-scan",
  kind: "function",
  title: "From voxels to millilitres",
  points: 2,
  answer: "volumeMl",
  usual: {},
  prompt: () => "Write volumeMl(voxels, spacingMm): the volume in ml of that many voxels.",
  test: (answer: Parameters<typeof testVoxelVolume>[0], _, key) => testVoxelVolume(answer, key),
  hints: () => [
    "What is the volume of one voxel, in cubic millimetres? A voxel is a box, not always a cube.",
    "Multiply the three spacings, and then by the number of voxels. Remember that 1 ml is 1000 cubic millimetres.",
  ],
});

/** Tries the function on voxels of many shapes; says what kind of slip it is, never a right number. */
function testVoxelVolume(answer: (voxels: number, spacingMm: Vec3) => unknown, key: Key): true | string {
  if (typeof answer !== "function")
    return "A function is asked for: volumeMl itself, without brackets behind it.";
  const stream = key.stream();
  for (let i = 0; i < 20; i++) {
    const spacingMm: Vec3 = [
      stream.uniformBetween(0.5, 2),
      stream.uniformBetween(0.5, 2),
      stream.uniformBetween(1, 8),
    ];
    const voxels = stream.integer(100, 100_000);
    const found = answer(voxels, spacingMm);
    if (typeof found !== "number") return `It returns ${describeValue(found)}; a number is asked for.`;
    const [x, y, z] = spacingMm;
    const expected = (voxels * x * y * z) / 1000;
    if (Math.abs(found - expected) <= 1e-9 * expected) continue;
    return describeSlip(found, voxels, spacingMm, expected);
  }
  return true;
}

function describeSlip(found: number, voxels: number, [x, y, z]: Vec3, expected: number): string {
  const is = (value: number): boolean => Math.abs(found - value) <= 1e-9 * Math.abs(value);
  if (Number.isNaN(found)) return "It returns NaN: a step on the way is not a number.";
  if (is(voxels)) return "It returns the number of voxels: their size is not used yet.";
  if (is(1000 * expected)) return "The number is right in another unit: millilitres are asked for.";
  if ([x, y, z].some((side) => is((voxels * side ** 3) / 1000) || is(voxels * side ** 3))) {
    return "It is right only where voxels are cubes. Try spacings of 1, 1 and 5 mm.";
  }
  if (is((voxels * (x + y + z)) / 1000) || is(voxels * (x + y + z))) {
    return "The spacings are added. How do you get the volume of a box?";
  }
  return found > expected ? "For some spacings it is too large." : "For some spacings it is too small.";
}
