/**
 * A page cannot follow what a call has started: the value holds while the function runs, up to its first `await`. What
 * goes on behind it finds nothing and is taken for part of the running cell.
 */
export class AsyncLocalStorage<T> {
  private current: T | undefined;

  run<R>(value: T, work: () => R): R {
    const outside = this.current;
    this.current = value;
    try {
      return work();
    } finally {
      this.current = outside;
    }
  }

  getStore(): T | undefined {
    return this.current;
  }
}
