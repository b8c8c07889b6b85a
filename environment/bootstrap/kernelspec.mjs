import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { explainWriteError } from "./setup-error.mjs";

/** @typedef {import("./project.mjs").Project} Project */

/**
 * Registers the kernel inside the project, where the lab looks for it and any Jupyter does that is started with
 * JUPYTER_PATH set to `.tumorlab/share/jupyter`. Needs the built environment.
 *
 * @param {Project} project
 * @returns {Promise<string>} the folder of the kernelspec
 */
export async function registerKernel(project) {
  const module = await import(pathToFileURL(project.kernelSpecModule).href);
  const folder = join(project.jupyterPath, "kernels", "tumorlab");
  const path = join(folder, "kernel.json");
  const text = `${JSON.stringify(module.createKernelSpec(project.root), null, 1)}\n`;
  try {
    if (readText(path) === text) return folder;
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${path}.${process.pid}`, text);
    renameSync(`${path}.${process.pid}`, path);
  } catch (error) {
    throw explainWriteError(error, path);
  }
  return folder;
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
