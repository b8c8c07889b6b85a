/** Colours that a figure takes from the page where it sets none itself. */
export interface FigureTheme {
  isLight: boolean;
  text: string;
  /** For what is less than text: axes, ticks. */
  muted: string;
  grid: string;
  zeroLine: string;
  font: string;
}

type Json = Record<string, unknown>;

/** The project's own colours for ink and paper, see `palette` in src/figures/theme.ts. */
export const printColors = {
  ink: "#1f2430",
  muted: "#5b6270",
  grid: "#e3e6ec",
  paper: "#ffffff",
} as const;

/** The one colour of the project's series that cannot be seen on a dark page. */
const blackSeries = "#000000";

/**
 * A figure's colours for the page it stands on. In a dark lab the project's ink and paper, which are made for print,
 * give way to the page's; colours a figure chose itself stay.
 *
 * @param part traces or layout; left as it is
 */
export function inkForTheme<Part>(part: Part, theme: FigureTheme): Part {
  if (theme.isLight) return part;
  const colors = new Map<string, string>([
    [printColors.ink, theme.text],
    [printColors.muted, theme.muted],
    [printColors.grid, theme.grid],
    [printColors.paper, "rgba(0,0,0,0)"],
    [blackSeries, theme.text],
  ]);
  const change = (value: unknown): unknown => {
    if (typeof value === "string") return colors.get(value.toLowerCase()) ?? value;
    if (Array.isArray(value)) return value.map(change);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));
  };
  return change(part) as Part;
}

/** The layout with the page's colours below everything that the figure says itself. */
export function applyFigureTheme(layout: Json, theme: FigureTheme): Json {
  const axis = {
    gridcolor: theme.grid,
    zerolinecolor: theme.zeroLine,
    linecolor: theme.zeroLine,
    tickcolor: theme.zeroLine,
    automargin: true,
  };
  const scene = { ...axis, backgroundcolor: "rgba(0,0,0,0)" };
  const ours: Json = {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: theme.text, family: theme.font, size: 13 },
    xaxis: axis,
    yaxis: axis,
    scene: { xaxis: scene, yaxis: scene, zaxis: scene },
    legend: { bgcolor: "rgba(0,0,0,0)" },
    margin: { l: 60, r: 24, t: 56, b: 48 },
  };
  const inked = inkForTheme(layout, theme);
  const template = asObject(inked.template);
  const merged = { ...template, layout: mergeOver(ours, asObject(template.layout)) };
  return { autosize: true, ...inked, template: merged };
}

/** `over` laid on `base`, object by object. */
function mergeOver(base: Json, over: Json): Json {
  const out = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const both = isObject(value) && isObject(out[key]);
    out[key] = both ? mergeOver(asObject(out[key]), value) : value;
  }
  return out;
}

function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
