import { appendText } from "../core/files.js";
import { toJson } from "../core/missing.js";
import { monotonicMs } from "../platform/machine.js";
import type { TrainingEvent } from "./train-network.js";

/**
 * Writes a line of JSON for each event to the end of a file, with the seconds since the log was opened and, of steps, the
 * samples a second.
 */
export function openTrainingLog(path: string): (event: TrainingEvent) => Promise<void> {
  const startMs = monotonicMs();
  let steps = 0;
  return (event) => {
    const seconds = (monotonicMs() - startMs) / 1000;
    if (event.kind === "step") steps++;
    const samples = event.kind === "step" ? { samplesPerSecond: (steps * event.cases.length) / seconds } : {};
    return appendText(path, `${toJson({ ...event, seconds, ...samples })}\n`);
  };
}
