import { LabError, locateErrorsOf } from "../../core/errors.js";
import { evaluateExpression } from "./expression.js";
import type { LedgerFunction, LedgerScope, LedgerValue } from "./expression.js";
import { createLedgerFunctions } from "./ledger-functions.js";
import type { LedgerFolders } from "./ledger-functions.js";
import type { LedgerClaimed, LedgerEntry, LedgerNumber, LedgerRow } from "./ledger-row.js";
import { openLedger, requireLedgerRows } from "./open-ledger.js";
import { findPublishedCells } from "./published-cells.js";

/**
 * Works out every row of the ledger anew: the published numbers are read from their tables, ours are computed from their
 * expressions, and each verdict is held against the comparison that it rests on. Takes about a second.
 *
 * @param options.rows default those of `data-manifests/ledger.json`; a claim of your own may be among them.
 * @throws LabError naming the field of a row that cannot be, or the row and the expression that cannot be worked out.
 */
export async function computeLedger(
  options: LedgerFolders & { rows?: readonly LedgerEntry[] } = {},
): Promise<LedgerRow[]> {
  const rows = options.rows ?? (await openLedger()).rows;
  if (options.rows) await requireLedgerRows(rows);
  const functions = createLedgerFunctions(options);
  const computed: LedgerRow[] = [];
  for (const row of rows) {
    const place = (input: string): string => `row ${row.id} of the ledger, ${input}`;
    computed.push(await locateErrorsOf(place, () => computeRow(row, functions, options.published)));
  }
  return computed;
}

async function computeRow(
  entry: LedgerEntry,
  functions: Readonly<Record<string, LedgerFunction>>,
  folder: string | undefined,
): Promise<LedgerRow> {
  const values: Record<string, LedgerValue> = {};
  const scope: LedgerScope = { values, functions };
  const paper: LedgerClaimed[] = [];
  for (const [name, selector] of Object.entries(entry.paper)) {
    const cells = await findPublishedCells(selector, folder);
    paper.push({ name, selector, cells });
    values[name] = cells.length === 1 ? cells[0].value : cells.map(({ value }) => value);
  }
  const numberOf = async (expression: string): Promise<number> => {
    const value = await evaluateExpression(expression, scope);
    if (typeof value !== "number")
      throw new LabError(`expression ${JSON.stringify(expression)}`, value, "a number");
    return value;
  };
  const computed: LedgerNumber[] = [];
  for (const each of entry.computed) {
    const value = await numberOf(each.expression);
    computed.push({ ...each, value });
    values[each.name] = value;
  }
  const difference = entry.difference && {
    ...entry.difference,
    value: await numberOf(entry.difference.expression),
  };
  return { ...entry, paper, computed, difference, stands: await judge(entry, scope) };
}

async function judge({ standsWhile }: LedgerEntry, scope: LedgerScope): Promise<boolean | undefined> {
  if (standsWhile === undefined) return undefined;
  const stands = await evaluateExpression(standsWhile, scope);
  if (typeof stands !== "boolean")
    throw new LabError(`standsWhile ${JSON.stringify(standsWhile)}`, stands, "a comparison");
  return stands;
}
