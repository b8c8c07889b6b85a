import type { KernelManager } from "./manager.js";

/** When idle kernels are ended. */
export interface IdleLimit {
  /** A kernel that ran nothing and was sent nothing for so long is ended, in minutes above 0. */
  idleMinutes: number;
  log: (text: string) => void;
  /** The time, in ms; for tests. */
  now?: () => number;
}

/** Looks for idle kernels until it is stopped. */
export interface IdleWatch {
  /** Ends the kernels that have been idle for too long. Fulfilled when they are gone. */
  check(): Promise<void>;
  stop(): void;
}

/** Looks this often at least, and four times within the limit. */
const longestPauseMs = 60_000;

/** Ends kernels that are idle for longer than the limit. A cell that runs, however long, is not idle. */
export function watchIdleKernels(
  manager: Pick<KernelManager, "kernels" | "shutdown">,
  { idleMinutes, log, now = Date.now }: IdleLimit,
): IdleWatch {
  const limitMs = 60_000 * idleMinutes;
  const check = async (): Promise<void> => {
    const idle = manager.kernels.filter(({ model }) => {
      const idleMs = now() - Date.parse(model.last_activity);
      return model.execution_state === "idle" && idleMs >= limitMs;
    });
    await Promise.all(
      idle.map(async ({ id }) => {
        log(`Kernel ${id} was idle for ${idleMinutes} minutes (--idle-minutes): ended.\n`);
        // Somebody else may have ended it in the meantime.
        await manager.shutdown(id).catch(() => undefined);
      }),
    );
  };
  const timer = setInterval(() => void check(), Math.min(longestPauseMs, limitMs / 4));
  timer.unref();
  return { check, stop: () => clearInterval(timer) };
}
