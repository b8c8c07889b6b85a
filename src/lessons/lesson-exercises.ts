import { describeValue, requireThat } from "../core/errors.js";
import { createKey } from "../core/random.js";
import type { Vec3 } from "../core/types.js";
import { exercise, type ExerciseKey } from "./exercise.js";
import { testPairedInterval } from "./paired-interval-exercise.js";
import { testSavedMinutes } from "./saved-minutes-exercise.js";
import { testWithinNoise } from "./within-noise-exercise.js";

/**
 * The exercises of the numbered notebooks. Their keys lie here, so that the notebooks show a task and hints and no
 * answer.
 */
const keys: Readonly<Record<string, ExerciseKey>> = {
  "00-scan-size": {
    prompt:
      "A CT of 512 x 512 x 300 voxels holds 16 bits a voxel. How many megabytes are that (1 MB = 1,000,000 bytes)?",
    expected: (512 * 512 * 300 * 16) / 8 / 1e6,
    hints: [
      "So far this counts voxels. How many bytes does one voxel take?",
      "A byte has 8 bits, so a voxel takes 2 bytes. And a megabyte is a million of them.",
    ],
  },
  "01-voxel-volume": {
    prompt: "Write volumeMl(voxels, spacingMm): the volume in ml of so many voxels.",
    test: testVoxelVolume as ExerciseKey["test"],
    hints: [
      "What is the volume of one voxel, in cubic millimetres? A voxel is a box, not always a cube.",
      "Multiply the three spacings, then the number of voxels, and mind that 1 ml is 1000 cubic millimetres.",
    ],
  },
  "02-equivalent-scans": {
    prompt:
      "Write equivalentScans(dicePercent, { c, a, b }): the n at which the law error = c + a n^-b has this Dice; Infinity if it never has.",
    test: testEquivalentScans as ExerciseKey["test"],
    hints: [
      "The law speaks of the error, 1 - Dice, with Dice between 0 and 1. Which error belongs to 48.2 %?",
      "Solve error = c + a n^-b for n: bring c to the left, divide by a, and undo the power -b. When is there nothing to undo?",
    ],
  },
  "03-lesion-radius": {
    prompt: "Write radiusMm(voxels, spacingMm): the radius in mm of the ball that has the lesion's volume.",
    test: testLesionRadius as ExerciseKey["test"],
    hints: [
      "First the volume: how many cubic millimetres is one voxel?",
      "A ball of radius r has a volume of 4/3 times pi times r cubed. Solve that for r; Math.cbrt takes the third root.",
    ],
  },
  "04-window-count": {
    prompt:
      "Write windowCount(n, size, step): how many windows of `size` voxels, at most `step` apart, cover n voxels from edge to edge.",
    test: testWindowCount as ExerciseKey["test"],
    hints: [
      "The first window covers `size` voxels. How many voxels are left for the others?",
      "Each further window covers at most `step` new voxels, and a part of a step takes a window of its own.",
    ],
  },
  "05-mean-dice": {
    prompt:
      "Write meanDice(cases): the mean of 2 TP / (2 TP + FP + FN) over the cases, without those where the structure is in neither map.",
    test: testMeanDice as ExerciseKey["test"],
    hints: [
      "What does the formula give for a case with tp, fp and fn all 0, and what should happen to that case?",
      "Keep the cases in which 2 TP + FP + FN is above 0, take the Dice of each, and divide their sum by how many were kept.",
    ],
  },
  "06-paired-interval": {
    prompt:
      "Write pairedInterval(real, mixed): the ends [low, high] of the middle 95 % of the gains, from draws in which draw i of both arms has the same patients and trainings.",
    test: testPairedInterval as ExerciseKey["test"],
    hints: [
      "What is the gain in draw 0? In draw 1? Work with those before you look for any interval.",
      "Subtract draw by draw, real from mixed, and only then take the 2.5 % and 97.5 % quantiles: lab.stats.quantile(values, 0.025).",
    ],
  },
  "07-within-noise": {
    prompt:
      "Write isWithinNoise(a, b, n, sd): whether two means over n patients each are closer than 95 % of the differences between two methods that are the same.",
    test: testWithinNoise as ExerciseKey["test"],
    hints: [
      "How far does one mean over n patients move from study to study? That is its standard error, sd / sqrt(n).",
      "Variances of two independent means add up, so the standard error of their difference is sqrt(2) times that of one. 95 % lie within 1.96 of them.",
    ],
  },
  "08-saved-minutes": {
    prompt:
      "Write savedMinutes({ found, falsePositives, lesions }, { judgeS, drawMin }): the minutes that a detector saves a reader who judges every candidate and draws every missed lesion.",
    test: testSavedMinutes as ExerciseKey["test"],
    hints: [
      "How long does it take without a model, when every lesion is drawn? And with one, when candidates are judged and only the missed lesions drawn?",
      "Without: lesions * drawMin. With: (found + falsePositives) * judgeS / 60 + (lesions - found) * drawMin. Subtract.",
    ],
  },
};

