import { escapeMarkdown } from "../../core/escape.js";
import { countVerdicts } from "./ledger-counts.js";
import type { LedgerRow } from "./ledger-row.js";
import type { LedgerFigure } from "./open-ledger.js";
import {
  spellClaimed,
  spellComputed,
  spellLedgerDifference,
  spellSources,
  spellLedgerVerdict,
} from "./spell-ledger.js";

const heads = ["Claim", "Paper", "Computed here", "Difference", "Verdict"];

/** The ledger as a table of Markdown, topic by topic, with the count of each verdict before it. */
export function ledgerMarkdown(rows: readonly LedgerRow[]): string {
  const counts = Object.entries(countVerdicts(rows))
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`);
  const topics = [...new Set(rows.map(({ topic }) => topic))];
  const tables = topics.map((topic) => {
    const cells = rows
      .filter((row) => row.topic === topic)
      .map((row) => [
        row.claim,
        spellClaimed(row),
        spellComputed(row),
        spellLedgerDifference(row),
        spellLedgerVerdict(row),
      ]);
    return [`### ${topic[0].toUpperCase()}${topic.slice(1)}`, "", tableMarkdown(heads, cells)].join("\n");
  });
  return [`${rows.length} claims: ${counts.join(", ")}.`, ...tables].join("\n\n");
}

/**
 * One claim opened: its sources, each number with the expression that gives it, what the verdict rests on, why, and which notebooks
 * show it, as links to their cells.
 *
 * @param notebooks where they lie, seen from the text, with a slash at its end; default beside it.
 */
export function claimMarkdown(row: LedgerRow, notebooks = ""): string {
  const computed = row.computed.map(
    ({ name, expression }, i) =>
      `- ${escapeMarkdown(spellComputed({ ...row, computed: [row.computed[i]] }))}  \n  \`${name} = ${expression}\``,
  );
  const names = row.paper.map(({ name, selector }) => `- \`${name}\` is \`${selector}\``);
  const difference = spellLedgerDifference(row);
  return [
    `#### ${escapeMarkdown(row.claim)}`,
    `Paper: ${escapeMarkdown(spellClaimed(row))}. Source: ${escapeMarkdown(spellSources(row))}.`,
    ...(names.length > 0 ? [names.join("\n")] : []),
    ...(computed.length > 0 ? [`Computed here:\n\n${computed.join("\n")}`] : []),
    ...(difference === ""
      ? []
      : [`Difference: ${escapeMarkdown(difference)}, \`${row.difference!.expression}\`.`]),
    `**${capitalize(spellLedgerVerdict(row))}**${row.standsWhile === undefined ? "" : `, while \`${row.standsWhile}\``}. ${escapeMarkdown(row.reason)}`,
    ...(row.where.length > 0 ? [`Shown in ${linkNotebooks(row.where, notebooks)}.`] : []),
  ].join("\n\n");
}

/** A link to the first cell named in each notebook. */
function linkNotebooks(places: readonly string[], folder: string): string {
  const first = new Map<string, string>();
  for (const [name, cell] of places.map((place) => place.split("#")))
    if (!first.has(name)) first.set(name, cell);
  return [...first].map(([name, cell]) => `[${name}](${folder}${name}.ipynb#cell-id=${cell})`).join(", ");
}

/** The paper's figures and tables, and how much of each can be drawn again. */
export function figuresMarkdown(figures: readonly LedgerFigure[]): string {
  return tableMarkdown(
    ["Figure or table", "Here", "Why"],
    figures.map(({ figure, status, reason }) => [figure, status, reason]),
  );
}

function tableMarkdown(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(columns),
    line(columns.map(() => "---")),
    ...rows.map((cells) => line(cells.map(escapeMarkdown))),
  ].join("\n");
}

function capitalize(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}`;
}
