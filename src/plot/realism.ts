import type { HuWindow } from "../contracts/volume-payload.js";
import { requireThat } from "../core/errors.js";
import type { PatientLesion, RealismDistance } from "../realism/lesion-realism.js";
import { appearanceMeasures } from "../realism/lesion-realism.js";
import type { PublishedAppearance } from "../realism/published-appearance.js";
import type { TuringAnswer, TuringTest } from "../realism/turing-test.js";
import { sortNumbers } from "../stats/describe.js";
import type { LesionAppearance } from "../tumor/measure-lesion.js";
import { fitWindow } from "../viewer/fit-window.js";
import { renderMarkedSlice } from "../viewer/marked-picture.js";
import { countSlices, extractSlice } from "../volume/slice.js";
import { escapeMarkup, type Figure, type Trace } from "./figure.js";
import { panelAxis, wrapMarkup } from "./panel-grid.js";
import { type Panel, pictureGrid } from "./picture-grid.js";
import { axisName, renderPicture } from "./picture.js";
import { baseLayout, logTicks, palette, seriesColors, valueAxis } from "./theme.js";

/** A published value drawn as a line into one of the panels. */
export interface PublishedLine {
  figure: keyof LesionAppearance;
  value: number;
  /** What it is, such as `"median of LiTS"`. */
  name: string;
}

/** The published medians that a panel can show as lines, named by their data set. */
export function publishedLines(looks: readonly PublishedAppearance[]): PublishedLine[] {
  return looks.flatMap(({ dataset, medianMl, sphericityMedian, contrastMedianHu }) =>
    (
      [
        ["volumeMl", medianMl],
        ["sphericity", sphericityMedian],
        ["contrastHu", contrastMedianHu],
      ] as const
    ).flatMap(([figure, value]) => (value === null ? [] : [{ figure, value, name: `median, ${dataset}` }])),
  );
}

const columns = 3;
const size = { width: 760, height: 680 };
const margin = { l: 64, r: 16, t: 72, b: 76 };

/**
 * Each figure of two groups of lesions as the share of lesions at or below a value, side by side, with the distance of the
 * two above each panel: the largest gap between the curves with its p over patients, and by how much values have to move
 * for one group to become the other, with its interval. Two curves that run together are groups that look alike.
 *
 * @param options `published`: figures of real lesions to draw as lines, such as {@link publishedLines} gives; `names` of the
 *   two groups.
 */
export function realismFigure(
  reference: readonly PatientLesion[],
  synthetic: readonly PatientLesion[],
  distances: readonly RealismDistance[],
  {
    title = "Synthetic lesions beside the phantom's own",
    published = [],
    names = ["Phantom's own tumors", "Synthetic"],
  }: { title?: string; published?: readonly PublishedLine[]; names?: readonly [string, string] } = {},
): Figure {
  const rows = Math.ceil(appearanceMeasures.length / columns);
  const axes: Record<string, unknown> = {};
  const data: Trace[] = [];
  const annotations: Record<string, unknown>[] = [];
  const shapes: Record<string, unknown>[] = [];
  appearanceMeasures.forEach(({ name, title: text, unit, log }, panel) => {
    const [column, row] = [panel % columns, Math.floor(panel / columns)];
    const left = column / columns + (column === 0 ? 0 : 0.025);
    const right = (column + 1) / columns - 0.02;
    const widthPx = (right - left) * (size.width - margin.l - margin.r);
    const top = 0.93 - (row * 1.07) / rows;
    const shown = [...reference, ...synthetic].map((each) => each[name]).filter(Number.isFinite);
    const lines = published.filter(({ figure }) => figure === name).sort((a, b) => a.value - b.value);
    axes[`xaxis${panel === 0 ? "" : panel + 1}`] = panelAxis({ title: text, unit }, widthPx, {
      domain: [left, right],
      anchor: axisName("y", panel),
      ...(log ? logTicks(shown) : { nticks: 5 }),
      ...rangeOf([...shown, ...lines.map(({ value }) => value)], log),
    });
    axes[`yaxis${panel === 0 ? "" : panel + 1}`] = {
      ...valueAxis({ title: "Share of lesions", unit: "1" }),
      ...(column === 0 ? {} : { showticklabels: false, title: { text: "" } }),
      domain: [Math.max(0, top - 0.6 / rows), top],
      range: [-0.03, 1.03],
      anchor: axisName("x", panel),
    };
    const groups = [
      { lesions: reference, name: names[0], color: seriesColors[1], dash: "solid" },
      { lesions: synthetic, name: names[1], color: seriesColors[0], dash: "dash" },
    ];
    for (const group of groups) data.push(curveOf(group, name, panel));
    const distance = distances.find(({ figure }) => figure === name);
    if (distance) annotations.push(noteOf(distance, panel, widthPx));
    lines.forEach((line, place) => {
      const xref = axisName("x", panel);
      shapes.push({
        type: "line",
        xref,
        yref: `${axisName("y", panel)} domain`,
        x0: line.value,
        x1: line.value,
        y0: 0,
        y1: 1,
        line: { color: palette.muted, width: 1.5, dash: "dot" },
      });
      annotations.push({
        text: escapeMarkup(line.name),
        xref,
        yref: `${axisName("y", panel)} domain`,
        x: log ? Math.log10(line.value) : line.value,
        y: 0.02,
        // Lines may lie close together: their names stand on either side in turn.
        xanchor: lines.length > 1 && place % 2 === 0 ? "right" : "left",
        yanchor: "bottom",
        textangle: -90,
        showarrow: false,
        font: { size: 11, color: palette.muted },
      });
    });
  });
  return {
    data,
    layout: baseLayout(title, {
      ...size,
      margin,
      ...axes,
      annotations,
      shapes,
      showlegend: true,
      legend: { orientation: "h", x: 0, y: -0.02, yanchor: "top" },
    }),
  };
}

