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
