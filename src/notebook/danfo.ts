import { isMissing } from "../core/missing.js";
import { loadPackage } from "../platform/packages.js";
import type { DataFrame } from "./data-frame.js";

/** What is used of danfo.js. */
export interface Danfo {
  DataFrame: new (
    data: unknown,
    options?: { columns?: string[]; index?: string[]; dtypes?: string[] },
  ) => DataFrame;
  Utils: { prototype: Sorter };
}

interface Sorter {
  sortObj: (this: this, entries: { value: unknown }[], ascending: boolean) => { value: unknown }[];
}

interface Groups {
  groupMathLog: (this: this, values: unknown[], operation: string) => unknown[];
}

/** A column by itself; all of these leave out what is missing. */
type Column = Record<"count" | "mean" | "std" | "min" | "median" | "max" | "var", () => number>;

let loaded: Danfo | undefined;

/**
 * danfo.js, with missing values left out wherever it leaves them in: the figures of `groupby`, where `null` counted as 0
 * and `NaN` made all of a group `NaN`, `describe`, and `sortValues`, which now puts them last. What has no value at all
 * has a count of 0 and `NaN` for every other figure. Loaded on the first call.
 */
export function loadDanfo(): Danfo {
  if (loaded) return loaded;
  const danfo = loadPackage("danfojs-node") as Danfo;
  const frame = new danfo.DataFrame([["a", 1]], { columns: ["key", "value"] });
  leaveOutOfGroups(Object.getPrototypeOf(frame.groupby(["key"])) as Groups);
  leaveOutOfDescriptions(danfo, ownerOf(frame, "describe"));
  sortMissingLast(danfo.Utils.prototype);
  return (loaded = danfo);
}

function leaveOutOfGroups(groups: Groups): void {
  const { groupMathLog } = groups;
  groups.groupMathLog = function (values, operation) {
    const present = values.filter((value) => !isMissing(value));
    if (operation === "count") return [present.length];
    const figures = present.length > 0 ? groupMathLog.call(this, present, operation) : [];
    if (!operation.startsWith("cum")) return present.length > 0 ? figures : [NaN];
    // Running figures keep the rows: one that is missing stays so, the next goes on from the one before it.
    let at = 0;
    return values.map((value) => (isMissing(value) ? NaN : figures[at++]));
  };
}

function leaveOutOfDescriptions(danfo: Danfo, frames: DataFrame): void {
  const figures = {
    count: "count",
    mean: "mean",
    std: "std",
    min: "min",
    median: "median",
    max: "max",
  } as const;
  const named = Object.entries({ ...figures, variance: "var" } as const);
  frames.describe = function (this: DataFrame & { readonly dtypes: string[] }) {
    const numeric = this.columns.filter((_, i) => this.dtypes[i] !== "string");
    const described = numeric.map((name): [string, number[]] => {
      const column = this.column(name) as unknown as Column;
      const count = column.count();
      return [
        name,
        named.map(([, figure]) => (figure === "count" ? count : count > 0 ? column[figure]() : NaN)),
      ];
    });
    return new danfo.DataFrame(Object.fromEntries(described), { index: named.map(([name]) => name) });
  };
}

function sortMissingLast(utils: Sorter): void {
  const { sortObj } = utils;
  utils.sortObj = function (entries, ascending) {
    const present = entries.filter(({ value }) => !isMissing(value));
    return [...sortObj.call(this, present, ascending), ...entries.filter(({ value }) => isMissing(value))];
  };
}

/** The prototype that a method of an object comes from. */
function ownerOf<T extends object>(value: T, method: keyof T): T {
  let owner = value;
  while (!Object.hasOwn(owner, method)) owner = Object.getPrototypeOf(owner) as T;
  return owner;
}
