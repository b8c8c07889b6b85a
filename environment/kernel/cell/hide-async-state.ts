import type { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";

/** The part of Node's AsyncLocalStorage that writes the store into each new promise, timer and request. */
interface Propagating {
  enabled?: boolean;
  kResourceStore?: symbol;
  _propagate?: (resource: object, trigger: Record<symbol, unknown>, type: string) => void;
}

/**
 * Keeps what Node notes in promises, timers and requests, to know whose they are, out of what is displayed. Node before
 * 24 notes it as properties that every display shows: numbers, and the storage's own value.
 */
export function hideAsyncState(storage: AsyncLocalStorage<unknown>): void {
  void Object.defineProperty(Promise.prototype, inspect.custom, {
    value(this: Promise<unknown>) {
      for (const key of Object.getOwnPropertySymbols(this)) {
        const found = Object.getOwnPropertyDescriptor(this, key);
        if (found?.enumerable && found.configurable && isNodes(key))
          void Object.defineProperty(this, key, { enumerable: false });
      }
      // Shown as Node does.
      return this;
    },
    configurable: true,
    writable: true,
  });
  const { kResourceStore: key, _propagate: propagate } = storage as Propagating;
  if (!key || !propagate) return;
  Object.assign(storage, {
    _propagate(this: Propagating, resource: object, trigger: Record<symbol, unknown>, type: string): void {
      // Promises hide it themselves, when they are displayed.
      if (type === "PROMISE") return propagate.call(this, resource, trigger, type);
      if (!this.enabled) return;
      const hidden = { value: trigger[key], writable: true, configurable: true, enumerable: false };
      Object.defineProperty(resource, key, hidden);
    },
  });
}

function isNodes(key: symbol): boolean {
  return ["async_id_symbol", "trigger_async_id_symbol", "kResourceStore", "destroyed"].includes(
    key.description ?? "",
  );
}
