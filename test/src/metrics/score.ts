import assert from "node:assert/strict";
import type { Volume } from "tumorlab/internal/core/types";
import { evaluateCase } from "tumorlab/internal/metrics/evaluate";
import type { ScoreRow } from "tumorlab/internal/metrics/evaluate";

/** The scores of label 1. */
export function score(reference: Volume, prediction: Volume, toleranceMm = 2): ScoreRow {
  return evaluateCase(reference, prediction, { labels: [1], toleranceMm })[0];
}

/** Fails unless two numbers agree to twelve digits. */
export function close(actual: number, expected: number, what = ""): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected)),
    `${what} ${actual}, not ${expected}`,
  );
}
