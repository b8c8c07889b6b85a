import { testChoice } from "./choice.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";
import { tryFunction } from "./try-function.js";

type Window = [hu: number, center: number, width: number];

const clamp = (value: number): number => Math.min(255, Math.max(0, value));
const stretch = (hu: number, low: number, width: number): number => (255 * (hu - low)) / width;

export const windowGrey: LessonExercise = defineExercise({
  id: "window-grey",
  lesson: "01-one-scan",
  kind: "function",
  title: "From HU to grey",
  points: 2,
  answer: "greyOf",
  usual: {},
  prompt: () =>
    "Write greyOf(hu, center, width): the grey from 0 to 255 of a voxel in a window. At the window's lower edge it is 0, and at its upper edge 255. Below and above the window it stays at 0 and 255.",
  test: (answer: unknown, _, key) => {
    const stream = key.stream();
    const inputs = Array.from({ length: 30 }, (): Window => {
      const [center, width] = [stream.integer(-600, 400), 10 * stream.integer(10, 200)];
      return [center + width * stream.uniformBetween(-1.2, 1.2), center, width];
    });
    return tryFunction(answer, {
      name: "greyOf",
      inputs,
      right: (hu, center, width) => clamp(stretch(hu, center - width / 2, width)),
      slips: [
        {
          compute: (hu, center, width) => stretch(hu, center - width / 2, width),
          remark: "Within the window it is right. What is the grey of air in a window for bone?",
        },
        {
          compute: (hu, center, width) => clamp(stretch(hu, center - width, 2 * width)),
          remark: "The width is the distance from edge to edge: half of it lies on each side of the center.",
        },
        {
          compute: (hu, center, width) => clamp(stretch(hu, center, width)),
          remark: "The center is the middle of the window, not its lower edge.",
        },
        {
          compute: (hu, center, width) => clamp(stretch(hu, center - width / 2, width)) / 255,
          remark: "It goes from 0 to 1. It should go from 0 to 255.",
        },
        {
          compute: (hu, center, width) => Math.round(clamp(stretch(hu, center - width / 2, width))),
          remark: "It is rounded. Don't round: the program that paints does that.",
        },
      ],
    });
  },
  hints: () => [
    "Where are the edges of a window with center 50 and width 400? Which grey has each?",
    "From the lower edge, center - width / 2, the grey rises by 255 over the width. Math.min and Math.max keep it in between.",
  ],
});

/** What is in a region, by its letter, with the HU that it may have. */
const contents = {
  a: {
    name: "air",
    low: -1010,
    high: -950,
    remark: "Air weakens the beam hardly at all: its HU are the lowest of all.",
  },
  b: {
    name: "fat",
    low: -115,
    high: -85,
    remark: "Fat is a little lighter than water: tens to a hundred HU below 0.",
  },
  c: { name: "water", low: -5, high: 8, remark: "Water is 0 by definition." },
  d: {
    name: "dense bone",
    low: 700,
    high: 1400,
    remark: "Bone weakens the beam a lot: hundreds of HU and more.",
  },
} as const;

type Letter = keyof typeof contents;
interface Region {
  hu: number;
}

const letterOf = (hu: number): Letter =>
  (Object.keys(contents) as Letter[]).find(
    (letter) => hu >= contents[letter].low && hu <= contents[letter].high,
  )!;

export const whatIsThere: LessonExercise = defineExercise({
  id: "what-is-there",
  lesson: "01-one-scan",
  kind: "predict",
  title: "What has these HU?",
  points: 1,
  answer: "content",
  usual: { hu: -100 },
  draw: (key): Region => {
    const stream = key.stream();
    const { low, high } = contents[stream.choose(Object.keys(contents) as Letter[])];
    return { hu: stream.integer(low, high) };
  },
  prompt: ({ hu }: Region) =>
    `The mean of a region is ${hu} HU. What is there? ${Object.entries(contents)
      .map(([letter, { name }]) => `(${letter}) ${name}`)
      .join(", ")}. Answer { choice, reason }.`,
  test: (answer: unknown, { hu }) => {
    const right = letterOf(hu);
    const others = Object.entries(contents).filter(([letter]) => letter !== right);
    return testChoice(
      answer,
      right,
      Object.fromEntries(others.map(([letter, { remark }]) => [letter, remark])),
    );
  },
  hints: () => [
    "Two points of the scale are fixed: air is -1000, and water is 0.",
    "Fat floats on water, so it is a little below 0. Bone sinks, and is far above.",
  ],
});
