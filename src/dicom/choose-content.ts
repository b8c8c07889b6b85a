import { LabError } from "../core/errors.js";
import type { DicomContent, DicomObject, DicomSeries } from "./collect.js";
import { describeObject } from "./read-objects.js";

/** Which part of a folder or archive that has slices and structures of them is meant. */
export type WantedPart = "scan" | "structures";

type Chosen = { series: DicomSeries } | { object: DicomObject };

/**
 * Those that are meant by a name, number, UID or file name: exactly these, else those whose name a pattern fits, in which `*` stands
 * for any letters, `?` for one, and `|` parts several patterns, whatever the case of the letters.
 */
function narrow<T>(
  all: readonly T[],
  asked: string,
  describe: (each: T) => { name: string; others: readonly string[] },
): T[] {
  const exact = all.filter((each) => {
    const { name, others } = describe(each);
    return name === asked || others.includes(asked);
  });
  if (exact.length > 0 || !isPattern(asked)) return exact;
  const expression = toExpression(asked);
  return all.filter((each) => expression.test(describe(each).name));
}

function isPattern(asked: string): boolean {
  return /[*?]/.test(asked);
}

function toExpression(asked: string): RegExp {
  const parts = asked
    .split("|")
    .map((part) => part.trim().replaceAll(/[\\^$.+()[\]{}]/g, String.raw`\$&`))
    .map((part) => part.replaceAll("*", ".*").replaceAll("?", "."));
  return new RegExp(`^(?:${parts.join("|")})$`, "is");
}

const namesOfSeries = ({ name, number, uid }: DicomSeries): { name: string; others: string[] } => ({
  name,
  others: [String(number), uid],
});

const namesOfSet = ({ name, uid, source }: DicomObject): { name: string; others: string[] } => ({
  name,
  others: [uid, source.name, source.name.replace(/^.*[\\/]/, "")],
});

/**
 * The series that are meant by a name, see `chooseContent`; where none is but one set of structures, the series that this was
 * made on. All there are where nothing is asked for.
 */
export async function matchSeries(
  { series, objects }: DicomContent,
  asked: string | undefined,
): Promise<DicomSeries[]> {
  if (asked === undefined) return series;
  const found = narrow(series, asked, namesOfSeries);
  if (found.length > 0) return found;
  const sets = narrow(objects, asked, namesOfSet);
  if (sets.length !== 1) return [];
  const { isOn } = await describeObject(sets[0]);
  return series.length === 1 ? series : series.filter(isOn);
}

/**
 * The sets of structures that are meant: of a series that was asked for those made on it, where any is; else those of the name. All
 * there are where nothing is asked for.
 */
export async function matchStructures(
  { series, objects }: DicomContent,
  asked: string | undefined,
): Promise<DicomObject[]> {
  if (asked === undefined) return objects;
  const scans = narrow(series, asked, namesOfSeries);
  if (scans.length === 0) return narrow(objects, asked, namesOfSet);
  if (objects.length === 1) return objects;
  const on: DicomObject[] = [];
  for (const object of objects) {
    const { isOn } = await describeObject(object);
    if (scans.some(isOn)) on.push(object);
  }
  return on.length > 0 ? on : objects;
}

/**
 * The one series or set of structures that is asked for by name, number, UID or pattern, or by the name of its file; else the only
 * series there is, or where there is none the only set.
 *
 * @param want where both are there; default the scan, and structures where they are asked for by name.
 * @throws LabError that lists what there is.
 */
export async function chooseContent(
  content: DicomContent,
  asked: string | undefined,
  path: string,
  want?: WantedPart,
): Promise<Chosen> {
  const { series, objects } = content;
  if (series.length === 0 && objects.length === 0)
    throw new LabError(path, "no image", "a folder, archive or file with the slices of a CT", "", {
      kind: "bad-file",
    });
  const scans = want === "structures" && objects.length > 0 ? [] : series;
  const sets = want === "scan" && series.length > 0 ? [] : objects;
  const list = [...scans.map(describeSeries), ...sets.map(describeSet)].join("; ");
  if (asked === undefined) {
    if (scans.length === 1) return { series: scans[0] };
    if (scans.length === 0 && sets.length === 1) return { object: sets[0] };
    const advice =
      'Choose one by its name or a pattern: { series: "name" } in code, --series "name" on a command line';
    const found = scans.length > 0 ? `${scans.length} series` : `${sets.length} sets of structures`;
    throw new LabError(path, found, `one of ${list}`, advice);
  }
  const matches = await matchContent(content, scans, sets, asked, want);
  if (matches.length === 1) return matches[0];
  const fitting = matches.map((each) =>
    "series" in each ? describeSeries(each.series) : describeSet(each.object),
  );
  throw new LabError(
    `series of ${path}`,
    asked,
    fitting.length === 0
      ? `the name, number or UID of one of ${list}, or a pattern that fits one`
      : `what fits one alone; it fits ${fitting.join("; ")}`,
  );
}

async function matchContent(
  content: DicomContent,
  scans: readonly DicomSeries[],
  sets: readonly DicomObject[],
  asked: string,
  want: WantedPart | undefined,
): Promise<Chosen[]> {
  const fitting = want === "scan" ? await matchSeries(content, asked) : narrow(scans, asked, namesOfSeries);
  const found = fitting.map((each) => ({ series: each }));
  // A pattern that was made for scans may fit what was drawn on them too.
  if (isPattern(asked) && found.length > 0) return found;
  const drawn =
    want === "structures" ? await matchStructures(content, asked) : narrow(sets, asked, namesOfSet);
  return [...found, ...drawn.map((object) => ({ object }))];
}

/** `"Abdomen" (number 3, 120 slices)`. */
export function describeSeries({ name, number, slices }: DicomSeries): string {
  return `${JSON.stringify(name)} (${number === undefined ? "" : `number ${number}, `}${slices.length} slices)`;
}

function describeSet({ name, kind }: DicomObject): string {
  return `${JSON.stringify(name)} (a DICOM ${kind})`;
}
