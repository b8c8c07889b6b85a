/** Colours that a figure takes from the page where it sets none itself. */
export interface FigureTheme {
  text: string;
  grid: string;
  zeroLine: string;
  font: string;
}

type Json = Record<string, unknown>;

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
  const template = asObject(layout.template);
  const merged = { ...template, layout: mergeOver(ours, asObject(template.layout)) };
  return { autosize: true, ...layout, template: merged };
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
