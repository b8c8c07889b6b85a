import { requireThat } from "../core/errors.js";
import { describeSeries, matchSeries, matchStructures } from "../dicom/choose-content.js";
import { collectDicom } from "../dicom/collect.js";
import { describeObject } from "../dicom/read-objects.js";
import type { ReadingChoice } from "../formats/read.js";
import { recognizeFormat } from "../formats/recognize.js";
import { resolve } from "../platform/paths.js";

/** A case by what tells its series. */
export interface CaseOfSeries {
  name: string;
  image: string;
  reading?: ReadingChoice | undefined;
}

/** Cases that a message names at most. */
const mostNamed = 12;

/**
 * The name of the DICOM series that is read of each case; those in other formats have none. Headers alone are looked at.
 *
 * @param input what messages call the cases, such as their folder.
 * @throws LabError that names every case in which none or several series are meant, with what it has.
 */
export async function nameSeries(
  cases: readonly CaseOfSeries[],
  input: string,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const faults: string[] = [];
  for (const { name, image, reading } of cases) {
    const format = await recognizeFormat(image);
    if (format !== "folder" && format !== "zip") continue;
    const content = await collectDicom(image);
    const found = await matchSeries(content, reading?.series);
    if (found.length === 1) names.set(name, found[0].name);
    else {
      const listed = found.length > 0 ? found : content.series;
      const count =
        found.length > 0 ? `${found.length} series` : content.series.length > 0 ? "none of" : "no series";
      faults.push(`${name}: ${[count, listed.map(describeSeries).join("; ")].filter(Boolean).join(" ")}`);
    }
  }
  const asked = cases.find(({ reading }) => reading?.series !== undefined)?.reading?.series;
  const more = faults.length > mostNamed ? `; and ${faults.length - mostNamed} cases more` : "";
  requireThat(
    faults.length === 0,
    `${input}, series${asked === undefined ? "" : ` ${JSON.stringify(asked)}`}`,
    `${faults.length} of ${cases.length} cases where not one is meant`,
    "one series in each case",
    `Choose by name, number, UID or a pattern that fits one in each, such as --series "*venous*|*portal*", or reading: { series } in code. ${faults.slice(0, mostNamed).join(". ")}${more}`,
  );
  return names;
}

/**
 * A sentence where the structures that are the labels of a case were made on another series of it than the one that is read: two
 * series may share a grid, and the patient breathes between them. `undefined` where no series was asked for.
 *
 * @param shownAs what the sentence calls the labels; default their path.
 */
export async function doubtSeries(
  { image, reading }: Omit<CaseOfSeries, "name">,
  labels: string,
  shownAs: string = labels,
): Promise<string | undefined> {
  const asked = reading?.series;
  const format = asked === undefined ? "unknown" : await recognizeFormat(image);
  if (format !== "folder" && format !== "zip") return undefined;
  const content = await collectDicom(image);
  const [scan] = await matchSeries(content, asked);
  const sets =
    labels === image
      ? await matchStructures(content, asked)
      : content.objects.filter(
          ({ source }) => source.path !== undefined && resolve(source.path) === resolve(labels),
        );
  if (!scan || sets.length !== 1) return undefined;
  const { isOn } = await describeObject(sets[0]);
  const own = content.series.find(isOn);
  if (!own || isOn(scan)) return undefined;
  return `${shownAs}: its structures were made on series ${JSON.stringify(own.name)}, and ${JSON.stringify(scan.name)} is read: look whether they fit`;
}
