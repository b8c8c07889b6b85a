import { ignoredStructure } from "../anatomy/label-classes.js";
import { canonicalName, findLesion } from "../anatomy/organs.js";
import { canonicalNames, describeLabels, wholesOf } from "../anatomy/structures.js";
import { LabError } from "../core/errors.js";
import type { LabelScheme } from "../data/label-scheme.js";

/** How the label values of two sides are brought to common ones, by what they stand for. Plain data. */
export interface LabelAlignment {
  /** Structure by common value: the reference's own values and names where one value is the structure. */
  names: Readonly<Record<number, string>>;
  /**
   * Common value by own value; values that are not listed have no name, or stand for structures that only the prediction
   * has. Those are not scored, because the reference does not mark them; a lesion is, where the reference consists of masks
   * and has its organ, because there a patient without lesions has no mask of them.
   */
  reference: Readonly<Record<number, number>>;
  prediction: Readonly<Record<number, number>>;
  /** Structures of one side alone, by the names it gives them. */
  onlyReference: readonly string[];
  onlyPrediction: readonly string[];
  /** The reference's own value of voxels that nobody labelled; they count on neither side. */
  ignore?: number;
}

/**
 * Aligns the labels of a prediction with those of a reference by structure. Where one side has a whole and the other its
 * parts (kidney; kidney_left and kidney_right) the parts are taken together; lesions of single organs go together where the
 * other side knows only "tumor".
 *
 * @returns `undefined` where neither side says what its values mean: they are compared as they are.
 * @throws LabError where one side says it and the other does not, or the sides share no structure.
 */
export function alignLabels(reference: LabelScheme, prediction: LabelScheme): LabelAlignment | undefined {
  if (reference.origin === "unknown" && prediction.origin === "unknown") return undefined;
  requireKnown("reference", reference, prediction);
  requireKnown("prediction", prediction, reference);
  const ignored = [reference, prediction].map(({ names }) =>
    Object.keys(names)
      .map(Number)
      .find((value) => canonicalName(names[value]) === ignoredStructure),
  );
  const [referenceNames, other] = [reference, prediction].map(({ names }) => canonicalNames(names));
  const names: Record<number, string> = {};
  const valueOf = new Map<string, number>();
  const maps: Record<number, number>[] = [{}, {}];
  const only: string[][] = [[], []];
  [referenceNames, other].forEach((canonical, side) => {
    const [mine, theirs] = [Object.values(canonical), Object.values(side === 0 ? other : referenceNames)];
    const given = (side === 0 ? reference : prediction).names;
    for (const [key, name] of Object.entries(canonical)) {
      if (name === ignoredStructure) continue;
      const value = Number(key);
      const common = commonName(name, mine, theirs);
      if (common === undefined) {
        only[side].push(given[value]);
        if (side === 1 && !isOpenTo(name, reference)) continue;
      }
      const place = common ?? name;
      if (!valueOf.has(place)) {
        const at = freeValue(value, names);
        valueOf.set(place, at);
        names[at] = common !== undefined && common !== name ? common : given[value];
      }
      maps[side][value] = valueOf.get(place)!;
    }
  });
  if (only[0].length === Object.keys(referenceNames).length)
    throw new LabError(
      "labels",
      `no structure in common: ${listNames(Object.values(reference.names))} in the reference (${reference.from}), ` +
        `${listNames(Object.values(prediction.names))} in the prediction (${prediction.from})`,
      "at least one structure that both have",
      "Name the values of the side that is wrong with --reference-labels or --prediction-labels",
    );
  const [onlyReference, onlyPrediction] = only;
  return {
    names,
    reference: maps[0],
    prediction: maps[1],
    onlyReference,
    onlyPrediction,
    ...(ignored[0] === undefined ? {} : { ignore: ignored[0] }),
  };
}

/** Whether a reference could have had a mask of this lesion. */
function isOpenTo(name: string, { origin, names }: LabelScheme): boolean {
  const organ = findLesion(name)?.tumorOrgan;
  return (
    origin === "masks" && organ !== undefined && describeLabels(names).some((each) => each.organ === organ)
  );
}

/** The name under which the other side has a structure; `undefined` where it has it under none. */
function commonName(name: string, mine: readonly string[], theirs: readonly string[]): string | undefined {
  if (theirs.includes(name)) return name;
  const whole = wholesOf(name).find((each) => theirs.includes(each));
  // A side that has the whole itself beside its part compares that.
  if (whole !== undefined) return mine.includes(whole) ? undefined : whole;
  const isWhole = theirs.some((each) => wholesOf(each).includes(name));
  return isWhole ? name : undefined;
}

function freeValue(wanted: number, taken: Readonly<Record<number, string>>): number {
  if (!(wanted in taken)) return wanted;
  return Math.max(...Object.keys(taken).map(Number)) + 1;
}

function requireKnown(side: "reference" | "prediction", scheme: LabelScheme, other: LabelScheme): void {
  if (scheme.origin !== "unknown") return;
  throw new LabError(
    scheme.from,
    `label values of the ${side} that nothing names`,
    `what they stand for, since the other side's are known (${listNames(Object.values(other.names))})`,
    `Name them with --${side}-labels: a label map such as totalsegmentator, or a JSON file such as a dataset.json`,
  );
}

/** Names in words, the first of many. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 6).join(", ");
  return names.length > 6 ? `${shown}, ... (${names.length})` : shown;
}
