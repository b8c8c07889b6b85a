import { ownValue } from "../core/own-value.js";
import { listDownloads } from "../data/manifest.js";
import type { CohortManifest } from "../data/manifest.js";
import { openCohort } from "../data/open-cohort.js";
import { openPublished } from "../data/published.js";
import type { PublishedRow } from "../data/published.js";
import { parseOptions, toJson, UsageError } from "./command.js";
import type { Command, ParsedOptions } from "./command.js";
import { formatTable } from "./table.js";

/** `tumorlab cohort show` */
export const cohortShowCommand: Command = {
  name: "cohort show",
  summary: "what a data set holds, may be used for, and is known to get wrong",
  usage: `tumorlab cohort show NAME|FILE.json [options]

  --json  prints the manifest as JSON

Numbers in square brackets refer to the sources at the end. A dash means that no source says it.`,
  async run(args, io) {
    const options = parseOptions(args, { flags: ["json"] });
    const manifest = await openCohort(onlyName(options));
    if (options.has("json")) io.out(`${toJson(manifest, 2)}\n`);
    else io.out(`${await describeCohort(manifest)}\n`);
    return 0;
  },
};

/** The one positional word. Throws a UsageError where there is none or more than one. */
export function onlyName({ positionals: [name, ...more] }: ParsedOptions): string {
  if (name === undefined || more.length > 0)
    throw new UsageError(name === undefined ? "no data set given" : `unexpected ${more[0]}`);
  return name;
}

async function describeCohort(manifest: CohortManifest): Promise<string> {
  const { licence, access, layout, citation, counts } = manifest;
  const keys = Object.keys(manifest.sources);
  const mark = (...sources: string[]): string => sources.map((key) => ` [${keys.indexOf(key) + 1}]`).join("");
  const of = (field: string): string => mark(...(ownValue(manifest.provenance, field) ?? []));
  const line = (name: string, value: string | number | null | undefined, field = name): string =>
    `${`${name}:`.padEnd(16)}${value ?? "-"}${value === null || value === undefined ? "" : of(field)}`;
  const files = listDownloads(manifest);

  const lines = [
    `${manifest.title} (${manifest.name})`,
    manifest.description,
    "",
    line("scans", counts.scans, "counts"),
    line("patients", counts.patients, "counts"),
    line("tumors", counts.tumors, "counts"),
    line("controls", counts.controls, "counts"),
    line("training", manifest.numTraining, "numTraining"),
    line("test", manifest.numTest, "numTest"),
    line("phases", manifest.contrastPhase?.phases.join(", "), "contrastPhase"),
    line("licence", licence.spdx),
    line(
      "redistribution",
      licence.redistribution === null ? null : licence.redistribution ? "yes" : "no",
      "licence",
    ),
    line("access", access.kind),
    line("ask at", access.askAt, "access"),
    line("homepage", manifest.homepage),
    line("files", files.length === 0 ? null : `${files.length} to fetch`, "downloads"),
    line(
      "layout",
      layout &&
        `${layout.kind}: ${[layout.image, layout.labels, layout.segmentations].filter(Boolean).join(", ")}`,
    ),
    line("citation", citation?.text),
  ];
  const notes = [licence.note, access.note, layout?.note, manifest.contrastPhase?.note].filter(Boolean);
  if (notes.length > 0) lines.push("", ...notes.map((note) => `note: ${note}`));
  if (manifest.structures.length > 0) {
    const rows = manifest.structures.map(({ name, kind, organ, aliases }) => [
      (manifest.labels && ownValue(manifest.labels, name)) ?? "-",
      name,
      kind,
      organ ?? "-",
      aliases.join(", "),
    ]);
    lines.push(
      "",
      `structures${of("labels")}`,
      formatTable(["label", "name", "kind", "organ", "also called"], rows),
    );
  }
  if (manifest.splits.length > 0) {
    const rows = manifest.splits.map(({ name, scans, patients, labelled, note }) => [
      name,
      scans ?? NaN,
      patients ?? NaN,
      labelled === null ? "-" : labelled ? "yes" : "no",
      note ?? "",
    ]);
    lines.push("", `splits${of("splits")}`, formatTable(["name", "scans", "patients", "labelled", ""], rows));
  }
  if (manifest.overlaps.length > 0)
    lines.push(
      "",
      "shared with other sets",
      ...manifest.overlaps.map(
        ({ with: other, scans, note, source }) =>
          `  ${other}: ${scans === null ? "an unknown number of" : scans} scans${note ? `. ${note}` : ""}${mark(source)}`,
      ),
    );
  if (manifest.knownIssues.length > 0)
    lines.push(
      "",
      "known issues",
      ...manifest.knownIssues.map(({ text, source }) => `  ${text}${mark(source)}`),
    );
  for (const { table, rows } of manifest.published) {
    const { title, rows: all, sources } = await openPublished(table);
    const fits = (row: PublishedRow): boolean =>
      Object.entries(rows).every(([key, value]) => ownValue(row, key) === value);
    lines.push("", `${title} (data-manifests/paper/${table}.json)`);
    const shown = all.filter(fits);
    const keys = [...new Set(shown.map(({ source }) => source))];
    // One source is told once, above the rows; of several each row tells its own.
    const what = (source: string): string => sources.find(({ key }) => key === source)?.what ?? source;
    if (keys.length === 1) lines.push(`  (${what(keys[0])})`);
    for (const row of shown) {
      const told = [...(row.estimate ? ["estimate"] : []), ...(keys.length > 1 ? [what(row.source)] : [])];
      lines.push(`  ${spellRow(row)}${told.length > 0 ? ` (${told.join(", ")})` : ""}`);
    }
  }
  lines.push("", "sources");
  Object.values(manifest.sources).forEach(({ what, url }, i) =>
    lines.push(`  [${i + 1}] ${what}${url === null ? "" : `, ${url}`}`),
  );
  return lines.join("\n");
}

/** What a row says: a quantity with its value, or column by column; without what it does not know. */
function spellRow({ source: _source, estimate: _estimate, id: _id, ...row }: PublishedRow): string {
  const { quantity, value, unit, roundedTo, ...rest } = row;
  const known = (values: object): string[] =>
    Object.entries(values).map(([key, each]) => `${key} ${each ?? "-"}`);
  if (quantity === undefined) return known(row).join(", ");
  const rounded = typeof roundedTo === "number" ? [`rounded to ${roundedTo}`] : [];
  return [`${quantity}: ${value} ${unit}`, ...rounded, ...known(rest)].join(", ");
}
