import { LabError } from "../core/errors.js";
import { openPublished } from "../data/published.js";
import type { PublishedTable } from "../data/published.js";
import type { CurveSet } from "../scaling/curve-bootstrap.js";
import { parseCurveTable } from "../scaling/curve-table.js";
import type { CurveTable } from "../scaling/curve-table.js";

/** Published learning curves. */
export interface PublishedCurves {
  table: CurveTable;
  title: string;
  /** Points whose score was read off a plot. */
  estimates: readonly { arm: string; n: number }[];
  /** What a reader must know before quoting a number. */
  notes: readonly string[];
}

/**
 * Opens published learning curves as a table of scores: rows with `n`, `arm` and `dicePercent`, which becomes a score on
 * [0, 1].
 *
 * @param folder of the published tables; default the ones that come with the project.
 * @throws LabError when the table has no such columns.
 */
export async function openPublishedCurves(name = "jhh-scaling", folder?: string): Promise<PublishedCurves> {
  const published = await openPublished(name, folder);
  for (const column of ["n", "arm", "dicePercent"])
    if (!Object.hasOwn(published.columns, column))
      throw new LabError(name, Object.keys(published.columns).join(", "), `a column ${column}`);
  const rows = published.rows.map(
    ({ n, arm, dicePercent }) => `${n},${arm},${(dicePercent as number) / 100}`,
  );
  return {
    table: parseCurveTable(["n,arm,score", ...rows].join("\n"), name),
    title: published.title,
    estimates: published.rows
      .filter(({ estimate }) => estimate)
      .map(({ n, arm }) => ({ arm: arm as string, n: n as number })),
    notes: published.notes ?? [],
  };
}

/**
 * The curves of a published table with columns `n`, `arm` and `dicePercent`, as errors from 0 to 1 at each size.
 *
 * @param arms default all that the table has.
 * @throws LabError where an arm has no row.
 */
export function readPublishedCurves(
  table: PublishedTable,
  arms: readonly string[] = [...new Set(table.rows.map(({ arm }) => String(arm)))],
): CurveSet {
  return Object.fromEntries(
    arms.map((arm) => {
      const rows = table.rows.filter((row) => row.arm === arm);
      if (rows.length === 0)
        throw new LabError(table.name, [...new Set(table.rows.map((row) => row.arm))], `rows of ${arm}`);
      return [
        arm,
        rows.map(({ n, dicePercent }) => ({ n: n as number, error: 1 - (dicePercent as number) / 100 })),
      ];
    }),
  );
}
