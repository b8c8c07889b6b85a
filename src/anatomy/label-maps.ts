import { LabError, requireThat } from "../core/errors.js";
import { readJson } from "../core/files.js";
import { isLabelValue, parseLabelValue } from "../core/label-value.js";
import { listShipped } from "../platform/files.js";
import { locateManifests } from "../platform/locations.js";
import { join } from "../platform/paths.js";

/** Which structure each label value of a data set stands for. */
export interface NamedLabelMap {
  name: string;
  title: string;
  /** Where the values come from. */
  source: string;
  /** Structure name by label value; 0 is background and not listed. */
  labels: Readonly<Record<number, string>>;
}

const shippedFolder = locateManifests("label-maps");

/** Names of the label maps that come with the project. */
export function listLabelMaps(): string[] {
  return listShipped(shippedFolder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/**
 * Opens a label map by the name of a shipped one, or from a JSON file: either `{ "labels": {...} }` or a bare object,
 * with values as keys (`{"1": "liver"}`) or, as in nnU-Net's dataset.json, names as keys (`{"liver": 1}`).
 *
 * @throws LabError naming the file, the entry found and the form expected.
 */
export async function openLabelMap(nameOrPath: string): Promise<NamedLabelMap> {
  const shipped = listLabelMaps();
  const isPath = nameOrPath.endsWith(".json");
  if (!isPath && !shipped.includes(nameOrPath)) {
    throw new LabError("label map", nameOrPath, `one of ${shipped.join(", ")}, or a path that ends in .json`);
  }
  const path = isPath ? nameOrPath : join(shippedFolder, `${nameOrPath}.json`);
  const parsed = await readJson(path, "a readable JSON file");
  requireThat(isRecord(parsed), path, parsed, "a JSON object");
  const bare = Object.entries(parsed).filter(([key]) => !["name", "title", "source"].includes(key));
  const entries = isRecord(parsed.labels) ? Object.entries(parsed.labels) : bare;
  const labels = readLabelNames(entries, path);
  requireThat(Object.keys(labels).length > 0, path, parsed, "at least one label besides background");
  const text = (key: string): string => (typeof parsed[key] === "string" ? parsed[key] : "");
  return {
    name: text("name") || nameOrPath,
    title: text("title") || nameOrPath,
    source: text("source") || path,
    labels,
  };
}

/**
 * Reads what a file says of label values: values first (`"1": "liver"`), as the Decathlon has them, or names first (`"liver": 1`), as
 * nnU-Net has them.
 *
 * @param path of the file, for messages.
 * @returns name by value; 0 is background and left out.
 * @throws LabError for an entry that is neither, and for a value with two names.
 */
export function readLabelNames(
  entries: readonly (readonly [key: string, value: unknown])[],
  path: string,
): Record<number, string> {
  const labels: Record<number, string> = {};
  for (const [key, value] of entries) {
    const [label, name] = typeof value === "number" ? [value, key] : [parseLabelValue(key), value];
    requireThat(
      isLabelValue(label) && typeof name === "string" && name !== "",
      `${path}, label ${JSON.stringify(key)}`,
      value,
      'a whole number from 0 to 65535 in plain digits and a name, such as "1": "liver" or "liver": 1',
      Array.isArray(value) ? "Regions made of several labels are not supported here" : "",
    );
    const other = labels[label];
    requireThat(other === undefined, `${path}, label ${label}`, name, `one name (it already is ${other})`);
    if (label > 0) labels[label] = name;
  }
  return labels;
}

/** Reads `1=liver,2=tumor`. Throws a LabError naming the part that is not of that form. */
export function parseLabels(text: string): Record<number, string> {
  const labels: Record<number, string> = {};
  for (const part of text.split(",")) {
    const match = /^\s*(\d+)\s*(?:=\s*([^=]+?)\s*)?$/.exec(part);
    const label = parseLabelValue(match?.[1] ?? "");
    requireThat(
      label >= 1 && label <= 65535,
      "labels",
      part,
      "a value from 1 to 65535 and a name, such as 1=liver,2=tumor",
    );
    requireThat(!(label in labels), "labels", text, `label ${label} once`);
    labels[label] = match?.[2] ?? `label ${label}`;
  }
  return labels;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
