import type { HashedStep } from "./certificate-hashes.js";
import type { HashedFile } from "./hashed-file.js";

/** A file that is not as expected: `undefined` where one side does not have it. */
export interface DifferentFile {
  name: string;
  found: string | undefined;
  expected: string | undefined;
}

/** One step beside what was expected of it. */
export interface StepComparison {
  /** From 0. */
  index: number;
  id: string;
  /**
   * - *same*: every output has the expected hash.
   * - *differs*: an output has another, from the same files of the project.
   * - *other inputs*: a file of the project that it reads is another than expected, and so its outputs are not compared.
   * - *not compared*: nothing is known of this step with this arithmetic.
   */
  state: "same" | "differs" | "other inputs" | "not compared";
  arithmetic: string;
  /** Outputs that differ, or with *other inputs* what was read. */
  files: DifferentFile[];
}

/** All steps beside what was expected, in order. */
export interface HashComparison {
  steps: StepComparison[];
  /** The first that differs. */
  first: StepComparison | undefined;
  /** How many steps were compared. */
  compared: number;
}

/**
 * Holds the hashes of steps against others, step by step: each against the one of the same id and arithmetic. What differs
 * in a step is in all steps that read its outputs, so the first one tells where it begins. A step that was expected and did
 * not run differs, and comes last.
 */
export function compareHashes(found: readonly HashedStep[], expected: readonly HashedStep[]): HashComparison {
  const steps = found.map((step, index): StepComparison => {
    const { id, arithmetic } = step;
    const other = expected.find((each) => each.id === id && each.arithmetic === arithmetic);
    if (!other) return { index, id, arithmetic, state: "not compared", files: [] };
    const reads = differ(step.reads, other.reads);
    if (reads.length > 0) return { index, id, arithmetic, state: "other inputs", files: reads };
    const files = differ(step.outputs, other.outputs);
    return { index, id, arithmetic, state: files.length > 0 ? "differs" : "same", files };
  });
  for (const { id, arithmetic, outputs } of expected)
    if (!steps.some((step) => step.id === id))
      steps.push({ index: steps.length, id, arithmetic, state: "differs", files: differ([], outputs) });
  const compared = steps.filter(({ state }) => state === "same" || state === "differs").length;
  return { steps, first: steps.find(({ state }) => state === "differs"), compared };
}

/** A comparison in a sentence. */
export function describeComparison({ steps, first, compared }: HashComparison): string {
  const unknown = steps.filter(({ state }) => state === "not compared");
  const names = [...new Set(unknown.map(({ arithmetic }) => arithmetic))].join(", ");
  const rest = steps
    .filter(({ state }) => state === "other inputs")
    .map(({ id, files }) => `; ${id} not compared: it reads another ${nameFiles(files)}`);
  if (unknown.length > 0) rest.push(`; ${unknown.length} not compared: no hashes are known for ${names}`);
  const words = first
    ? `differs from step ${first.index + 1} on: ${first.id} has another ${nameFiles(first.files)}`
    : `${compared} of ${steps.length} steps as expected`;
  return `${words}${rest.join("")}`;
}

function nameFiles([first, ...more]: readonly DifferentFile[]): string {
  return more.length === 0 ? first.name : `${first.name} and ${more.length} more`;
}

function differ(found: readonly HashedFile[], expected: readonly HashedFile[]): DifferentFile[] {
  const [here, there] = [found, expected].map((files) => new Map(files.map((f) => [f.name, f.sha256])));
  return [...new Set([...here.keys(), ...there.keys()])]
    .filter((name) => here.get(name) !== there.get(name))
    .map((name) => ({ name, found: here.get(name), expected: there.get(name) }));
}
