export type ProgressState = "running" | "done" | "failed" | "interrupted";

/** What `application/vnd.tumorlab.progress+json` holds. */
export interface ProgressPayload {
  label: string;
  /** Units finished, from 0 to `total`. */
  done: number;
  /** Units in all, above 0; absent where not known. */
  total?: number;
  ratePerSecond?: number;
  remainingSeconds?: number;
  values: Record<string, number>;
  state: ProgressState;
}

const states: readonly string[] = ["running", "done", "failed", "interrupted"];

/**
 * Reads a progress bundle; fields that do not fit are left out, since a bar must not hide what it reports of.
 *
 * @throws Error where the payload is no object or has no count
 */
export function parseProgress(json: unknown): ProgressPayload {
  if (typeof json !== "object" || json === null) throw new Error("This progress bar holds no object.");
  const source = json as Record<string, unknown>;
  const done = readCount(source.done);
  if (done === undefined)
    throw new Error(`This progress bar has no count: done is ${JSON.stringify(source.done)}.`);
  const total = readCount(source.total) || undefined;
  return {
    label: typeof source.label === "string" ? source.label : "",
    done,
    total,
    ratePerSecond: readCount(source.ratePerSecond),
    remainingSeconds: readCount(source.remainingSeconds),
    values: readValues(source.values),
    state: states.includes(source.state as string) ? (source.state as ProgressState) : "running",
  };
}

/** Share done from 0 to 1, or undefined where the total is not known and the work still runs. */
export function readShare({ done, total, state }: ProgressPayload): number | undefined {
  if (total === undefined) return state === "done" ? 1 : undefined;
  return Math.min(1, done / total);
}

/** "12 of 40  ·  3.2/s  ·  9 s left  ·  loss 0.31", with what is known. */
export function formatProgress(payload: ProgressPayload): string {
  const { done, total, ratePerSecond, remainingSeconds, values, state } = payload;
  const parts = [
    total === undefined ? formatNumber(done) : `${formatNumber(done)} of ${formatNumber(total)}`,
  ];
  if (ratePerSecond) parts.push(`${formatNumber(ratePerSecond)}/s`);
  if (state === "running" && remainingSeconds !== undefined)
    parts.push(`${formatSeconds(remainingSeconds)} left`);
  if (state === "failed" || state === "interrupted") parts.push(state);
  for (const [name, value] of Object.entries(values)) parts.push(`${name} ${formatNumber(value)}`);
  return parts.join("  ·  ");
}

function readValues(value: unknown): Record<string, number> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}

function readCount(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function formatNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}

function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
