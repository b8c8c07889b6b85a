import { describeStructure } from "../anatomy/organs.js";
import { groupThousands } from "../core/group-thousands.js";
import { type PlanArm, seedsOfArm, sizesOfArm } from "../experiment/plan/arms.js";
import { countScans } from "../experiment/plan/count-scans.js";
import { isFolderSet } from "../experiment/plan/folder-scans.js";
import type { ExperimentPlan, PlanOrgan, PlanTest } from "../experiment/plan/plan.js";
import { extentOf } from "../experiment/plan/tests.js";
import { basename } from "../platform/paths.js";
import { arrow, bar, box, mix, note } from "./diagram.js";
import { escapeMarkup, type Figure, type Trace } from "./figure.js";
import { baseLayout, palette, seriesColors } from "./theme.js";

const width = 760;
/** Of a plan with a handful of arms and tests. */
const leastHeight = 380;
/** What a row of the column needs to hold its lines. */
const leastRow = { arm: 52, test: 64 };
const usualRoom = { arms: 245, tests: 266 };
const realColor = seriesColors[0];
const syntheticColor = seriesColors[1];
const phantomColor = seriesColors[2];
const column = { patients: 76, subsets: 248, arms: 424, training: 572, tests: 694 };
const headY = 82;

/** Height of a plan's diagram, and the middle of its columns: it grows with the arms and tests that it has. */
interface Frame {
  height: number;
  middleY: number;
  /** Height of the column of arms, and of tests where there are many. */
  arms: number;
  tests: number;
}

function frameOf({ arms, tests }: Pick<ExperimentPlan, "arms" | "tests">): Frame {
  const more = Math.max(
    0,
    leastRow.arm * arms.length - usualRoom.arms,
    leastRow.test * tests.length - usualRoom.tests,
  );
  return {
    height: leastHeight + more,
    middleY: 218 + more / 2,
    arms: usualRoom.arms + more,
    tests: usualRoom.tests + more,
  };
}

/**
 * The plan of an experiment as a diagram, from left to right: patients, nested subsets, arms, training, tests. The subsets
 * drawn are those of one organ; the text below says which others there are.
 *
 * @param organ whose subsets are drawn; default the first of the plan.
 */
export function experimentDesignFigure(plan: ExperimentPlan, organ?: PlanOrgan["organ"]): Figure {
  const drawn = plan.organs.find((entry) => entry.organ === organ) ?? plan.organs[0];
  const frame = frameOf(plan);
  const { height, middleY } = frame;
  const parts = [
    patientsPart(plan, drawn.organ, middleY),
    subsetsPart(drawn.sizes, middleY),
    armsPart(plan, drawn, frame),
    trainingPart(plan, drawn, middleY),
    testsPart(plan, drawn.organ, frame),
  ];
  const heads = [
    note(column.patients, headY, "<b>Patients</b>"),
    note(column.subsets, headY, "<b>Nested subsets</b>"),
    note(column.arms, headY, "<b>Arms</b>"),
    note(column.training, headY, "<b>Training</b>"),
    note(column.tests, headY, "<b>Tests</b>"),
  ];
  const data = scanKinds
    .map((kind) => squares(plan.arms, kind, frame))
    // The first two always stand in the legend.
    .filter(({ x }, i) => i < 2 || (x as number[]).length > 0);
  const hidden = { visible: false, fixedrange: true };
  return {
    data,
    layout: baseLayout(`The experiment: ${plan.name}`, {
      width,
      height,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      xaxis: { ...hidden, range: [0, width] },
      yaxis: { ...hidden, range: [height, 0] },
      shapes: parts.flatMap(({ shapes }) => shapes),
      annotations: [
        ...heads,
        ...parts.flatMap(({ notes }) => notes),
        arrow(column.patients + 62, column.subsets - 68, middleY),
        arrow(column.subsets + 68, column.arms - 78, middleY),
        arrow(column.arms + 78, column.training - 54, middleY),
        arrow(column.training + 54, column.tests - 54, middleY),
        note(16, height - 18, escapeMarkup(describeOrgans(plan, drawn)), {
          xanchor: "left",
          color: palette.muted,
        }),
      ],
      showlegend: true,
      legend: {
        orientation: "h",
        x: 1,
        xanchor: "right",
        y: 1 - (data.length > 2 ? 0.19 : 0.09) * (leastHeight / height),
        yanchor: "bottom",
      },
    }),
  };
}

interface Part {
  shapes: Record<string, unknown>[];
  notes: Record<string, unknown>[];
}

