import * as lab from "tumorlab";
import * as kernelSession from "tumorlab/internal/contracts/kernel-session";
import * as hostTumors from "tumorlab/internal/experiment/run/scans/host-tumors";
import * as table from "tumorlab/internal/notebook/table";
import { addModule } from "tumorlab/internal/platform/browser/packages";
import * as page from "tumorlab/internal/platform/browser/page";
import * as paths from "tumorlab/internal/platform/browser/paths";
import * as store from "tumorlab/internal/platform/browser/store";
import * as workers from "tumorlab/internal/platform/browser/workers";
import * as bytes from "tumorlab/internal/platform/bytes";
import * as files from "tumorlab/internal/platform/files";
import * as hash from "tumorlab/internal/platform/hash";
import * as locations from "tumorlab/internal/platform/locations";
import * as memory from "tumorlab/internal/platform/memory";
import * as packages from "tumorlab/internal/platform/packages";
import * as tumorCases from "tumorlab/internal/training/tumor-cases";
import * as lessons from "tumorlab/lessons";
import { libraryKey, type PageLibrary } from "./page-library.js";

/**
 * The library as one script for web workers. Each script that the library starts in a thread of its own is inside: in
 * the thread, the page's `thread.js` runs it by the path it would have on disk.
 */
const threadScripts: Readonly<Record<string, () => Promise<unknown>>> = {
  [locations.locateBuilt("batchWorker")]: () => import("tumorlab/internal/training/batch-worker"),
  [locations.locateBuilt("cohortCaseWorker")]: () => import("tumorlab/internal/data/verify/case"),
  [locations.locateBuilt("dicomFrameWorker")]: () => import("tumorlab/internal/dicom/frame-worker"),
  [locations.locateBuilt("engineWorker")]: () => import("tumorlab/internal/model/simd3d/worker"),
  [locations.locateBuilt("evaluationWorker")]: () => import("tumorlab/internal/evaluation/evaluation-worker"),
  [locations.locateBuilt("phantomWorker")]: () => import("tumorlab/internal/phantom/phantom-worker"),
  [locations.locateBuilt("scanSurveyWorker")]: () => import("tumorlab/internal/experiment/plan/survey-scans"),
  [locations.locateBuilt("scanWorker")]: () => import("tumorlab/internal/experiment/run/scans/scan-worker"),
  [locations.locateBuilt("synthesisWorker")]: () => import("tumorlab/internal/synthesis/synthesis-worker"),
  [locations.locateBuilt("trialProgram")]: () => import("tumorlab/internal/experiment/run/trial-program"),
};

// Threads load these by the path that a plan or a cell has for them.
addModule(locations.locateBuilt("tumorCases"), tumorCases);
addModule(locations.locateBuilt("hostTumors"), hostTumors);

/** What the kernel's own script and packages use of the library: one copy of it, and of the files of the page. */
const internal: Readonly<Record<string, object>> = {
  "contracts/kernel-session": kernelSession,
  "notebook/table": table,
  "platform/browser/page": page,
  "platform/browser/paths": paths,
  "platform/browser/store": store,
  "platform/browser/workers": workers,
  "platform/bytes": bytes,
  "platform/files": files,
  "platform/hash": hash,
  "platform/locations": locations,
  "platform/memory": memory,
  "platform/packages": packages,
};

const library: PageLibrary = {
  lab,
  lessons,
  internal,
  async runScript(path) {
    const load = threadScripts[path];
    if (!load) throw new Error(`${path} is not part of the lab in a page.`);
    await load();
  },
};

Object.defineProperty(globalThis, libraryKey, { value: library });
