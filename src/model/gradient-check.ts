import { LabError } from "../core/errors.js";
import { type GradientCase, gradientCases } from "./gradient-cases.js";
import type { Values } from "./plain-ops.js";

/** Computes an operation and its gradients; an engine is checked through it. */
export interface OpRunner {
  /** Name for reports. */
  name: string;
  /**
   * @returns the output, and for each input the gradient of the sum of `upstream * output`.
   */
  run(test: GradientCase): Promise<{ output: ArrayLike<number>; gradients: readonly ArrayLike<number>[] }>;
}

/** How one operation did. Errors are the largest difference as a share of the largest right value. */
export interface OpReport {
  op: string;
  outputError: number;
  /** The worst over the operation's inputs. */
  gradientError: number;
  passed: boolean;
  /** What the engine threw instead of an answer; empty otherwise. */
  failure: string;
}

/** How an engine did. */
export interface GradientReport {
  engine: string;
  /** Largest error allowed. */
  tolerance: number;
  ops: OpReport[];
  passed: boolean;
}

/**
 * Largest error allowed. Single precision stays below 1e-5, the tensor cores of recent GPUs (10 bits of mantissa)
 * below 1e-3; a wrong gradient is off by a tenth or more.
 */
export const gradientTolerance = 2e-3;

/** Step of the central differences: its own error and that of double precision stay near 1e-9. */
const step = 1e-4;

/**
 * Checks outputs and gradients of every operation of the network on small odd shapes against plain double precision
 * code and its central finite differences. What the engine throws counts as failed.
 */
export async function checkGradients(
  runner: OpRunner,
  tolerance: number = gradientTolerance,
): Promise<GradientReport> {
  const check = async (test: GradientCase): Promise<OpReport> => {
    try {
      const { output, gradients } = await runner.run(test);
      const outputError = relativeError(output, test.evaluate(test.inputs.map(({ values }) => values)));
      const errors = test.inputs.map((_, i) => relativeError(gradients[i] ?? [], differences(test, i)));
      const gradientError = Math.max(...errors);
      const passed = outputError <= tolerance && gradientError <= tolerance;
      return { op: test.name, outputError, gradientError, passed, failure: "" };
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      return { op: test.name, outputError: Infinity, gradientError: Infinity, passed: false, failure };
    }
  };
  const ops: OpReport[] = [];
  for (const test of gradientCases()) ops.push(await check(test));
  return { engine: runner.name, tolerance, ops, passed: ops.every(({ passed }) => passed) };
}

/** Throws a LabError with the numbers unless the engine passed. */
export function requirePassed(report: GradientReport): void {
  if (report.passed) return;
  const wrong = report.ops
    .filter(({ passed }) => !passed)
    .map(({ op, outputError, gradientError, failure }) =>
      failure === ""
        ? `${op} output ${outputError.toExponential(1)} gradient ${gradientError.toExponential(1)}`
        : `${op} failed (${failure.slice(0, 60)})`,
    );
  throw new LabError(
    `engine ${report.engine}`,
    wrong.join("; "),
    `relative errors of at most ${report.tolerance}`,
    "Use another engine: this one computes wrong gradients and cannot train",
  );
}

/** Central finite differences of the sum of `upstream * output` over one input. */
function differences(test: GradientCase, input: number): Values {
  const inputs = test.inputs.map(({ values }) => values.slice());
  const moved = inputs[input];
  const lossAt = (i: number, value: number) => {
    const kept = moved[i];
    moved[i] = value;
    const output = test.evaluate(inputs);
    moved[i] = kept;
    let loss = 0;
    for (let o = 0; o < output.length; o++) loss += test.upstream[o] * output[o];
    return loss;
  };
  return moved.map((value, i) => (lossAt(i, value + step) - lossAt(i, value - step)) / (2 * step));
}

function relativeError(found: ArrayLike<number>, right: Values): number {
  if (found.length !== right.length) return Infinity;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < right.length; i++) {
    const off = Math.abs(found[i] - right[i]);
    if (Number.isNaN(off)) return Infinity;
    difference = Math.max(difference, off);
    largest = Math.max(largest, Math.abs(right[i]));
  }
  return difference / Math.max(largest, 1e-12);
}
