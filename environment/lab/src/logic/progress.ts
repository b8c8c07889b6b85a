import type { ProgressPayload } from "tumorlab/internal/contracts/progress-payload";

/** Share done from 0 to 1, or undefined where the total is not known (or 0) and the work still runs. */
export function readShare({ done, total, state }: ProgressPayload): number | undefined {
  if (!total) return state === "done" ? 1 : undefined;
  return Math.min(1, done / total);
}

/** "12 of 40  ·  3.2/s  ·  9 s left  ·  loss 0.31", with what is known. */
export function formatProgress(payload: ProgressPayload): string {
  const { done, total, ratePerSecond, remainingSeconds, values = {}, state } = payload;
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