/** Names of the exercises {@link checkExercise} knows. */
export const exerciseNames: readonly string[] = Object.keys(keys);

/**
 * Judges the answer to an exercise of a notebook and shows the verdict with a hint that goes further each time. The
 * right answer is never shown.
 *
 * @throws LabError when there is no exercise of that name.
 */
export async function checkExercise(name: string, answer: unknown): Promise<void> {
  requireThat(exerciseNames.includes(name), "checkExercise", name, exerciseNames.join(", "));
  await exercise(name, keys[name]).check(answer);
}

/** Tries the function on axes of many lengths; says what kind of slip it is, never a right number. */
function testWindowCount(answer: (n: number, size: number, step: number) => unknown): true | string {
  if (typeof answer !== "function")
    return "A function is asked for: windowCount itself, without brackets behind it.";
  const stream = createKey(4).split("window-count").stream();
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

/** Tries the function on voxels of many shapes; says what kind of slip it is, never a right number. */
function testVoxelVolume(answer: (voxels: number, spacingMm: Vec3) => unknown): true | string {
  if (typeof answer !== "function")
    return "A function is asked for: volumeMl itself, without brackets behind it.";
  const stream = createKey(1).split("voxel-volume").stream();
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
  if (is(voxels)) return "It returns the number of voxels: their size does not count yet.";
  if (is(1000 * expected)) return "The number is right in another unit: millilitres are asked for.";
  if ([x, y, z].some((side) => is((voxels * side ** 3) / 1000) || is(voxels * side ** 3))) {
    return "It is right only where voxels are cubes. Try spacings of 1, 1 and 5 mm.";
  }
  if (is((voxels * (x + y + z)) / 1000) || is(voxels * (x + y + z))) {
    return "The spacings are added up; how does one get the volume of a box?";
  }
  return found > expected ? "For some spacings it is too large." : "For some spacings it is too small.";
}

interface FloorLaw {
  c: number;
  a: number;
  b: number;
}

/** Tries the function on many laws and scores, some of them out of reach; says what kind of slip it is. */
function testEquivalentScans(answer: (dicePercent: number, law: FloorLaw) => unknown): true | string {
  if (typeof answer !== "function")
    return "A function is asked for: equivalentScans itself, without brackets behind it.";
  const stream = createKey(2).split("equivalent-scans").stream();
  for (let i = 0; i < 30; i++) {
    const law = {
      c: stream.uniformBetween(0.1, 0.4),
      a: stream.uniformBetween(0.5, 3),
      b: stream.uniformBetween(0.2, 1),
    };
    const isReached = i % 3 < 2;
    const expected = Math.exp(stream.uniformBetween(Math.log(60), Math.log(5000)));
    const error = isReached ? law.c + law.a * expected ** -law.b : law.c * stream.uniformBetween(0.3, 0.9);
    const found = answer(100 * (1 - error), { ...law });
    if (typeof found !== "number") return `It returns ${describeValue(found)}; a number is asked for.`;
    if (!isReached) {
      if (found === Infinity) continue;
      if (Number.isNaN(found))
        return "A Dice beyond the law's limit gives NaN: no number of scans reaches it.";
      return "A Dice beyond the law's limit is never reached; how does one say that with a number?";
    }
    if (Math.abs(found / expected - 1) <= 1e-6) continue;
    return describeInverse(found, expected, error, law);
  }
  return true;
}

function describeInverse(found: number, expected: number, error: number, law: FloorLaw): string {
  const is = (value: number): boolean => Math.abs(found / value - 1) <= 1e-6;
  /** The inverse for some reading of the error and the floor, and the same upside down. */
  const inverts = (reducible: number): boolean => {
    const n = (reducible / law.a) ** (-1 / law.b);
    return is(n) || is(1 / n);
  };
  if (is(1 / expected)) return "It is one over what it should be: the exponent of n is -b.";
  if (inverts(1 - error - law.c)) return "Dice and error are mixed up: the law gives the error, 1 - Dice.";
  if (inverts(error)) return "The floor c is left out: only the error above it falls with n.";
  const isPercent = inverts(100 * error - law.c) || inverts(100 * (1 - error) - law.c);
  if (isPercent || Number.isNaN(found))
    return "Percent and shares are mixed up: c and a are shares, the Dice comes in percent.";
  return found > expected ? "It asks for too many scans." : "It asks for too few scans.";
}

/** Tries the function on lesions of many sizes and spacings; says what kind of slip it is, never a right number. */
function testLesionRadius(answer: (voxels: number, spacingMm: Vec3) => unknown): true | string {
  if (typeof answer !== "function")
    return "A function is asked for: radiusMm itself, without brackets behind it.";
  const stream = createKey(3).split("lesion-radius").stream();
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
  if (is(radiusOf(voxels))) return "The size of a voxel does not count yet: it is the radius in voxels.";
  if ([x, y, z].some((side) => is(radiusOf(voxels) * side)))
    return "It is right only where voxels are cubes: scans have thick slices.";
  if (is(volume)) return "That is the volume; which radius has a ball of it?";
  if (is(radiusOf(volume / 1000))) return "The volume is in millilitres, the radius is to be in millimetres.";
  if (is(Math.sqrt((3 * volume) / (4 * Math.PI)))) return "A volume goes with the third power of the radius.";
  if (is(Math.cbrt(volume)) || is(Math.cbrt(volume) / 2))
    return "That is for a cube; lesions are nearer to balls.";
  return found > right ? "For some lesions it is too large." : "For some lesions it is too small.";
}

interface Counts {
  tp: number;
  fp: number;
  fn: number;
}

/** Tries the function on studies with missed, made-up and rightly absent structures; says what kind of slip it is. */
function testMeanDice(answer: (cases: Counts[]) => unknown): true | string {
  if (typeof answer !== "function")
    return "A function is asked for: meanDice itself, without brackets behind it.";
  const stream = createKey(5).split("mean-dice").stream();
  for (let i = 0; i < 20; i++) {
    const draw = (): number => stream.integer(1, 1000);
    const cases: Counts[] = [
      ...Array.from({ length: stream.integer(2, 5) }, () => ({ tp: draw(), fp: draw(), fn: draw() })),
      { tp: 0, fp: 0, fn: draw() },
      { tp: 0, fp: draw(), fn: 0 },
      // The first studies have every structure, so that slips in the formula show before those in its gaps.
      ...(i < 2 ? [] : [{ tp: 0, fp: 0, fn: 0 }]),
    ];
    const found = answer(cases.map((counts) => ({ ...counts })));
    if (typeof found !== "number") return `It returns ${describeValue(found)}; a number is asked for.`;
    const fault = findMeanSlip(found, cases);
    if (fault !== undefined) return fault;
  }
  return true;
}

function findMeanSlip(found: number, cases: readonly Counts[]): string | undefined {
  const diceOf = ({ tp, fp, fn }: Counts): number => (2 * tp) / (2 * tp + fp + fn);
  const meanOf = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const is = (value: number): boolean => Math.abs(found - value) <= 1e-9;
  const present = cases.filter(({ tp, fp, fn }) => tp + fp + fn > 0);
  if (is(meanOf(present.map(diceOf)))) return undefined;
  if (Number.isNaN(found))
    return "It returns NaN for a study in which one structure is in neither map: 0 / 0.";
  const filled = (value: number): number =>
    meanOf(cases.map((each) => (present.includes(each) ? diceOf(each) : value)));
  if (is(filled(0))) return "A structure that is rightly absent counts as 0: that punishes a right answer.";
  if (is(filled(1)))
    return "A structure that is rightly absent counts as 1. Some do that; here it is to be left out.";
  if (is(meanOf(present.filter(({ tp }) => tp > 0).map(diceOf))))
    return "Missed and made-up structures are left out: a model could raise this mean by predicting nothing.";
  const sum = (pick: (counts: Counts) => number): number =>
    cases.reduce((total, each) => total + pick(each), 0);
  if (is(diceOf({ tp: sum(({ tp }) => tp), fp: sum(({ fp }) => fp), fn: sum(({ fn }) => fn) })))
    return "The voxels of all cases are pooled: large structures decide then. Take the mean of each case's own Dice.";
  if (is(meanOf(present.map(({ tp, fp, fn }) => tp / (tp + fp + fn)))))
    return "That is the mean IoU: Dice counts what both maps share twice.";
  return found > meanOf(present.map(diceOf))
    ? "For some studies it is too large."
    : "For some studies it is too small.";
}
