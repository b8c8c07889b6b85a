import { readFileSync } from "node:fs";

/** A golden file: what made it, with which versions, and the cases. */
export interface Golden<Case> {
  call: string;
  versions: Record<string, string>;
  cases: Case[];
}

/** Reads `test/golden/volumes/NAME.json`, made by `make.py` beside it. Tests run at the repository root. */
export function readGolden<Case>(name: string): Golden<Case> {
  return JSON.parse(readFileSync(`test/golden/volumes/${name}.json`, "utf8")) as Golden<Case>;
}

/** Whole numbers 0..65535 for voxels in the order of memory, as `noise` in `make.py` gives them. */
export function hashOf(index: number, seed: number): number {
  let hash = Math.imul(index + seed * 7919 + 1, 2654435761) >>> 0;
  hash ^= hash >>> 15;
  return (Math.imul(hash, 2246822519) >>> 0) >>> 16;
}