/** A little more than the values, so that a curve's last step does not lie on the frame; nothing for fewer than two. */
function rangeOf(values: readonly number[], log = false): { range?: [number, number] } {
  const places = values
    .filter((value) => !log || value > 0)
    .map((value) => (log ? Math.log10(value) : value));
  const [least, most] = [Math.min(...places), Math.max(...places)];
  const margin = 0.05 * (most - least);
  return margin > 0 ? { range: [least - margin, most + margin] } : {};
}

function curveOf(
  {
    lesions,
    name,
    color,
    dash,
  }: { lesions: readonly PatientLesion[]; name: string; color: string; dash: string },
  figure: keyof LesionAppearance,
  panel: number,
): Trace {
  const sorted = Array.from(sortNumbers(lesions.map((each) => each[figure]).filter(Number.isFinite)));
  const y = sorted.flatMap((_, i) => [i / sorted.length, (i + 1) / sorted.length]);
  return {
    type: "scatter",
    mode: "lines",
    name,
    legendgroup: name,
    showlegend: panel === 0,
    x: sorted.flatMap((value) => [value, value]).map((value) => Number(value.toPrecision(5))),
    y: y.map((value) => Number(value.toFixed(4))),
    xaxis: axisName("x", panel),
    yaxis: axisName("y", panel),
    line: { color, dash, width: 2 },
  };
}

/** Above a panel, in lines that keep to its width. */
function noteOf(distance: RealismDistance, panel: number, widthPx: number): Record<string, unknown> {
  const { ks, pValue, n, clusters } = distance;
  const p = Number.isNaN(pValue) ? "" : pValue < 0.001 ? ", p < 0.001" : `, p ${pValue.toFixed(3)}`;
  const sentences = [
    ...(Number.isNaN(ks) ? ["too few"] : [`largest gap ${ks.toFixed(2)}${p}`, describeShift(distance)]),
    `n = ${n[0]} and ${n[1]}, of ${clusters[0]} and ${clusters[1]} patients`,
  ];
  return {
    text: sentences.map((each) => wrapMarkup(each, widthPx, 11)).join("<br>"),
    xref: `${axisName("x", panel)} domain`,
    yref: `${axisName("y", panel)} domain`,
    x: 0,
    y: 1.02,
    xanchor: "left",
    yanchor: "bottom",
    align: "left",
    showarrow: false,
    font: { size: 11, color: palette.muted },
  };
}

/** How far apart the groups are in the figure's own unit, with its interval and what chance gives. */
function describeShift({ wasserstein, wassersteinInterval, ...distance }: RealismDistance): string {
  const write = (value: number): string => String(Number(value.toPrecision(2)));
  const unit = distance.unit === "1" ? "" : ` ${distance.unit}`;
  const { low, high } = wassersteinInterval;
  const interval = Number.isNaN(low) ? "" : `${write(low)} to ${write(high)}; `;
  return `${write(wasserstein)}${unit} apart (${interval}chance\u00a0${write(distance.wassersteinByChance)})`;
}

/**
 * The pictures of a Turing test, numbered, in one scale and window, without outlines. With a round's `answers` the captions
 * tell what each one is and the lesions are outlined.
 */
export function turingFigure(
  test: TuringTest,
  options: {
    title?: string;
    window?: string | HuWindow;
    columns?: number;
    answers?: readonly TuringAnswer[];
  } = {},
): Figure {
  const { answers, window = "Soft tissue", columns: across = 4 } = options;
  const panels = test.questions.map(({ number, ct, lesion }): Panel => {
    const index = fullestSlice(lesion);
    const picture = renderPicture(
      ct,
      answers ? lesion : undefined,
      { plane: "axial", window, overlayOpacity: 0 },
      index,
    );
    const answer = answers?.find((each) => each.number === number);
    const verdict = answer ? `: ${answer.truth}, ${answer.right ? "right" : "wrong"}` : "";
    return { picture, caption: `<b>${number}</b>${verdict}` };
  });
  const title = options.title ?? (answers ? "The answers" : "Which of these lesions are synthetic?");
  return pictureGrid(panels, { title, columns: across });
}

/**
 * The pictures of a Turing test one by one, for a control that is clicked (see `lab.interact`): `data:` addresses of PNGs
 * in the order of the questions, in one scale, each with the patient's sides and a bar in mm, without outlines.
 *
 * @param options `window` as in {@link turingFigure}; `widthPx` of the widest picture, 60 to 600, default 180.
 * @throws LabError for a window that is none, or a width out of range.
 */
export function turingPictures(
  test: TuringTest,
  { window = "Soft tissue", widthPx = 180 }: { window?: string | HuWindow; widthPx?: number } = {},
): string[] {
  requireThat(widthPx >= 60 && widthPx <= 600, "widthPx", widthPx, "pixels from 60 to 600");
  const slices = test.questions.map(({ ct, lesion }) => ({
    slice: extractSlice(ct, "axial", fullestSlice(lesion)),
    fitted: fitWindow(ct, undefined, window),
  }));
  const widestMm = Math.max(...slices.map(({ slice }) => slice.width * slice.spacingMm[0]));
  return slices.map(({ slice, fitted }) => renderMarkedSlice(slice, fitted, widthPx / widestMm));
}

function fullestSlice(lesion: Parameters<typeof extractSlice>[0]): number {
  let [best, most] = [0, -1];
  for (let index = 0; index < countSlices(lesion, "axial"); index++) {
    const count = extractSlice(lesion, "axial", index).data.reduce(
      (sum, value) => sum + (value > 0 ? 1 : 0),
      0,
    );
    if (count > most) [best, most] = [index, count];
  }
  return best;
}
