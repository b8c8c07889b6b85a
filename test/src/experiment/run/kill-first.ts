import type { RunnerEvent } from "tumorlab/internal/experiment/run/local-runner";

/** Tells of events into `events`, and kills the process of the first trial that starts. */
export function killFirst(events: RunnerEvent[]): (event: RunnerEvent) => void {
  let isKilled = false;
  return (event) => {
    events.push(event);
    if (event.kind !== "start" || isKilled) return;
    isKilled = true;
    process.kill(event.pid!, "SIGKILL");
  };
}
