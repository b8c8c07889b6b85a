import { LabError, requireThat } from "../core/errors.js";
import { readJson } from "../core/files.js";
import { compileJsonSchema, type JsonSchemaCheck } from "../core/json-schema.js";
import { ownValue } from "../core/own-value.js";
import { readChecked } from "../core/read-checked.js";
import { readdir } from "../platform/files.js";
import { locateManifests } from "../platform/locations.js";
import { join } from "../platform/paths.js";

/**
 * Where a table's numbers stand: `primary` is the paper, its repository or another first-hand source of what is said,
 * `secondary` someone's account of it, `calculated` what this project counted in files that a source gives out.
 */
export interface PublishedSource {
  key: string;
  kind: "primary" | "secondary" | "calculated";
  what: string;
  /** Year, month or day of the state that is quoted; `null` where the source has none. */
  date?: string | null;
  /** How near the source is to what it says, and what of it is an inference. */
  trust?: string;
}

/** What a column holds. */
export interface PublishedColumn {
  unit?: string;
  description: string;
  /** `key`: it names its row, as a number of scans does; `precision`: to what a number was rounded. Neither is claimed by itself. */
  role?: "key" | "precision";
}

/** One row: the columns' values, the key of its source, and whether a number was read off a plot. */
export type PublishedRow = Readonly<Record<string, string | number | boolean | null>> & {
  readonly source: string;
  readonly estimate: boolean;
};

/** A table of numbers as they were published. */
export interface PublishedTable {
  name: string;
  title: string;
  /** Where in the publication; absent where that is not known. */
  where?: string;
  sources: readonly PublishedSource[];
  columns: Readonly<Record<string, PublishedColumn>>;
  rows: readonly PublishedRow[];
  /** What a reader must know before quoting a number. */
  notes?: readonly string[];
}

let checkTable: Promise<JsonSchemaCheck> | undefined;

/** Names of the tables of published numbers in a folder, sorted; default those that come with the project. */
export async function listPublished(folder: string = defaultFolder()): Promise<string[]> {
  return (await readdir(folder))
    .filter((file) => file.endsWith(".json") && !file.endsWith(".schema.json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/**
 * Opens a table of the paper's published numbers, such as `"jhh-scaling"` or `"dataset-versions"`. They are not
 * this project's results.
 *
 * @param folder where the tables lie; defaults to the ones that come with the project.
 * @throws LabError that lists the tables there are when the name is none of them, or names the file and the place in it that
 *   does not fit `table.schema.json`.
 */
export async function openPublished(name: string, folder: string = defaultFolder()): Promise<PublishedTable> {
  const names = await listPublished(folder);
  requireThat(names.includes(name), "openPublished", name, names.join(", "));
  checkTable ??= readJson(join(defaultFolder(), "table.schema.json"), "the schema of tables").then(
    compileJsonSchema,
  );
  return readChecked<PublishedTable>(
    join(folder, `${name}.json`),
    await checkTable,
    "a table of published numbers",
  );
}

/**
 * The numbers of a column, in the order of the rows.
 *
 * @param where values that a row must have to be taken, such as `{ arm: "real" }`; default all rows.
 * @throws LabError when the table has no such column or a value in it is not a number.
 */
export function publishedColumn(
  table: PublishedTable,
  column: string,
  where: Readonly<Record<string, string | number | boolean>> = {},
): number[] {
  requireThat(
    Object.hasOwn(table.columns, column),
    `column of ${table.name}`,
    column,
    Object.keys(table.columns).join(", "),
  );
  const rows = table.rows.filter((row) =>
    Object.entries(where).every(([key, value]) => ownValue(row, key) === value),
  );
  return rows.map((row) => {
    const value = row[column];
    if (typeof value === "number") return value;
    throw new LabError(`${table.name}.${column}`, value, "a number in every row taken");
  });
}

function defaultFolder(): string {
  return locateManifests("paper");
}
