import * as lab from "tumorlab";
import { locateBuilt } from "tumorlab/internal/platform/locations";
import * as lessons from "tumorlab/lessons";
import { libraryKey, type PageLibrary } from "./page-library.js";

/**
 * The library as one script for web workers. Each script that the library starts in a thread of its own is inside: in
 * the thread, the page's `thread.js` runs it by the path it would have on disk.
 */
const threadScripts: Readonly<Record<string, () => Promise<unknown>>> = {
  [locateBuilt("batchWorker")]: () => import("tumorlab/internal/training/batch-worker"),
  [locateBuilt("cohortCaseWorker")]: () => import("tumorlab/internal/data/verify/case"),
  [locateBuilt("dicomFrameWorker")]: () => import("tumorlab/internal/dicom/frame-worker"),
  [locateBuilt("engineWorker")]: () => import("tumorlab/internal/model/simd3d/worker"),
  [locateBuilt("evaluationWorker")]: () => import("tumorlab/internal/evaluation/evaluation-worker"),
  [locateBuilt("phantomWorker")]: () => import("tumorlab/internal/phantom/phantom-worker"),
  [locateBuilt("scanSurveyWorker")]: () => import("tumorlab/internal/experiment/plan/survey-scans"),
  [locateBuilt("scanWorker")]: () => import("tumorlab/internal/experiment/run/scans/scan-worker"),
  [locateBuilt("synthesisWorker")]: () => import("tumorlab/internal/synthesis/synthesis-worker"),
};

const library: PageLibrary = {
  lab,
  lessons,
  async runScript(path) {
    const load = threadScripts[path];
    if (!load) throw new Error(`${path} is not part of the lab in a page.`);
    await load();
  },
};

Object.defineProperty(globalThis, libraryKey, { value: library });
