import { type CodeCell, type Notebook } from "#environment/runner/notebook.js";

/** A number as a text prints it. */
export interface Numeral {
  /** As it stands, without its sign: `1,862`, `0.77`. */
  text: string;
  value: number;
  /** -1 or 1 where the text writes a sign, else 0. */
  sign: -1 | 0 | 1;
  /** What the last digit that counts is worth: 0.01 for 0.77, 1 for 24, 1000 for 41,000. */
  unit: number;
  /** Whether a percent sign or "points" follows: then the output may hold the share, 0.77 for 77 %. */
  isPercent: boolean;
}

/** A text that says what a reader should see, with the code cells it may speak of. */
export interface SeenText {
  /** Id of the cell that holds the text. */
  cell: string;
  text: string;
  /** The last two code cells before it, or as many as `further` says. */
  cells: CodeCell[];
}

const opening = /^\*\*What you should see:\*\*/m;
/** A figure's traces with more points than this are curves: some point of theirs is near any number. */
const mostPoints = 200;
const usualCells = 2;

/**
 * The texts of a notebook that begin with "What you should see", each up to the next heading or the end of its cell.
 *
 * @param further code cells to look at, by the id of a text that speaks of more than the last two.
 */
export function seenTexts(notebook: Notebook, further: Readonly<Record<string, number>> = {}): SeenText[] {
  const texts: SeenText[] = [];
  const before: CodeCell[] = [];
  for (const cell of notebook.cells) {
    if (cell.cell_type === "code") before.push(cell);
    const start = cell.cell_type === "markdown" ? cell.source.search(opening) : -1;
    if (start < 0) continue;
    const [text] = cell.source.slice(start).split(/^#{1,6} /m);
    texts.push({ cell: cell.id, text, cells: before.slice(-(further[cell.id] ?? usualCells)) });
  }
  return texts;
}

/**
 * The numbers that a text prints in digits. Code, links, and numbers that are part of a name ("3D", "HD95", "AbdomenAtlas 2.0")
 * are left out.
 */
export function numeralsOf(markdown: string): Numeral[] {
  const prose = markdown
    .replace(/```[^]*?```/g, " ")
    .replace(/`[^`]*`/g, " ")
    .replace(/\[[^\]]*\]\([^)]*\)/g, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/AbdomenAtlas [123]\.\d/g, " ");
  const found = prose.matchAll(
    /(?<![\p{L}\d.,])([+−-]?)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\p{L}\d])(?=(\s*(?:%|points|Dice points))?)/gu,
  );
  return Array.from(found, ([, sign, text, after]) => ({
    text,
    value: Number(text.replaceAll(",", "")),
    sign: sign === "+" ? 1 : sign === "" ? 0 : -1,
    unit: unitOf(text),
    isPercent: after !== undefined,
  }));
}

/** Thousands that end in zeros are rounded, but two digits count: 41,000 is 40,500 to 41,500. */
function unitOf(text: string): number {
  const digits = text.replaceAll(",", "");
  const decimals = digits.split(".")[1]?.length ?? 0;
  if (decimals > 0 || digits.length < 4) return 10 ** -decimals;
  const zeros = /0*$/.exec(digits)![0].length;
  return 10 ** Math.min(zeros, digits.length - 2);
}

/** The numbers that code cells show: in their texts and tables, at the labelled points of their figures, and in their code. */
export function shownNumbers(cells: readonly CodeCell[]): number[] {
  return cells.flatMap((cell) => [
    ...cell.outputs.flatMap((output) => {
      if (output.output_type === "stream") return numbersIn(output.text);
      if (output.output_type === "error") return numbersIn(output.evalue);
      return Object.entries(output.data).flatMap(([type, value]) => {
        if (type === "application/vnd.plotly.v1+json") return figureNumbers(value as PlotlyFigure);
        return type.startsWith("text/") ? numbersIn(withoutMarks(value as string)) : [];
      });
    }),
    ...Array.from(cell.source.matchAll(/(?<![\w.])\d[\d_]*(?:\.\d+)?(?:e-?\d+)?/g), ([literal]) =>
      Number(literal.replaceAll("_", "")),
    ),
  ]);
}

/** Whether some number rounds to the numeral at the precision it is printed with. */
export function isShown(numeral: Numeral, numbers: readonly number[]): boolean {
  const { value, sign, unit, isPercent } = numeral;
  const rounds = (shown: number): boolean =>
    (sign === 0 || Math.sign(shown) === sign || value === 0) &&
    Math.abs(Math.abs(shown) - value) <= unit * (0.5 + 1e-9);
  return numbers.some((shown) => rounds(shown) || (isPercent && rounds(100 * shown)));
}

/** Numbers in a text, with their thousands separators and signs. */
function numbersIn(text: string): number[] {
  return Array.from(
    text.matchAll(/(?<![\p{L}\d.])([−-]?)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)/gu),
    ([, sign, digits]) => Number(digits.replaceAll(",", "")) * (sign === "" ? 1 : -1),
  );
}

/** Without tags, Markdown's backslashes and the counts of a figure's text, which say nothing of what it shows. */
function withoutMarks(text: string): string {
  return text
    .replace(/<[^>]*>/g, " ")
    .replace(/\\(?=[^\w\s])/g, "")
    .replace(/^- .*, \d+ values$/gm, " ");
}

interface PlotlyTrace {
  name?: string;
  type?: string;
  mode?: string;
  x?: unknown;
  y?: unknown;
  text?: unknown;
  error_x?: { array?: unknown; arrayminus?: unknown };
  error_y?: { array?: unknown; arrayminus?: unknown };
}

interface PlotlyFigure {
  data: PlotlyTrace[];
  layout?: {
    title?: { text?: string };
    annotations?: { text?: string }[];
    [axis: string]: unknown;
  };
}

/** Numbers that a reader can point at in a figure: bars, marked points, their labels and ends, ticks and captions. */
function figureNumbers({ data, layout = {} }: PlotlyFigure): number[] {
  const ofTraces = data
    .filter(({ type, mode }) => type === "bar" || /markers|text/.test(mode ?? ""))
    .flatMap((trace) => {
      const [x, y] = [trace.x, trace.y].map(valuesOf);
      if (Math.max(x.length, y.length) > mostPoints) return [];
      const along = [
        [x, trace.error_x],
        [y, trace.error_y],
      ] as const;
      const ends = along.flatMap(([middle, error]) => {
        const above = valuesOf(error?.array);
        const below = error?.arrayminus === undefined ? above : valuesOf(error.arrayminus);
        return middle.flatMap((value, i) => [
          Number(value) + Number(above[i]),
          Number(value) - Number(below[i]),
        ]);
      });
      return [
        ...[...x, ...y, ...valuesOf(trace.text), trace.name].flatMap(numbersOf),
        ...ends.filter(Number.isFinite),
      ];
    });
  const axes = Object.entries(layout).filter(([key]) => /^[xy]axis/.test(key));
  const ticks = axes.flatMap(([, axis]) => valuesOf((axis as { ticktext?: unknown }).ticktext));
  const captions = [layout.title?.text, ...(layout.annotations ?? []).map(({ text }) => text)];
  return [...ofTraces, ...[...ticks, ...captions].flatMap(numbersOf)];
}

function numbersOf(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "string" ? numbersIn(withoutMarks(value)) : [];
}

/** The list that a property of a trace holds: as it is, one value, or a typed array in base64. */
function valuesOf(property: unknown): unknown[] {
  if (Array.isArray(property)) return property;
  if (typeof property !== "object" || property === null) return property === undefined ? [] : [property];
  const { dtype, bdata } = property as { dtype?: string; bdata?: string };
  if (dtype === undefined || bdata === undefined) return [];
  const bytes = new Uint8Array(Buffer.from(bdata, "base64"));
  const arrays = {
    ...{ f8: Float64Array, f4: Float32Array, i4: Int32Array, u4: Uint32Array },
    ...{ i2: Int16Array, u2: Uint16Array, i1: Int8Array, u1: Uint8Array },
  };
  return Array.from(new arrays[dtype as keyof typeof arrays](bytes.buffer));
}
