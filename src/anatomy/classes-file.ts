import { LabError, requireThat } from "../core/errors.js";
import { readText, writeFileWhole, isThere } from "../core/files.js";
import { encodeText } from "../platform/bytes.js";
import { join } from "../platform/paths.js";
import type { LabelClasses } from "./label-classes.js";
import { readLabelNames } from "./label-maps.js";

const fileName = "classes.json";
const format = "tumorlab-classes";

/** What a `classes.json` says of the label maps beside and below it. */
export interface ClassesFile {
  path: string;
  /** Name by label value. */
  labels: Readonly<Record<number, string>>;
  /** A network's classes, where the label maps are its predictions. */
  classes?: LabelClasses;
}

/**
 * Writes down beside predictions what their label values are: `classes.json` in their folder.
 *
 * @throws LabError where the folder has predictions of other classes.
 */
export async function writeModelClasses(folder: string, classes: LabelClasses): Promise<void> {
  const { targets, ignore } = classes;
  const there = await readClassesFile(folder);
  if (there?.classes && JSON.stringify(there.classes) === JSON.stringify({ targets, ignore })) return;
  requireThat(
    there === undefined,
    join(folder, fileName),
    Object.values(there?.labels ?? {}),
    `the model's classes, ${targets.map(({ name }) => name).join(", ")}`,
    "The folder has another model's predictions: choose another, or remove them with this file",
  );
  await write(folder, { format, labels: labelsOf(classes), targets, ignore });
}

/**
 * Writes down what the values of a folder's label maps stand for. Names that the folder's file has already are kept, so that
 * cases with other structures may be added.
 *
 * @throws LabError where the file gives one of the values another name.
 */
export async function addClassNames(folder: string, names: Readonly<Record<number, string>>): Promise<void> {
  const there = await readClassesFile(folder);
  const labels: Record<number, string> = { ...there?.labels };
  for (const [key, name] of Object.entries(names)) {
    const value = Number(key);
    requireThat(
      labels[value] === undefined || labels[value] === name,
      `${join(folder, fileName)}, label ${value}`,
      labels[value],
      name,
      "The folder has label maps of another numbering: choose another folder",
    );
    labels[value] = name;
  }
  if (there && JSON.stringify(there.labels) === JSON.stringify(labels)) return;
  await write(folder, { format, labels });
}

/**
 * What the label values of a folder's label maps are; `undefined` where nobody wrote it down.
 *
 * @throws LabError for a damaged `classes.json`.
 */
export async function readClassesFile(folder: string): Promise<ClassesFile | undefined> {
  const path = join(folder, fileName);
  if (!(await isThere(path))) return undefined;
  const form = `"format": "${format}" with "labels", a name by value, or "targets", each a name and its structures, and "ignore"`;
  const advice = "Predict again, or remove the file to compare label values as they are";
  const text = await readText(path, form, advice);
  let parsed: { format?: unknown; labels?: unknown; targets?: unknown; ignore?: unknown } | null;
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch (error) {
    throw new LabError(path, (error as Error).message, form, advice, { cause: error });
  }
  const { labels, targets, ignore } = parsed ?? {};
  const hasTargets =
    Array.isArray(targets) && targets.length > 0 && targets.every(isTarget) && areNames(ignore);
  const isForm =
    parsed?.format === format &&
    (hasTargets || (targets === undefined && labels !== undefined)) &&
    (labels === undefined || (typeof labels === "object" && labels !== null && !Array.isArray(labels)));
  requireThat(isForm, path, text.slice(0, 80), form, advice);
  const names = readLabelNames(Object.entries(labels ?? {}), path);
  if (!hasTargets) {
    requireThat(Object.keys(names).length > 0, path, text.slice(0, 80), form, advice);
    return { path, labels: names };
  }
  const classes: LabelClasses = { targets: targets as LabelClasses["targets"], ignore: ignore as string[] };
  return { path, labels: labelsOf(classes), classes };
}

function labelsOf({ targets }: LabelClasses): Record<number, string> {
  return Object.fromEntries(targets.map(({ name }, at) => [at + 1, name]));
}

async function write(folder: string, content: object): Promise<void> {
  await writeFileWhole(join(folder, fileName), [encodeText(`${JSON.stringify(content)}\n`)]);
}

function isTarget(target: unknown): boolean {
  const { name, structures } = (target ?? {}) as { name?: unknown; structures?: unknown };
  return typeof name === "string" && areNames(structures);
}

function areNames(list: unknown): boolean {
  return Array.isArray(list) && list.every((name) => typeof name === "string");
}
