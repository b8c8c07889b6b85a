/** Runs tasks that share a key one after the other; tasks with other keys run at once. */
export type RunLocked = <T>(key: string | readonly string[], task: () => Promise<T>) => Promise<T>;

/**
 * Makes a set of locks. A task that fails doesn't stop those behind it. A task with several keys has its place in the
 * queues of all of them at once, so that two such tasks never wait for each other.
 */
export function createLocks(): RunLocked {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const keys = [...new Set(typeof key === "string" ? [key] : key)];
    const before = Promise.all(keys.map((name) => tails.get(name) ?? Promise.resolve()));
    const run = before.then(task);
    const tail = run.then(
      () => undefined,
      () => undefined,
    );
    for (const name of keys) tails.set(name, tail);
    try {
      return await run;
    } finally {
      for (const name of keys) if (tails.get(name) === tail) tails.delete(name);
    }
  };
}
