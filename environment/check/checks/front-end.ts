import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type CheckContext, ok } from "../check.js";

interface LabManifest {
  version: string;
  jupyterlab?: string;
  entry: string;
  styles: string[];
  settings: string;
}

/** Whether the bundled front end is there with every file its manifest names. Throws when one is missing. */
export async function checkFrontEnd({ root }: CheckContext) {
  const folder = join(root, "environment", "lab", "dist");
  const manifest = JSON.parse(await readFile(join(folder, "lab.json"), "utf8")) as LabManifest;
  const files = [manifest.entry, ...manifest.styles, manifest.settings];
  for (const file of files) await stat(join(folder, file));
  const { size } = await stat(join(folder, manifest.entry));
  return [ok(`JupyterLab ${manifest.jupyterlab ?? "?"} is built, entry ${(size / 1e6).toFixed(1)} MB`)];
}
