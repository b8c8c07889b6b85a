import { findLesion, type TumorOrgan } from "../anatomy/organs.js";
import { locateBuilt } from "../platform/locations.js";
import type { SynthesisModule } from "./batch-worker.js";
import type { PreparedScan } from "./cohort-scan.js";
import type { TrainingConfig } from "./training-config.js";
import type { TumorCaseFiles } from "./tumor-cases.js";

/** Tumors for the batches' own thread: into the scans without a lesion, where there are any. */
export function tumorModule(scans: readonly PreparedScan[], recipe: TrainingConfig): SynthesisModule {
  const lesionTargets = recipe.targets.filter(({ structures }) =>
    structures.some((each) => findLesion(each)),
  );
  const lesionClasses = new Set(lesionTargets.map(({ name }) => name));
  const organs = lesionTargets
    .flatMap(({ structures }) => structures.map((each) => findLesion(each)?.tumorOrgan))
    .filter((organ): organ is TumorOrgan => organ !== undefined);
  const healthy = scans.filter(({ classes }) => !classes.some((name) => lesionClasses.has(name)));
  const options: TumorCaseFiles = {
    scans: healthy.length > 0 ? healthy : scans,
    mix: { organs: [...new Set(organs)] },
    spacingMm: recipe.spacingMm,
  };
  return { path: locateBuilt("tumorCases"), create: "openTumorCases", options };
}
