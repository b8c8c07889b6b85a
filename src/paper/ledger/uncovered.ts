import { listPublished, openPublished } from "../../data/published.js";
import type { LedgerRow } from "./ledger-row.js";
import { listPublishedCells } from "./published-cells.js";

/**
 * Published numbers that no row of the ledger claims: each has a verdict, or is listed here. A number that only goes into a
 * computation does not count as claimed; columns that name a row or say how a number was rounded need no row.
 *
 * @returns places such as `jhh-scaling.dicePercent, row 4`, table by table.
 */
export async function listUncovered(rows: readonly LedgerRow[], folder?: string): Promise<string[]> {
  const claimed = new Set(
    rows.flatMap(({ paper }) => paper.flatMap(({ cells }) => cells.map(({ place }) => place))),
  );
  const places: string[] = [];
  for (const name of await listPublished(folder)) {
    const cells = listPublishedCells(await openPublished(name, folder)).filter(
      ({ role }) => role === undefined,
    );
    places.push(...cells.map(({ place }) => place).filter((place) => !claimed.has(place)));
  }
  return places;
}
