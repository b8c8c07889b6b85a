import { LabError } from "../../core/errors.js";
import { readJson } from "../../core/files.js";
import { compileJsonSchema, requireSchema } from "../../core/json-schema.js";
import type { JsonSchemaCheck } from "../../core/json-schema.js";
import { readChecked } from "../../core/read-checked.js";
import { locateManifests } from "../../platform/locations.js";
import type { LedgerEntry } from "./ledger-row.js";

/** A figure or table of the paper, and how much of it can be drawn again. */
export interface LedgerFigure {
  figure: string;
  status: "rebuilt" | "rebuilt in part" | "not rebuildable";
  reason: string;
  /** Cells of notebooks that draw it. */
  where: readonly string[];
}

/** `data-manifests/ledger.json`: claims of the paper and of others beside it, and how each is held against its numbers. */
export interface LedgerFile {
  title: string;
  /** Day on which claims and sources were last gone through, `YYYY-MM-DD`. */
  checked: string;
  rows: readonly LedgerEntry[];
  figures: readonly LedgerFigure[];
}

let schema: Promise<JsonSchemaCheck> | undefined;

/**
 * Opens a ledger as it is written; nothing is computed.
 *
 * @param path default the one that comes with the project.
 * @throws LabError naming the file and the place in it that does not fit `ledger.schema.json`, or an id or a name within a claim that is
 *   there twice.
 */
export async function openLedger(path: string = locateManifests("ledger.json")): Promise<LedgerFile> {
  const ledger = await readChecked<LedgerFile>(path, await openSchema(), "a ledger of claims");
  requireOnce(ledger.rows, path);
  return ledger;
}

/** Takes rows that were written by hand for rows of a ledger. Throws a LabError naming the field that cannot be. */
export async function requireLedgerRows(rows: readonly LedgerEntry[]): Promise<void> {
  const file: LedgerFile = { title: "claims", checked: "2000-01-01", rows, figures: [] };
  requireSchema(await openSchema(), file, "claims");
  requireOnce(rows, "claims");
}

/** The second of two claims with one id, or of two numbers with one name, would stand for the first. */
function requireOnce(rows: readonly LedgerEntry[], place: string): void {
  const findTwice = (names: readonly string[]): string | undefined =>
    names.find((name, i) => names.indexOf(name) !== i);
  const id = findTwice(rows.map((row) => row.id));
  if (id !== undefined) throw new LabError(`${place}, id`, id, "each claim once", "", { kind: "bad-file" });
  for (const { id: claim, paper, computed } of rows) {
    const name = findTwice([...Object.keys(paper), ...computed.map((each) => each.name)]);
    if (name !== undefined)
      throw new LabError(`${place}, a number of ${claim}`, name, "each name once in a claim", "", {
        kind: "bad-file",
      });
  }
}

function openSchema(): Promise<JsonSchemaCheck> {
  return (schema ??= readJson(locateManifests("ledger.schema.json"), "the schema of the ledger").then(
    compileJsonSchema,
  ));
}
