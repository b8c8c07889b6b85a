import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The built front end, as its `lab.json` describes it; paths are relative to the build's folder. */
export interface LabBundle {
  version: string;
  /** Version of JupyterLab inside. */
  jupyterlab?: string;
  entry: string;
  styles: string[];
  /** A list of settings schemas. */
  settings: string;
  favicon?: string;
  busyFavicon?: string;
  /** Licences of the packages inside. */
  licences?: string;
}

/**
 * Reads `lab.json`; again at each call, so that a build made meanwhile is found.
 *
 * @returns `undefined` when the front end is not built, or an older kind of file lies there
 */
export async function readLabBundle(labDist: string): Promise<LabBundle | undefined> {
  const bundle = (await readJsonFile(join(labDist, "lab.json"))) as Partial<LabBundle> | undefined;
  if (typeof bundle?.entry !== "string" || typeof bundle.settings !== "string") return undefined;
  const { version = "0", styles = [], entry, settings } = bundle;
  return { ...bundle, version, styles, entry, settings };
}

/** Reads a JSON file; `undefined` when it is missing or broken. */
export async function readJsonFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as unknown;
  } catch {
    return undefined;
  }
}
