import { stat } from "node:fs/promises";
import { join } from "node:path";
import { LabError, requireThat } from "../errors.js";
import { readText, writeFileWhole } from "../files.js";
import type { LabelClasses } from "./label-classes.js";

const fileName = "classes.json";
const format = "tumorlab-classes";

/**
 * Writes down beside predictions what their label values are: `classes.json` in their folder.
 *
 * @throws LabError where the folder has predictions of other classes.
 */
export async function writeAnswerClasses(folder: string, { targets, ignore }: LabelClasses): Promise<void> {
  const content = JSON.stringify({ format, targets, ignore });
  const there = await readAnswerClasses(folder);
  if (there && JSON.stringify({ format, ...there }) === content) return;
  requireThat(
    there === undefined,
    join(folder, fileName),
    there?.targets.map(({ name }) => name),
    `the model's classes, ${targets.map(({ name }) => name).join(", ")}`,
    "The folder has another model's predictions: choose another, or remove them with this file",
  );
  await writeFileWhole(join(folder, fileName), [Buffer.from(`${content}\n`)]);
}

/**
 * What the label values of a folder's predictions are; `undefined` where nobody wrote it down.
 *
 * @throws LabError for a damaged `classes.json`.
 */
export async function readAnswerClasses(folder: string): Promise<LabelClasses | undefined> {
  const path = join(folder, fileName);
  if (!(await stat(path).catch(() => undefined))) return undefined;
  const form = `"format": "${format}" with "targets", each a name and its structures, and "ignore"`;
  const advice = "Predict again, or remove the file to compare label values as they are";
  const text = await readText(path, form, advice);
  let parsed: { format?: unknown; targets?: unknown; ignore?: unknown } | null;
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch (error) {
    throw new LabError(path, (error as Error).message, form, advice, { cause: error });
  }
  const { targets, ignore } = parsed ?? {};
  const isTarget = (target: unknown): boolean => {
    const { name, structures } = (target ?? {}) as { name?: unknown; structures?: unknown };
    return typeof name === "string" && areNames(structures);
  };
  const isForm =
    parsed?.format === format && Array.isArray(targets) && targets.every(isTarget) && areNames(ignore);
  requireThat(isForm && targets.length > 0, path, text.slice(0, 80), form, advice);
  return { targets: targets as LabelClasses["targets"], ignore: ignore as string[] };
}

function areNames(list: unknown): boolean {
  return Array.isArray(list) && list.every((name) => typeof name === "string");
}
