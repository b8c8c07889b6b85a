import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for the tables of a spec, gone after it. */
export class TableFolder {
  readonly path = mkdtempSync(join(tmpdir(), "tumorlab-tables-"));

  at(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** Writes a table and gives its path. */
  write(name: string, lines: readonly string[] | string): string {
    writeFileSync(this.at(name), typeof lines === "string" ? lines : `${lines.join("\n")}\n`);
    return this.at(name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Scores of eight cases by structure and model; no spleen in the fourth. No two differences of a pair of models are alike. */
export const scores: Readonly<Record<string, Readonly<Record<string, readonly (number | "")[]>>>> = {
  a: {
    liver: [0.951, 0.932, 0.913, 0.964, 0.905, 0.946, 0.927, 0.978],
    spleen: [0.9, 0.853, 0.88, "", 0.917, 0.874, 0.933, 0.8],
  },
  b: {
    liver: [0.94, 0.902, 0.92, 0.933, 0.866, 0.892, 0.903, 0.911],
    spleen: [0.911, 0.84, 0.8, "", 0.905, 0.891, 0.9, 0.822],
  },
  c: {
    liver: [0.8, 0.85, 0.79, 0.88, 0.7, 0.81, 0.77, 0.86],
    spleen: [0.7, 0.75, 0.72, "", 0.68, 0.77, 0.79, 0.6],
  },
};

/** {@link scores} of a model as a wide table. */
export function wideTable(model: string, names = ["liver", "spleen"]): string[] {
  const { liver, spleen } = scores[model];
  return [`name,${names.join(",")}`, ...liver.map((value, k) => `s${k},${value},${spleen[k]}`)];
}
