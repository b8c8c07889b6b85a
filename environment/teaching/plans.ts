import { LabError } from "tumorlab/internal/core/errors";
import { type SectionMinutes, totalMinutes } from "./minutes.js";
import { beginning } from "./sections.js";

/** A part of a plan: sections of lessons, and time to talk. */
interface PlanBlock {
  title: string;
  parts: readonly PlanPart[];
  /** Minutes in which the class talks, or the teacher. */
  talkMin: number;
  /** What to do, in a sentence. */
  note: string;
}

/** Sections of a lesson by the ids of their headings' cells: some of them, or all but some. */
interface PlanPart {
  lesson: string;
  only?: readonly string[];
  without?: readonly string[];
}

/** A plan for a stretch of time. */
export interface CoursePlan {
  title: string;
  intro: string;
  /** The minutes there are, for the whole plan or for each of its blocks. */
  minutes: number;
  isPerBlock: boolean;
  blocks: readonly PlanBlock[];
}

const scan = "01-one-scan";
const organs = "03-per-organ-breakdown";
const synthesis = "04-synthetic-tumors";
const training = "05-train-and-segment";
const experiment = "06-jhh-in-small";
const scaling = "07-scaling-analysis";
const ledger = "08-the-ledger";
const annotation = "09-annotation";
const capstone = "10-your-own-question";

export const coursePlans: readonly CoursePlan[] = [
  {
    title: "45 minutes",
    intro:
      "A demonstration: you run the cells, the class predicts and looks. Run the notebooks once beforehand, so that nobody waits.",
    minutes: 45,
    isPerBlock: false,
    blocks: [
      {
        title: "What is in a scan?",
        parts: [{ lesson: scan, only: ["hu-text", "windows-read"] }],
        talkMin: 2,
        note: "Let the class find the liver, then the window that shows it best.",
      },
      {
        title: "A network finds tumors, and misses some",
        parts: [{ lesson: training, only: ["found-text", "missed-text"] }],
        talkMin: 4,
        note: "Ask for a guess before each table: how many are found, how many false alarms?",
      },
      {
        title: "What a Dice is",
        parts: [{ lesson: organs, only: ["shells-text"] }],
        talkMin: 2,
        note: "The two balls with the sliders. What will Dice be for a far smaller ball?",
      },
      {
        title: "How many scans are enough?",
        parts: [{ lesson: scaling, only: ["points-text", "points-read"] }],
        talkMin: 4,
        note: "End with the question whether five points can answer it.",
      },
    ],
  },
  {
    title: "3 hours",
    intro:
      "A workshop at the students' own machines, with an exercise in each half and a break between them.",
    minutes: 180,
    isPerBlock: false,
    blocks: [
      {
        title: "One scan",
        parts: [{ lesson: scan, without: ["geometry-text", "exercises"] }],
        talkMin: 10,
        note: "Instead of the exercises: find air, fat, water and bone in the viewer.",
      },
      {
        title: "What a Dice is",
        parts: [
          {
            lesson: organs,
            only: ["head", "open-text", "shells-text", "table-text", "size-read", "exercises"],
          },
        ],
        talkMin: 10,
        note: "All do the first exercise, the quick ones the third as well. Break after this.",
      },
      {
        title: "Train and segment",
        parts: [{ lesson: training, without: ["step-text", "engine-text", "exercises"] }],
        talkMin: 10,
        note: "Read the next section while the network trains.",
      },
      {
        title: "A law from five points",
        parts: [
          {
            lesson: scaling,
            only: ["head", "points-text", "points-read", "law-by-hand-seen", "laws-slider-seen"],
          },
        ],
        talkMin: 10,
        note: "Vote before the last section: which law is right?",
      },
    ],
  },
  {
    title: "One day",
    intro:
      "Six hours without the breaks: the question of the paper from a scan to a verdict. Lessons 02 and 09 are left for home.",
    minutes: 360,
    isPerBlock: false,
    blocks: [
      {
        title: "Start, and one scan",
        parts: [
          { lesson: "00-start-here", only: ["paper-page", "a-page-that-runs", "first-figure"] },
          { lesson: scan, without: ["geometry-text", "organ-bars-read"] },
        ],
        talkMin: 10,
        note: "Everybody runs the first cell before you begin.",
      },
      {
        title: "Per-organ breakdown",
        parts: [{ lesson: organs, without: ["matching-read", "compare-text"] }],
        talkMin: 15,
        note: "The exercises in pairs.",
      },
      {
        title: "Synthetic tumors",
        parts: [{ lesson: synthesis, without: ["organs-read", "exercises"] }],
        talkMin: 10,
        note: "End with the test of your own eye, and write the scores on the board.",
      },
      {
        title: "Train and segment",
        parts: [{ lesson: training, without: ["step-text", "engine-text", "exercises"] }],
        talkMin: 10,
        note: "Compare the seeds of all machines: the same seed, the same numbers.",
      },
      {
        title: "The experiment",
        parts: [
          {
            lesson: experiment,
            only: [
              "head",
              "design-text",
              "questions-text",
              "live-text",
              "trained-text",
              "bend-text",
              "made-text",
              "answers-text",
            ],
          },
        ],
        talkMin: 15,
        note: "Let the class write down its own expectation before The answers.",
      },
      {
        title: "Scaling, and a verdict",
        parts: [
          {
            lesson: scaling,
            only: ["points-text", "points-read", "law-by-hand-seen", "laws-slider-seen", "judge-read"],
          },
          { lesson: ledger, only: ["open-text", "noise-text", "court-text"] },
        ],
        talkMin: 15,
        note: "What would each of you ask the authors for?",
      },
    ],
  },
  {
    title: "12 weeks",
    intro:
      "A session of 90 minutes a week, exercises included. tumorlab course hands out and grades them (see the README of the project, Teaching).",
    minutes: 90,
    isPerBlock: true,
    blocks: [
      {
        title: "Start here",
        parts: [{ lesson: "00-start-here" }],
        talkMin: 30,
        note: "Install, set readers' names, read the paper's abstract together.",
      },
      {
        title: "One scan",
        parts: [{ lesson: scan }],
        talkMin: 20,
        note: "Bring a scan of your own, if you have one.",
      },
      {
        title: "Many scans",
        parts: [{ lesson: "02-many-scans" }],
        talkMin: 20,
        note: "Who owns these data, and what may we do?",
      },
      {
        title: "What a Dice is",
        parts: [{ lesson: organs }],
        talkMin: 20,
        note: "The lesson that all others rest on.",
      },
      {
        title: "Synthetic tumors",
        parts: [{ lesson: synthesis }],
        talkMin: 20,
        note: "The test of your own eye, as a competition.",
      },
      {
        title: "A network",
        parts: [
          {
            lesson: training,
            only: ["head", "found-text", "missed-text", "box-text", "learn-text"],
          },
        ],
        talkMin: 40,
        note: "Compute a convolution of 5 by 5 numbers on paper.",
      },
      {
        title: "A training",
        parts: [
          {
            lesson: training,
            without: ["head", "found-text", "missed-text", "box-text", "learn-text"],
          },
        ],
        talkMin: 25,
        note: "Change one number of the config each, and compare.",
      },
      {
        title: "The experiment: design and run",
        parts: [
          {
            lesson: experiment,
            only: [
              "head",
              "design-text",
              "questions-text",
              "live-text",
              "open-text",
              "trained-text",
              "exercises",
            ],
          },
        ],
        talkMin: 35,
        note: "Students write their own question before they see the answers.",
      },
      {
        title: "The experiment: answers",
        parts: [
          {
            lesson: experiment,
            without: [
              "head",
              "design-text",
              "questions-text",
              "live-text",
              "open-text",
              "trained-text",
              "exercises",
            ],
          },
        ],
        talkMin: 45,
        note: "Each group defends one verdict.",
      },
      {
        title: "Scaling",
        parts: [{ lesson: scaling, without: ["plan-text", "test-size-read", "own-text"] }],
        talkMin: 20,
        note: "Two laws, two groups, one bet on 10,000 scans.",
      },
      {
        title: "Verdicts and prices",
        parts: [
          { lesson: ledger, without: ["figures-text", "open-read", "exercises"] },
          { lesson: annotation, without: ["exercises"] },
        ],
        talkMin: 30,
        note: "The five surprises in five groups; the exercises at home.",
      },
      {
        title: "A question of your own",
        parts: [{ lesson: capstone }],
        talkMin: 30,
        note: "Plans are read by a neighbour before anything runs; claims are read out at the end.",
      },
    ],
  },
];

