import { describeStructure } from "../anatomy/organs.js";
import { groupThousands } from "../core/group-thousands.js";
import { countScans } from "../experiment/plan/count-scans.js";
import { isFolderSet } from "../experiment/plan/folder-scans.js";
import type { ExperimentPlan, PlanArm, PlanOrgan } from "../experiment/plan/plan.js";
import { basename } from "../platform/paths.js";
import { escapeMarkup, type Figure, type Trace } from "./figure.js";
import { baseLayout, palette, seriesColors } from "./theme.js";

const width = 760;
const height = 380;
const boxFill = "#f3f5f9";
const realColor = seriesColors[0];
const syntheticColor = seriesColors[1];
const column = { patients: 76, subsets: 248, arms: 424, training: 572, tests: 694 };
const headY = 82;
const middleY = 218;

/**
 * The plan of an experiment as a diagram, from left to right: patients, nested subsets, arms, training, tests. The subsets
 * drawn are those of one organ; the text below says which others there are.
 *
 * @param organ whose subsets are drawn; default the first of the plan.
 */
export function experimentDesignFigure(plan: ExperimentPlan, organ?: PlanOrgan["organ"]): Figure {
  const drawn = plan.organs.find((entry) => entry.organ === organ) ?? plan.organs[0];
  const parts = [
    patientsPart(plan, drawn.organ),
    subsetsPart(drawn.sizes),
    armsPart(plan.arms),
    trainingPart(plan, drawn),
    testsPart(plan, drawn.organ),
  ];
  const heads = [
    note(column.patients, headY, "<b>Patients</b>"),
    note(column.subsets, headY, "<b>Nested subsets</b>"),
    note(column.arms, headY, "<b>Arms</b>"),
    note(column.training, headY, "<b>Training</b>"),
    note(column.tests, headY, "<b>Tests</b>"),
  ];
  const hidden = { visible: false, fixedrange: true };
  return {
    data: [squares(plan.arms, "real"), squares(plan.arms, "synthetic")],
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
        arrow(column.patients + 62, column.subsets - 68),
        arrow(column.subsets + 68, column.arms - 78),
        arrow(column.arms + 78, column.training - 54),
        arrow(column.training + 54, column.tests - 54),
        note(16, height - 18, escapeMarkup(describeOrgans(plan, drawn)), {
          xanchor: "left",
          color: palette.muted,
        }),
      ],
      showlegend: true,
      legend: { orientation: "h", x: 1, xanchor: "right", y: 0.91, yanchor: "bottom" },
    }),
  };
}

interface Part {
  shapes: Record<string, unknown>[];
  notes: Record<string, unknown>[];
}

function patientsPart({ cohort }: ExperimentPlan, organ: PlanOrgan["organ"]): Part {
  const x = column.patients;
  const { patients, healthy } = countScans(cohort, organ);
  const place = isFolderSet(cohort) ? basename(cohort.folder) : `${cohort.hospital} hospital`;
  return {
    shapes: [box(x, middleY - 62, 120, 92), box(x, middleY + 62, 120, 92)],
    notes: [
      note(x, middleY - 62, `${patients} patients<br>with a tumor,<br>${escapeMarkup(place)}`),
      note(x, middleY + 62, `${healthy} healthy<br>scans, hosts of<br>synthetic tumors`),
    ],
  };
}

/** Squares within squares: each subset holds the smaller ones. */
function subsetsPart(sizes: readonly number[]): Part {
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

function armsPart(arms: readonly PlanArm[]): Part {
  return {
    shapes: arms.map((_, i) => box(column.arms, armY(i, arms.length), 156, 54)),
    notes: arms.map(({ name }, i) =>
      note(column.arms, armY(i, arms.length) - 13, `<b>${escapeMarkup(name)}</b>`, {
        color: seriesColors[i],
      }),
    ),
  };
}

function armY(index: number, count: number): number {
  return middleY + 66 * (index - (count - 1) / 2);
}

/** One square for n scans of a kind. */
function squares(arms: readonly PlanArm[], kind: "real" | "synthetic"): Trace {
  const places = arms.flatMap(({ realPerCase, syntheticPerReal }, i) => {
    const most = 6;
    const synthetic = Math.min(most, syntheticPerReal);
    const all = realPerCase + synthetic;
    const at = (k: number): { x: number; y: number } => ({
      x: column.arms + 18 * (k - (all - 1) / 2),
      y: armY(i, arms.length) + 11,
    });
    return kind === "real"
      ? Array.from({ length: realPerCase }, (_, k) => at(k))
      : Array.from({ length: synthetic }, (_, k) => at(realPerCase + k));
  });
  const isReal = kind === "real";
  return {
    type: "scatter",
    mode: "markers",
    name: isReal ? "n real scans" : "n scans with synthetic tumors",
    x: places.map(({ x }) => x),
    y: places.map(({ y }) => y),
    marker: {
      size: 13,
      symbol: isReal ? "square" : "diamond",
      color: isReal ? realColor : syntheticColor,
      line: { color: palette.ink, width: 0.8 },
    },
    hoverinfo: "name",
  };
}

function trainingPart({ recipe, seeds }: ExperimentPlan, { seeds: seedsOfOrgan = seeds }: PlanOrgan): Part {
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

function testsPart({ tests }: ExperimentPlan, organ: PlanOrgan["organ"]): Part {
  const step = Math.min(96, 250 / Math.max(1, tests.length));
  const y = (i: number): number => middleY + step * (i - (tests.length - 1) / 2);
  return {
    shapes: tests.map((_, i) => box(column.tests, y(i), 108, step - 10)),
    notes: tests.map((test, i) => {
      const { patients, healthy } = countScans(test, organ);
      const place = isFolderSet(test) ? basename(test.folder) : test.hospital;
      const controls = healthy > 0 ? `<br>and ${plural(healthy, "control")}` : "";
      const where = test.distribution === "in" ? "" : "<br>another scanner";
      const text = `${escapeMarkup(place)}<br>${plural(patients, "patient")}${controls}${where}`;
      return note(column.tests, y(i), `<b>${escapeMarkup(test.name)}</b><br>${text}`, { size: 11.5 });
    }),
  };
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

function box(x: number, y: number, wide: number, high: number): Record<string, unknown> {
  return {
    type: "rect",
    x0: x - wide / 2,
    x1: x + wide / 2,
    y0: y - high / 2,
    y1: y + high / 2,
    line: { color: palette.muted, width: 1 },
    fillcolor: boxFill,
    layer: "below",
  };
}

function arrow(from: number, to: number): Record<string, unknown> {
  return {
    x: to,
    y: middleY,
    ax: from,
    ay: middleY,
    xref: "x",
    yref: "y",
    axref: "x",
    ayref: "y",
    text: "",
    showarrow: true,
    arrowhead: 2,
    arrowwidth: 1.6,
    arrowcolor: palette.muted,
  };
}

function note(
  x: number,
  y: number,
  text: string,
  {
    xanchor = "center",
    yanchor = "middle",
    size = 12,
    color = palette.ink,
  }: { xanchor?: string; yanchor?: string; size?: number; color?: string } = {},
): Record<string, unknown> {
  return { x, y, text, xanchor, yanchor, showarrow: false, font: { size, color } };
}

/** A colour on white: `share` of it, as `#rrggbb`. */
function mix(color: string, share: number): string {
  const parts = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return `#${parts
    .map((part) =>
      Math.round(255 + share * (part - 255))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

function plural(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}
