import { builtFolder } from "./built-folder.js";
import { join, resolve } from "./paths.js";

/**
 * Where the parts of the project lie on disk. The only module that knows it, so that a room may move without another
 * looking for its workers or data in vain.
 */

/** The library's own folder, `src/`: that of its package.json. */
export const libraryFolder: string = resolve(builtFolder, "..");

/** The project's root, which the lab serves. */
export const projectFolder: string = resolve(libraryFolder, "..");

/**
 * Built code that is started, or whose bytes are part of a name on disk: files, and folders that end in `/`.
 * `locations.test.ts` holds that each is there.
 */
export const builtCode = {
  batchWorker: "training/batch-worker.js",
  cohortCaseWorker: "data/verify/case.js",
  dicomFrameWorker: "dicom/frame-worker.js",
  denoiserCode: "tumor/learned/",
  drawingWorker: "plot/static/drawing-worker.js",
  engineWorker: "model/simd3d/worker.js",
  experimentScansCode: "experiment/run/scans/",
  evaluationWorker: "evaluation/evaluation-worker.js",
  generatorCode: "training/generator/",
  hostTumors: "experiment/run/scans/host-tumors.js",
  learnerCode: "training/learner.js",
  phantomCode: "phantom/",
  phantomWorker: "phantom/phantom-worker.js",
  preparedCaseCode: "training/prepared-case.js",
  samplerCode: "synthesis/learned/",
  scanSurveyWorker: "experiment/plan/survey-scans.js",
  scanWorker: "experiment/run/scans/scan-worker.js",
  synthesisWorker: "synthesis/synthesis-worker.js",
  trialProgram: "experiment/run/trial-program.js",
  tumorCases: "training/tumor-cases.js",
  volumeCode: "volume/",
} as const;

/** Absolute path of a part of the built library. */
export function locateBuilt(name: keyof typeof builtCode): string {
  return join(builtFolder, builtCode[name]);
}

/** Absolute path of a file or folder below `data-manifests/`. */
export function locateManifests(...parts: readonly string[]): string {
  return join(projectFolder, "data-manifests", ...parts);
}

/** Absolute path of the folder of results that come with the notebooks. */
export function locateResults(): string {
  return join(projectFolder, "notebooks", "results");
}

/** Absolute path of the notebook that holds a lesson's solutions. */
export function locateSolutions(lesson: string): string {
  return join(projectFolder, "notebooks", "exercises", `${lesson}-solutions.ipynb`);
}

/** Absolute path of a built program of the environment, such as `course/main.js`; it is there once all is built. */
export function locateEnvironment(program: string): string {
  return join(projectFolder, "environment", "dist", program);
}

/** Absolute path of a font that ships; fonts stay beside their sources. */
export function locateFont(name: string): string {
  return join(libraryFolder, "viewer", "fonts", name);
}

/** Absolute path of a folder below `.tumorlab/`, where what can be made again is kept. */
export function locateCache(...parts: readonly string[]): string {
  return join(projectFolder, ".tumorlab", ...parts);
}