function patientsPart({ cohort, arms }: ExperimentPlan, organ: PlanOrgan["organ"], middleY: number): Part {
  const x = column.patients;
  const { patients, healthy } = countScans(cohort, organ);
  const place = isFolderSet(cohort) ? basename(cohort.folder) : `${cohort.hospital} hospital`;
  const others = arms.some(({ healthyPerReal = 0 }) => healthyPerReal > 0)
    ? ["tumors", "controls"]
    : ["synthetic tumors"];
  return {
    shapes: [box(x, middleY - 62, 120, 92), box(x, middleY + 62, 120, 92)],
    notes: [
      note(
        x,
        middleY - 62,
        `${groupThousands(patients)} patients<br>with a tumor,<br>${escapeMarkup(place)}`,
      ),
      note(
        x,
        middleY + 62,
        `${groupThousands(healthy)} healthy<br>scans, hosts of<br>${others.join(" and ")}`,
      ),
    ],
  };
}

/** Squares within squares: each subset holds the smaller ones. */
function subsetsPart(sizes: readonly number[], middleY: number): Part {
  const side = 132;
  const [left, bottom] = [column.subsets - side / 2, middleY + side / 2 + 26];
  const shown = sizes.map((size, i) => ({ size, side: (side * (i + 1)) / sizes.length })).reverse();
  return {
    shapes: shown.map((each, i) => ({
      type: "rect",
      x0: left,
      x1: left + each.side,
      y0: bottom - each.side,
      y1: bottom,
      line: { color: realColor, width: 1.2 },
      fillcolor: mix(realColor, 0.06 + (0.5 * i) / Math.max(1, shown.length - 1)),
      layer: "below",
    })),
    notes: [
      ...shown.map((each) =>
        note(left + each.side - 4, bottom - each.side + 2, String(each.size), {
          xanchor: "right",
          yanchor: "top",
          size: 11,
        }),
      ),
      note(column.subsets, bottom - side - 10, "n patients, drawn<br>anew for each seed", {
        yanchor: "bottom",
      }),
    ],
  };
}

function armsPart(plan: ExperimentPlan, organ: PlanOrgan, frame: Frame): Part {
  const { arms } = plan;
  const { step, isTight } = armRows(arms.length, frame);
  return {
    shapes: arms.flatMap((_, i) => {
      const y = armY(i, arms.length, frame);
      return [box(column.arms, y, 156, step - 8), bar(column.arms - 78, y, step - 8, i)];
    }),
    notes: arms.map((arm, i) => {
      const limits = describeLimits(plan, organ, arm);
      // As many letters as the box has room for.
      const size = Math.min(isTight ? 10 : 12, 310 / (arm.name.length + limits.length));
      const text = `<b>${escapeMarkup(arm.name)}</b>${limits}`;
      const y = armY(i, arms.length, frame) - (isTight ? 8 : 13);
      return note(column.arms, y, text, { size });
    }),
  };
}

/** What an arm has for itself: fewer sizes, fewer seeds, other steps. */
function describeLimits(plan: ExperimentPlan, organ: PlanOrgan, arm: PlanArm): string {
  const { stepShare = 1, syntheticPerReal, tumorsOf } = arm;
  const [sizes, seeds] = [sizesOfArm(organ, arm), seedsOfArm(plan, organ, arm)];
  const all = (organ.seeds ?? plan.seeds).length;
  const limits = [
    ...(stepShare === 1 ? [] : [`${Number(stepShare.toPrecision(3))} of steps`]),
    ...(sizes.length === organ.sizes.length ? [] : [plural(sizes.length, "size")]),
    ...(seeds.length === all ? [] : [plural(seeds.length, "seed")]),
    ...(syntheticPerReal > 0 && tumorsOf !== "phantom" && plan.synthesis.cases === "on-the-fly"
      ? ["new in each patch"]
      : []),
  ];
  return limits.length === 0 ? "" : ` ${limits.join(", ")}`;
}

/** Rows of arms: as high as the figure has room for. */
function armRows(count: number, { arms }: Frame): { step: number; isTight: boolean } {
  const step = Math.min(62, arms / Math.max(1, count));
  return { step, isTight: step < 56 };
}

function armY(index: number, count: number, frame: Frame): number {
  const { step, isTight } = armRows(count, frame);
  const [middle, gap] = isTight ? [frame.middleY + 6, 0] : [frame.middleY, 4];
  return middle + (step + gap) * (index - (count - 1) / 2);
}

/** What a network may learn from, in the order they are drawn. */
const scanKinds = ["real", "synthetic", "phantom", "healthy"] as const;
type ScanKind = (typeof scanKinds)[number];

const scanMarks: Readonly<Record<ScanKind, { name: string; symbol: string; color: string }>> = {
  real: { name: "n real scans", symbol: "square", color: realColor },
  synthetic: { name: "n scans with synthetic tumors", symbol: "diamond", color: syntheticColor },
  phantom: { name: "with the phantom's own tumors", symbol: "triangle-up", color: phantomColor },
  healthy: { name: "n healthy scans", symbol: "circle", color: "#ffffff" },
};

