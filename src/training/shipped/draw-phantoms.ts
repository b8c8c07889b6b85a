import { LabError } from "../../core/errors.js";
import { type RunOptions, throwIfAborted } from "../../core/progress.js";
import { createPhantomCase, type PhantomCase, phantomCaseId } from "../../phantom/make-case.js";
import { letOthersRun } from "../../platform/wait.js";
import type { LabelledScan } from "../prepared-case.js";
import type { ModelPlan, PhantomDraw } from "./model-plan.js";

/**
 * The phantoms of one part of a plan, one at a time: hospital by hospital, each with patients of its own. The same plan gives the
 * same phantoms.
 */
export async function* drawPhantoms(
  { tumorOrgans, spacingMm, shape }: Pick<ModelPlan, "tumorOrgans" | "spacingMm" | "shape">,
  { seed, hospitals, casesPerHospital, controlShare }: PhantomDraw,
  { progress, signal }: RunOptions = {},
): AsyncGenerator<LabelledScan> {
  const total = hospitals.length * casesPerHospital;
  let done = 0;
  for (const hospital of hospitals)
    for (let index = 0; index < casesPerHospital; index++) {
      throwIfAborted(signal);
      const phantom = createPhantomCase(index, {
        seed,
        hospital,
        controlShare,
        tumorOrgans,
        spacingMm,
        shape,
        signal,
      });
      yield { name: phantom.metadata.caseId, ct: phantom.ct, labels: phantom.labels };
      progress?.({ done: ++done, total });
      await letOthersRun();
    }
}

/**
 * A phantom of a plan's test by the name of its case, as the record's tumors have it.
 *
 * @throws LabError for a case that the test does not have.
 */
export function drawTestPhantom(plan: ModelPlan, name: string): PhantomCase {
  const { tumorOrgans, spacingMm, shape } = plan;
  const { seed, hospitals, casesPerHospital, controlShare } = plan.test;
  for (const hospital of hospitals)
    for (let index = 0; index < casesPerHospital; index++)
      if (phantomCaseId(hospital, index) === name)
        return createPhantomCase(index, { seed, hospital, controlShare, tumorOrgans, spacingMm, shape });
  throw new LabError("case", name, `a case of the test, such as ${phantomCaseId(hospitals[0], 0)}`);
}
