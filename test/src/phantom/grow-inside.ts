import assert from "node:assert/strict";
import { lesions, organs, type TumorOrgan } from "tumorlab/internal/anatomy/organs";
import { createKey } from "tumorlab/internal/core/random";
import type { Mask } from "tumorlab/internal/core/types";
import { shareOfBorder } from "tumorlab/internal/phantom/border-share";
import { createPhantomCase, type PhantomCase } from "tumorlab/internal/phantom/make-case";
import { findScan, samplePatient } from "tumorlab/internal/phantom/patient";
import { planTumors, type TumorPlan } from "tumorlab/internal/phantom/tumor-plan";
import { findComponents } from "tumorlab/internal/volume/components";
import { measure } from "./measure.js";

/** Patients of a cohort of the reference hospital, with the tumors each is to have in an organ. */
export function planCohort(seed: number, organ: TumorOrgan, count: number): TumorPlan[][] {
  const cohort = createKey(seed).split("phantom").split("reference");
  return Array.from({ length: count }, (_, index) => planTumors(samplePatient(cohort, index), [organ], 0));
}

/** The tumors of a phantom are of their organ, as large as planned, within it and in one piece each. */
export function growInside(organ: TumorOrgan): void {
  const phantom = findTumor(organ, 11);
  const { ct, labels, metadata } = phantom;
  const lesion = lesions.find(({ tumorOrgan }) => tumorOrgan === organ)!;
  assert.ok(metadata.tumors.every((tumor) => tumor.labelId === lesion.labelId && tumor.organ === organ));
  const found = measure(phantom)[lesion.name];
  const planned = metadata.tumors.reduce((sum, { volumeMl }) => sum + volumeMl, 0);
  assert.ok(Math.abs(found.volumeMl - planned) < 0.15 * planned + 0.3, `${found.volumeMl} of ${planned} ml`);
  // Its voxels touch its own organ and no tumor lies loose: every component borders the organ's label.
  const home = new Set(
    organs.filter(({ lesionName }) => lesionName === lesion.name).map(({ labelId }) => labelId),
  );
  // A tumor of the esophagus fills it from wall to wall and meets it only above and below; one of a kidney may hang on it.
  const least = organ === "esophagus" ? 0.04 : organ === "kidney" ? 0.1 : 0.25;
  assert.ok(shareOfBorder(labels, lesion.labelId, home) > least);
  const data = Uint8Array.from(labels.data, (value) => (value === lesion.labelId ? 1 : 0));
  const mask: Mask = { ...labels, data };
  const { components } = findComponents(mask);
  const largest = Math.max(...components.map(({ voxels }) => voxels));
  const all = components.reduce((sum, { voxels }) => sum + voxels, 0);
  assert.ok(largest / all > (metadata.tumors.length > 1 ? 0.2 : 0.9));
  assert.equal(ct.data.length, labels.data.length);
}

/** The first case of a seed that has a tumor of the organ of 1 ml or more. */
function findTumor(organ: TumorOrgan, seed: number): PhantomCase {
  const cohort = createKey(seed).split("phantom").split("reference");
  const patient = planCohort(seed, organ, 40).findIndex((plans) =>
    plans.some(({ volumeMl }) => volumeMl > 1),
  );
  const index = Array.from({ length: 80 }, (_, i) => i).find((i) => findScan(cohort, i).patient === patient)!;
  return createPhantomCase(index, { seed, tumorOrgans: [organ], controlShare: 0, spacingMm: 4 });
}