/** Scans of each kind for each of the n patients, as many as are drawn. */
function countKinds({
  realPerCase,
  syntheticPerReal,
  healthyPerReal = 0,
  tumorsOf,
}: PlanArm): Record<ScanKind, number> {
  const most = 6;
  const put = Math.min(most, syntheticPerReal);
  const isOwn = tumorsOf === "phantom";
  return {
    real: realPerCase,
    synthetic: isOwn ? 0 : put,
    phantom: isOwn ? put : 0,
    healthy: Math.min(most, healthyPerReal),
  };
}

/** One mark for n scans of a kind. */
function squares(arms: readonly PlanArm[], kind: ScanKind, frame: Frame): Trace {
  const { isTight } = armRows(arms.length, frame);
  const side = isTight ? 14 : 18;
  const places = arms.flatMap((arm, i) => {
    const counts = countKinds(arm);
    const all = scanKinds.reduce((sum, each) => sum + counts[each], 0);
    const before = scanKinds.slice(0, scanKinds.indexOf(kind)).reduce((sum, each) => sum + counts[each], 0);
    return Array.from({ length: counts[kind] }, (_, k) => ({
      x: column.arms + side * (before + k - (all - 1) / 2),
      y: armY(i, arms.length, frame) + (isTight ? 8 : 11),
    }));
  });
  const { name, symbol, color } = scanMarks[kind];
  return {
    type: "scatter",
    mode: "markers",
    name,
    x: places.map(({ x }) => x),
    y: places.map(({ y }) => y),
    marker: { size: isTight ? 10 : 13, symbol, color, line: { color: palette.ink, width: 0.8 } },
    hoverinfo: "name",
  };
}

function trainingPart(
  { recipe, seeds }: ExperimentPlan,
  { seeds: seedsOfOrgan = seeds }: PlanOrgan,
  middleY: number,
): Part {
  return {
    shapes: [box(column.training, middleY, 106, 132)],
    notes: [
      note(
        column.training,
        middleY,
        `one network per<br>arm, n and seed<br><br>${groupThousands(recipe.steps)} steps,<br>whatever n<br><br>${plural(seedsOfOrgan.length, "seed")}`,
      ),
    ],
  };
}

function testsPart({ tests }: ExperimentPlan, organ: PlanOrgan["organ"], frame: Frame): Part {
  const isTight = tests.length > 3;
  const step = Math.min(96, (isTight ? frame.tests : 250) / Math.max(1, tests.length));
  const y = (i: number): number => frame.middleY + (isTight ? 8 : 0) + step * (i - (tests.length - 1) / 2);
  return {
    shapes: tests.map((_, i) => box(column.tests, y(i), 108, step - (isTight ? 5 : 10))),
    notes: tests.map((test, i) => {
      const { patients, healthy } = countScans(test, organ);
      const place = isFolderSet(test) ? basename(test.folder) : test.hospital;
      const people = plural(patients, "patient");
      const controls = healthy > 0 ? plural(healthy, "control") : "";
      const lines = [
        `<b>${escapeMarkup(test.name)}</b>`,
        escapeMarkup(place),
        ...(isTight
          ? [controls === "" ? people : `${groupThousands(patients)} and ${controls}`]
          : [people, ...(controls === "" ? [] : [`and ${controls}`])]),
        ...describeTest(test, isTight),
      ];
      return note(column.tests, y(i), lines.join("<br>"), { size: isTight ? 10 : 11.5 });
    }),
  };
}

/** What is special about a test, a line each; where there is room for one, what the rest does not say. */
function describeTest(test: PlanTest, isTight: boolean): string[] {
  const words = [
    ...(extentOf(test) === "whole" ? ["whole scans"] : []),
    ...(test.patientsOf === undefined ? [] : [`patients of ${escapeMarkup(test.patientsOf)}`]),
    ...(test.distribution === "in" ? [] : ["another scanner"]),
  ];
  return isTight ? words.slice(0, 1) : words;
}

function describeOrgans({ organs, seeds }: ExperimentPlan, drawn: PlanOrgan): string {
  const nameOf = (entry: PlanOrgan): string => describeStructure(entry.organ).displayName.toLowerCase();
  const askOf = ({ sizes, seeds: seedsOfOrgan = seeds }: PlanOrgan): string =>
    `${sizes.join(", ")}, ${plural(seedsOfOrgan.length, "seed")}`;
  const others = organs.filter((entry) => entry !== drawn);
  const asked = [...new Set(others.map(askOf))];
  const rest =
    others.length === 0
      ? ""
      : asked.length === 1
        ? `. Also ${others.map(nameOf).join(", ")}: ${asked[0]}`
        : `. Other organs: ${others.map((entry) => `${nameOf(entry)} ${askOf(entry)}`).join("; ")}`;
  const text = `Subsets drawn: ${nameOf(drawn)}${rest}.`;
  return text.length > 118 ? `Subsets drawn: ${nameOf(drawn)}; ${organs.length - 1} other organs.` : text;
}

function plural(n: number, word: string): string {
  return `${groupThousands(n)} ${word}${n === 1 ? "" : "s"}`;
}
