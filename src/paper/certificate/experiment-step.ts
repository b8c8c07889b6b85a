import { LabError } from "../../core/errors.js";
import { listTrials } from "../../experiment/plan/plan.js";
import { writeCollected } from "../../experiment/run/collect.js";
import { createExperiment } from "../../experiment/run/experiment-folder.js";
import { runExperiment } from "../../experiment/run/local-runner.js";
import { rm } from "../../platform/files.js";
import { join } from "../../platform/paths.js";
import type { CertificateStep } from "./certificate-step.js";

const experimentFolder = "outputs/experiment";

/** The experiment on phantoms: networks from real and from real and synthetic tumors. */
export const experimentStep: CertificateStep = {
  id: "experiment",
  what: "runs the experiment on phantoms: networks trained with real and with real and synthetic tumors",
  call: () =>
    `tumorlab experiment run ${experimentFolder}/plan.json --engine simd --out EMPTY; tumorlab experiment collect EMPTY`,
  seed: ({ experiment }) => experiment?.cohort.seed ?? null,
  engine: "simd",
  after: [],
  reads: [],
  isIn: ({ experiment }) => experiment !== null,
  async run({ folder, set, workers, progress, signal }) {
    const plan = set.experiment!;
    const out = join(folder, experimentFolder);
    const experiment = await createExperiment(plan, out);
    const total = listTrials(plan).length;
    let done = 0;
    const status = await runExperiment(experiment, {
      workers,
      engine: "simd",
      signal,
      onEvent(event) {
        if (event.kind === "done") progress?.({ done: ++done, total, label: "networks" });
      },
    });
    if (status.failed.length > 0)
      throw new LabError(`trial ${status.failed[0].trial.index}`, status.failed[0].reason, "a result");
    const { trials, missing } = await writeCollected(experiment);
    // All of them stand in collected.json and collected.run.json.
    for (const name of ["scans", "trials", "runs", "baselines"])
      await rm(join(out, name), { recursive: true, force: true });
    const { planSha256 } = experiment;
    return {
      outputs: [`${experimentFolder}/collected.json`],
      facts: { experiment: { plan, planSha256, trials: trials.length, failed: missing.length } },
    };
  },
};
