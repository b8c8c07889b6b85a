import type { CurveTable } from "./curve-table.js";

/** One size of one arm. */
export interface CurveCell {
  arm: string;
  n: number;
}

/**
 * Keeps of cells that are compared only the seeds that all of them have: where one arm was trained with five seeds and
 * another with three of them, a difference of their means would hold the luck of the two that only one has. Cells without a
 * seed in common (seeds that are not named, or other ones in each arm) are independent trainings and stay as they are.
 *
 * @param groups cells that are compared with each other; other rows of the table are kept.
 * @returns the table itself where nothing is left out.
 */
export function keepSharedSeeds(table: CurveTable, groups: readonly (readonly CurveCell[])[]): CurveTable {
  const kept = new Map<string, Set<string>>();
  const seedsOf = new Map<string, Set<string>>();
  for (const row of table.rows) {
    const name = nameOf(row);
    seedsOf.set(name, (seedsOf.get(name) ?? new Set()).add(row.seed));
  }
  for (const cells of groups) {
    const sets = cells.map((cell) => seedsOf.get(nameOf(cell)) ?? new Set<string>());
    const shared = [...(sets[0] ?? [])].filter((seed) => sets.every((set) => set.has(seed)));
    if (shared.length === 0) continue;
    for (const cell of cells) kept.set(nameOf(cell), new Set(shared));
  }
  const rows = table.rows.filter((row) => kept.get(nameOf(row))?.has(row.seed) ?? true);
  return rows.length === table.rows.length ? table : { ...table, rows };
}

/** Cells of two or more arms, size by size, for the sizes that all of them have. */
export function pairSizes(table: CurveTable, arms: readonly string[]): CurveCell[][] {
  const sizes = arms.map((arm) => new Set(table.rows.filter((row) => row.arm === arm).map(({ n }) => n)));
  const shared = [...(sizes[0] ?? [])].filter((n) => sizes.every((set) => set.has(n)));
  return shared.map((n) => arms.map((arm) => ({ arm, n })));
}

function nameOf({ arm, n }: CurveCell): string {
  return `${n} ${arm}`;
}
