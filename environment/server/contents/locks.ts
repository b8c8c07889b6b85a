/** Runs tasks that share a key one after the other; tasks with other keys run at once. */
export type RunLocked = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/** Makes a set of locks. A task that fails doesn't stop those behind it. */
export function createLocks(): RunLocked {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const before = tails.get(key) ?? Promise.resolve();
    const run = before.then(task, task);
    const tail = run.then(
      () => undefined,
      () => undefined,
    );
    tails.set(key, tail);
    try {
      return await run;
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
}