/** The sections that a part of a plan takes. @throws LabError for a lesson or a section that there is not. */
export function sectionsOfPart(
  { lesson, only, without }: PlanPart,
  lessons: Readonly<Record<string, readonly SectionMinutes[]>>,
): SectionMinutes[] {
  const all = lessons[lesson];
  if (!all) throw new LabError("plan", lesson, Object.keys(lessons).join(", "));
  const unknown = [...(only ?? []), ...(without ?? [])].find(
    (id) => !all.some((section) => section.id === id),
  );
  if (unknown !== undefined)
    throw new LabError(
      `plan, ${lesson}`,
      unknown,
      all.map(({ id }) => id).join(", "),
      "Sections go by the id of the cell with their heading",
    );
  return all.filter(({ id }) => (only ? only.includes(id) : !without?.includes(id)));
}

/** What each block of a plan takes, at half the speed of the machine that was measured, so that it holds in class. */
export function blockMinutes(
  { parts, talkMin }: PlanBlock,
  lessons: Readonly<Record<string, readonly SectionMinutes[]>>,
): number {
  const sections = parts.flatMap((part) => sectionsOfPart(part, lessons));
  return sections.reduce((sum, section) => sum + totalMinutes(section, 0.5), talkMin);
}

/** A plan as a numbered list. */
export function writePlan(
  plan: CoursePlan,
  lessons: Readonly<Record<string, readonly SectionMinutes[]>>,
): string {
  const minutes = plan.blocks.map((block) => blockMinutes(block, lessons));
  const items = plan.blocks.map((block, i) => {
    const parts = block.parts.map((part) => writePart(part, lessons));
    return `${i + 1}. **${block.title}**, ${Math.round(minutes[i])} minutes, ${block.talkMin} of them talk. ${block.note} ${parts.join("; ")}.`;
  });
  const longest = Math.max(...minutes);
  const all = minutes.reduce((a, b) => a + b, 0);
  const end = plan.isPerBlock
    ? `The longest session takes ${Math.ceil(longest)} of ${plan.minutes} minutes.`
    : `Together ${Math.ceil(all)} of ${plan.minutes} minutes.`;
  return [plan.intro, items.join("\n"), end].join("\n\n");
}

function writePart(part: PlanPart, lessons: Readonly<Record<string, readonly SectionMinutes[]>>): string {
  const link = `[${part.lesson.slice(0, 2)}](${part.lesson}.md)`;
  const titles = (ids: readonly string[] = []): string =>
    ids
      .map((id) => lessons[part.lesson].find((section) => section.id === id)!.title)
      .filter((title) => title !== beginning)
      .map((title) => `_${title.replace(/\.$/, "")}_`)
      .join(", ");
  sectionsOfPart(part, lessons);
  if (part.only) return `${link}: ${titles(part.only)}`;
  return part.without ? `${link} without ${titles(part.without)}` : `${link}, all of it`;
}
