import type { QueuedTask } from "./queue.js";

const reasons: readonly { words: RegExp; advise: (jobId: string) => string }[] = [
  {
    words: /\bheld\b|JobHeld|JobHoldMaxRequeue/i,
    advise: (jobId) =>
      `scontrol show job ${jobId} tells more; scontrol release ${jobId} lets it go on, scancel ${jobId} drops it`,
  },
  {
    words: /^(Partition|QOS|Association)TimeLimit|MaxWallDuration/i,
    advise: (jobId) =>
      `It asks for more time than it may have: scancel ${jobId}, then run the same command with a shorter --time (sinfo -o '%P %l' lists the limits)`,
  },
  {
    words:
      /^(PartitionNodeLimit|PartitionInactive|BadConstraints|DependencyNeverSatisfied|AccountNotAllowed|QOSNotAllowed|InvalidAccount|InvalidQOS|MaxMemPerLimit|(QOS|Assoc)Max\w+PerJob(Limit)?$)/i,
    advise: (jobId) =>
      `scancel ${jobId}, then run the same command asking for what a partition gives (sinfo -o '%P %l %c %m' lists it)`,
  },
];

/** What to do about a task that waits for something that only people can mend; `undefined` for any other. */
export function adviseOnStuck({ active, state, reason, jobId }: QueuedTask): string | undefined {
  if (!active || state === "RUNNING") return undefined;
  return reasons.find(({ words }) => words.test(reason))?.advise(jobId);
}
