/** A plotly figure that may be drawn: JSON alone, without scripts, foreign addresses or unknown configuration. */
export interface Figure {
  data: Record<string, unknown>[];
  layout: Record<string, unknown>;
  config: Record<string, unknown>;
  /** What buttons and sliders play; absent where the figure has none. */
  frames?: Record<string, unknown>[];
}

const deepest = 64;

/** What a figure may set of plotly's configuration; the rest can fetch, send or hold markup. */
const configKeys = ["staticPlot", "scrollZoom", "displayModeBar", "doubleClick", "showTips", "locale"];

/** Traces that draw maps fetch tiles and outlines from sites outside. */
const mapTrace = /mapbox$|^(scatter|density|choropleth)map$|geo$|^choropleth$/;
const mapLayout = /^(geo|map|mapbox)\d*$/;

/**
 * Reads `application/vnd.plotly.v1+json` from a notebook that may be anyone's.
 *
 * @throws Error that names what is wrong, in one sentence for the reader
 */
export function parseFigure(json: unknown): Figure {
  if (!isObject(json))
    throw new Error(`This figure cannot be drawn: it is ${describe(json)}, expected an object.`);
  const { data, layout = {}, config = {}, frames } = json;
  if (!Array.isArray(data) || !data.every(isObject))
    throw new Error(`This figure cannot be drawn: data is ${describe(data)}, expected a list of traces.`);
  if (!isObject(layout))
    throw new Error(`This figure cannot be drawn: layout is ${describe(layout)}, expected an object.`);
  refuseMaps(data);
  return {
    data: data.map((trace) => cleanObject(trace, 0)),
    layout: cleanLayout(layout),
    config: isObject(config) ? cleanConfig(config) : {},
    ...(frames === undefined ? {} : { frames: cleanFrames(frames) }),
  };
}

function refuseMaps(data: readonly Record<string, unknown>[]): void {
  const map = data.find(({ type }) => typeof type === "string" && mapTrace.test(type));
  if (map) throw new Error(`This figure cannot be drawn: "${String(map.type)}" needs maps from the network.`);
}

function cleanLayout(layout: Record<string, unknown>): Record<string, unknown> {
  const clean = cleanObject(layout, 0);
  for (const key of Object.keys(clean)) if (mapLayout.test(key)) delete clean[key];
  return clean;
}

/** A frame is part of a figure, and what a figure must not hold a frame must not bring in. */
function cleanFrames(frames: unknown): Record<string, unknown>[] {
  if (!Array.isArray(frames) || !frames.every(isObject))
    throw new Error(`This figure cannot be drawn: frames is ${describe(frames)}, expected a list of frames.`);
  return frames.map(({ layout, data, ...frame }) => {
    const traces = Array.isArray(data) ? data.filter(isObject) : [];
    refuseMaps(traces);
    return {
      ...cleanObject(frame, 0),
      ...(traces.length > 0 ? { data: traces.map((trace) => cleanObject(trace, 0)) } : {}),
      ...(isObject(layout) ? { layout: cleanLayout(layout) } : {}),
    };
  });
}

/** Title of a figure as plain text, for those who do not see it; undefined where it has none. */
export function readTitle(layout: Readonly<Record<string, unknown>>): string | undefined {
  const title = isObject(layout.title) ? layout.title.text : layout.title;
  if (typeof title !== "string") return undefined;
  const text = title
    .replace(/<br\s*\/?>/gi, ", ")
    .replace(/<[^<>]*>/g, "")
    .trim();
  return text || undefined;
}

function cleanConfig(config: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(config).filter(
    ([key, value]) => configKeys.includes(key) && ["boolean", "string"].includes(typeof value),
  );
  const removed = config.modeBarButtonsToRemove;
  const buttons = Array.isArray(removed) ? removed.filter((name) => typeof name === "string") : [];
  return { ...Object.fromEntries(kept), modeBarButtonsToRemove: buttons };
}

function clean(value: unknown, key: string, depth: number): unknown {
  if (depth > deepest)
    throw new Error(`This figure cannot be drawn: it is nested more than ${deepest} deep.`);
  if (typeof value === "string") return cleanText(value, key);
  if (Array.isArray(value)) return value.map((item) => clean(item, key, depth + 1));
  return isObject(value) ? cleanObject(value, depth + 1) : value;
}

/** Buttons and sliders carry dotted paths such as "images[0].source" as keys: their last part decides. */
function cleanObject(source: Record<string, unknown>, depth: number): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(source)) {
    const parts = key.split(/[.[\]]+/).filter(Boolean);
    if (parts.some((part) => ["__proto__", "constructor", "prototype"].includes(part))) continue;
    out[key] = clean(value, parts[parts.length - 1] ?? key, depth);
  }
  return out;
}

/** Pictures only from the figure itself; in markup no style that fetches and no link but to pages and mail. */
function cleanText(text: string, key: string): string {
  if (key === "source") return /^data:image\/(png|jpeg|gif|webp);base64,/i.test(text) ? text : "";
  if (!text.includes("<")) return text;
  return text
    .replace(/\s(?:style)\s*=\s*("[^"]*"|'[^']*')/gi, (found) =>
      /url\s*\(|@import/i.test(found) ? "" : found,
    )
    .replace(/\shref\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, (found, address: string) =>
      /^["']?\s*(https?:|mailto:)/i.test(address) ? found : "",
    );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
