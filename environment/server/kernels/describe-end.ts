import type { ProcessEnd } from "../../wire/kernel-process.js";

/** Says in words how a process ended, such as "it was killed (SIGKILL); often because memory ran out". */
export function describeEnd({ code, signal, lastWords }: ProcessEnd): string {
  const memory = /heap out of memory|allocation failed/i.test(lastWords);
  if (memory) return "its memory ran out (raise it with NODE_OPTIONS=--max-old-space-size=8192)";
  if (signal === "SIGKILL") return "it was killed (SIGKILL), often because the machine's memory ran out";
  if (signal !== null) return `it was ended by ${signal}`;
  if (code !== null) return `it exited with code ${code}`;
  return `it could not be run (${lastWords.trim() || "unknown cause"})`;
}
