import { LabError, requireThat } from "../core/errors.js";
import { readJson } from "../core/files.js";
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
  const entries = isRecord(parsed.labels) ? parsed.labels : parsed;
  const labels: Record<number, string> = {};
  for (const [key, value] of Object.entries(entries)) {
    if (!isRecord(parsed.labels) && ["name", "title", "source"].includes(key)) continue;
    const [label, name] = typeof value === "number" ? [value, key] : [Number(key), value];
    requireThat(
      Number.isInteger(label) && label >= 0 && label <= 65535 && typeof name === "string" && name !== "",
      `${path}, entry ${JSON.stringify(key)}`,
      value,
      'a label value from 0 to 65535 and a name, such as "1": "liver" or "liver": 1',
    );
    requireThat(
      !(label in labels),
      `${path}, label ${label}`,
      name,
      `one name (it already is ${labels[label]})`,
    );
    if (label > 0) labels[label] = name;
  }
  requireThat(Object.keys(labels).length > 0, path, entries, "at least one label besides background");
  const text = (key: string): string => (typeof parsed[key] === "string" ? parsed[key] : "");
  return {
    name: text("name") || nameOrPath,
    title: text("title") || nameOrPath,
    source: text("source") || path,
    labels,
  };
}

/** Reads `1=liver,2=tumor`. Throws a LabError naming the part that is not of that form. */
export function parseLabels(text: string): Record<number, string> {
  const labels: Record<number, string> = {};
  for (const part of text.split(",")) {
    const match = /^\s*(\d+)\s*(?:=\s*([^=]+?)\s*)?$/.exec(part);
    const label = match ? Number(match[1]) : NaN;
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
