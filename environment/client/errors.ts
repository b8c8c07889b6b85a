import type { ProcessEnd } from "../wire/kernel-process.js";

/** The kernel's process ended while an answer was expected from it. */
export class KernelDiedError extends Error {
  readonly exit: ProcessEnd;
  /** The last the process wrote to its standard output and error. */
  readonly log: string;

  constructor(exit: ProcessEnd, log: string) {
    const how = exit.signal ? `was ended by ${exit.signal}` : `ended with exit code ${exit.code}`;
    super(withLog(`The kernel ${how} before it answered.`, log));
    this.name = "KernelDiedError";
    this.exit = exit;
    this.log = log;
  }
}

/** The kernel is there but did not answer in time. */
export class KernelTimeoutError extends Error {
  /** The last the process wrote to its standard output and error. */
  readonly log: string;

  constructor(what: string, log: string) {
    super(withLog(`${what}.`, log));
    this.name = "KernelTimeoutError";
    this.log = log;
  }
}

function withLog(text: string, log: string): string {
  const tail = log.trim().split("\n").slice(-20).join("\n");
  return tail ? `${text} It wrote:\n${tail}` : text;
}
