import { describeValue } from "../../core/errors.js";
import type { Key } from "../../core/random.js";
import type { Vec3 } from "../../core/types.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";

type Answer = (voxels: number, spacingMm: Vec3) => unknown;

export const lesionRadius: LessonExercise = defineExercise({
  id: "lesion-radius",
  lesson: "04-synthetic-tumors",
  kind: "function",
  title: "From voxels to a radius",
  points: 2,
  answer: "radiusMm",
  usual: {},
  prompt: () =>
    "Write radiusMm(voxels, spacingMm): the radius in mm of the ball that has the lesion's volume.",
  test: (answer: Answer, _, key) => testLesionRadius(answer, key),
  hints: () => [
    "First the volume: how many cubic millimetres is one voxel?",
    "A ball of radius r has a volume of 4/3 times pi times r cubed. Solve that for r; Math.cbrt takes the third root.",
  ],
});

/** Tries the function on lesions of many sizes and spacings; says what kind of slip it is, never a right number. */
function testLesionRadius(answer: Answer, key: Key): true | string {
  if (typeof answer !== "function")
    return "A function is asked for: radiusMm itself, without brackets behind it.";
  const stream = key.stream();
  for (let i = 0; i < 20; i++) {
    const side = stream.uniformBetween(0.6, 1.2);
    const spacingMm: Vec3 = [side, side, stream.uniformBetween(1.5, 6)];
    const voxels = stream.integer(10, 100_000);
    const found = answer(voxels, spacingMm);
    if (typeof found !== "number") return `It returns ${describeValue(found)}; a number is asked for.`;
    const slip = findRadiusSlip(found, voxels, spacingMm);
    if (slip !== undefined) return slip;
  }
  return true;
}

function findRadiusSlip(found: number, voxels: number, [x, y, z]: Vec3): string | undefined {
  const is = (value: number): boolean => Math.abs(found - value) <= 1e-9 * Math.abs(value);
  const volume = voxels * x * y * z;
  const radiusOf = (mm3: number): number => Math.cbrt((3 * mm3) / (4 * Math.PI));
  const right = radiusOf(volume);
  if (is(right)) return undefined;
  if (Number.isNaN(found)) return "It returns NaN: a step on the way is not a number.";
  if (is(2 * right)) return "That is the diameter.";
  if (is(radiusOf(voxels))) return "The size of a voxel is not used yet: this is the radius in voxels.";
  if ([x, y, z].some((side) => is(radiusOf(voxels) * side)))
    return "It is right only where voxels are cubes: scans have thick slices.";
  if (is(volume)) return "That is the volume. What is the radius of a ball with this volume?";
  if (is(radiusOf(volume / 1000)))
    return "The volume is in millilitres, but the radius should be in millimetres.";
  if (is(Math.sqrt((3 * volume) / (4 * Math.PI)))) return "A volume goes with the third power of the radius.";
  if (is(Math.cbrt(volume)) || is(Math.cbrt(volume) / 2))
    return "That is for a cube; lesions are nearer to balls.";
  return found > right ? "For some lesions it is too large." : "For some lesions it is too small.";
}
