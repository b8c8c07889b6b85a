import type { TumorOrgan } from "../anatomy/organs.js";
import { requireThat } from "../core/errors.js";
import type { Vec3 } from "../core/types.js";
import { createPhantomCase } from "../phantom/make-case.js";
import type { LabelledScan } from "./prepared-case.js";

/** What {@link createPhantomScans} draws. */
export interface PhantomScansOptions {
  /** A whole number from 1. */
  count: number;
  seed: number;
  spacingMm: Vec3;
  /** Voxels along x, y, z. */
  shape: Vec3;
  /** Organs tumors may be in. */
  tumorOrgans: readonly TumorOrgan[];
}

/**
 * Phantoms to learn from, in memory: every other one, from the first on, is healthy, the rest have a tumor. The same
 * options give the same scans, and more of them begin with fewer of them.
 */
export function createPhantomScans(options: PhantomScansOptions): LabelledScan[] {
  const { count, seed, spacingMm, shape, tumorOrgans } = options;
  requireThat(Number.isInteger(count) && count >= 1, "count", count, "a whole number from 1");
  return Array.from({ length: count }, (_, index): LabelledScan => {
    const controlShare = index % 2 === 0 ? 1 : 0;
    // Two cohorts: else a patient's two scans would stand on both sides.
    const cohort = { seed: 2 * seed + (index % 2), controlShare };
    const phantom = createPhantomCase(index, { ...cohort, spacingMm, shape, tumorOrgans });
    const { caseId } = phantom.metadata;
    return {
      name: `${caseId}-${index % 2 === 0 ? "healthy" : "tumor"}`,
      ct: phantom.ct,
      labels: phantom.labels,
    };
  });
}
