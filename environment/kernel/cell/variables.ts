import { type Cell, runningCell } from "./cell.js";

/**
 * The variables that cells hand on to later cells.
 *
 * A cell takes its names when it begins, and a name has no value until the cell has given it one: to read it before is
 * an error that names the cell, as in JavaScript within a program. Nothing else would be true of a cell that failed
 * or was interrupted half-way: the old value may not be of the type that the cell has declared.
 */
export interface Variables {
  /** Where later cells find the values. */
  readonly store: Record<string, unknown>;
  /**
   * Begins a cell.
   *
   * @param names all that it declares.
   * @returns what its code has as `exports`. Once another cell has declared a name anew, this one no longer changes it.
   */
  open(cell: Cell, names: readonly string[]): Record<string, unknown>;
  /** Tells that a cell has run to its end: what it declared without giving it a value is undefined. */
  complete(cell: Cell): void;
}

/** No variables. */
export function createVariables(): Variables {
  const store = Object.create(null) as Record<string, unknown>;
  const owners = new Map<string, Cell>();
  const unset = new Map<string, Cell>();

  function setValue(name: string, value: unknown): void {
    unset.delete(name);
    Object.defineProperty(store, name, { value, writable: true, enumerable: true, configurable: true });
  }

  function take(name: string, cell: Cell): void {
    owners.set(name, cell);
    unset.set(name, cell);
    Object.defineProperty(store, name, {
      get() {
        throw new ReferenceError(describeUnset(name, cell));
      },
      set(value: unknown) {
        setValue(name, value);
      },
      enumerable: true,
      configurable: true,
    });
  }

  return {
    store,
    open(cell, names) {
      const declared = new Set(names);
      for (const name of declared) take(name, cell);
      const change = (key: string | symbol, value: unknown): true => {
        const name = String(key);
        if (typeof key === "string" && (!declared.has(name) || owners.get(name) === cell))
          setValue(name, value);
        return true;
      };
      return new Proxy(store, {
        set: (_store, key, value) => change(key, value),
        // What is imported comes as a getter; cells may assign to it all the same.
        defineProperty: (_store, key, descriptor) =>
          key === "__esModule" ||
          change(key, descriptor.get ? (descriptor.get() as unknown) : descriptor.value),
      });
    },
    complete(cell) {
      for (const [name, by] of unset) if (by === cell) setValue(name, undefined);
    },
  };
}

function describeUnset(name: string, cell: Cell): string {
  if (cell === runningCell())
    return `${name} has no value yet: ${cell.name}, which declares it, is still running`;
  const what = cell.isAbandoned || cell.signal.aborted ? "was interrupted" : "failed";
  return `${name} has no value: ${cell.name} ${what} before it gave it one. Run that cell again`;
}
