/** What a check found: `fail` needs a hand, `info` is something to know, such as an optional program that is absent. */
export type Status = "ok" | "fail" | "info";

/** One line of the report. */
export interface Finding {
  status: Status;
  /** What was looked at, in a word or two. */
  name: string;
  /** What was found; for `fail` also what to do. */
  text: string;
}

/** What checks may look at. */
export interface CheckContext {
  /** The project folder. */
  root: string;
  /** Aborted when the reader has had enough. */
  signal: AbortSignal;
}

/** One check: looks at one thing and finds one or more lines to say. What it throws counts as `fail`. */
export interface Check {
  name: string;
  run: (context: CheckContext) => Promise<Omit<Finding, "name">[]> | Omit<Finding, "name">[];
}

/** Makes a finding that all is well. */
export function ok(text: string): Omit<Finding, "name"> {
  return { status: "ok", text };
}

/** Makes a finding that needs a hand. */
export function fail(text: string): Omit<Finding, "name"> {
  return { status: "fail", text };
}

/** Makes a finding that is neither. */
export function info(text: string): Omit<Finding, "name"> {
  return { status: "info", text };
}

/**
 * Runs checks one after the other, each whatever came of the ones before.
 *
 * @param onFinding told each line as it is found.
 * @returns all lines in order.
 */
export async function runChecks(
  checks: readonly Check[],
  context: CheckContext,
  onFinding: (finding: Finding) => void = () => {},
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, run } of checks) {
    if (context.signal.aborted) break;
    for (const found of await attempt(() => run(context))) {
      const finding = { ...found, name };
      findings.push(finding);
      onFinding(finding);
    }
  }
  return findings;
}

async function attempt(run: () => ReturnType<Check["run"]>): Promise<Omit<Finding, "name">[]> {
  try {
    return await run();
  } catch (error) {
    return [fail(describeError(error))];
  }
}

/** One line for a terminal: "OK    kernel       ready in 1.9 s". */
export function formatFinding({ status, name, text }: Finding): string {
  const indented = text.trimEnd().replace(/\n/g, `\n${" ".repeat(20)}`);
  return `${status.toUpperCase().padEnd(5)} ${name.padEnd(13)} ${indented}`;
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
