import { requireWritable } from "../core/files.js";
import { computeLedger } from "../paper/ledger/compute-ledger.js";
import { countVerdicts, filterLedger } from "../paper/ledger/ledger-counts.js";
import { claimMarkdown, figuresMarkdown, ledgerMarkdown } from "../paper/ledger/ledger-markdown.js";
import { ledgerPage } from "../paper/ledger/ledger-page.js";
import { ledgerVerdicts } from "../paper/ledger/ledger-row.js";
import type { LedgerRow, LedgerVerdict } from "../paper/ledger/ledger-row.js";
import { openLedger } from "../paper/ledger/open-ledger.js";
import type { LedgerFile } from "../paper/ledger/open-ledger.js";
import {
  spellClaimed,
  spellComputed,
  spellLedgerDifference,
  spellSources,
  spellLedgerVerdict,
} from "../paper/ledger/spell-ledger.js";
import { parseOptions, toJson, UsageError } from "./command.js";
import type { Command, ParsedOptions } from "./command.js";
import { forceHelp, requireFree } from "./output.js";
import { writeFileWhole } from "./write-file.js";

const forms = ["markdown", "json", "html"] as const;

/** `tumorlab ledger` */
export const ledgerCommand: Command = {
  name: "ledger",
  summary: "every number of the paper next to what is computed here, with a verdict",
  usage: `tumorlab ledger [CLAIM ...] [options]

  CLAIM              ids of claims, shown with their sources and the expressions behind their numbers (default: the whole table)
  --verdict NAME     ${ledgerVerdicts.join(", ")}
  --topic NAME       only this topic, such as scaling
  --words TEXT       only claims that say this
  --markdown         a table for a text
  --html             one page with filters, which opens anywhere
  --json             everything, with all expressions and values
  --ledger FILE      another ledger of the same form, such as one with a claim of your own
  --out FILE         writes it there and prints the counts
  --force            ${forceHelp}

Every number is computed again from data-manifests/paper, the manifests of the data sets, and the results in notebooks/results. The exit code
is 1 if a verdict is no longer true: the comparison behind it has another result now.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["verdict", "topic", "words", "ledger", "out"],
      flags: [...forms, "force"],
    });
    const form = chooseForm(options);
    const path = options.value("ledger");
    const out = options.value("out");
    if (out !== undefined) {
      await requireFree([out], [path], options.has("force"));
      await requireWritable(out);
    }
    const ledger = await openLedger(path);
    const asked = chooseRows(ledger, options);
    const rows = await computeLedger({ rows: asked });
    const text = write(ledger, rows, form, options.positionals.length > 0);
    if (out === undefined) io.out(text);
    else {
      await writeFileWhole(out, text);
      io.out(`${spellCounts(rows)}\n`);
    }
    const fallen = rows.filter(({ stands }) => stands === false);
    for (const { id, verdict, standsWhile } of fallen)
      io.err(`${id}: "${verdict}" no longer stands: ${standsWhile!} is false\n`);
    return fallen.length > 0 ? 1 : 0;
  },
};

type Form = (typeof forms)[number] | "text";

function chooseForm(options: ParsedOptions): Form {
  const asked = forms.filter((form) => options.has(form));
  if (asked.length > 1) throw new UsageError(`--${asked.join(" and --")}: expected one form`);
  return asked[0] ?? "text";
}

function chooseRows({ rows }: LedgerFile, options: ParsedOptions): LedgerFile["rows"] {
  const verdict = options.value("verdict");
  if (verdict !== undefined && !ledgerVerdicts.some((each) => each === verdict))
    throw new UsageError(
      `--verdict: found ${JSON.stringify(verdict)}, expected ${ledgerVerdicts.join(", ")}`,
    );
  const topics = [...new Set(rows.map(({ topic }) => topic))];
  const topic = options.value("topic");
  if (topic !== undefined && !topics.includes(topic))
    throw new UsageError(`--topic: found ${JSON.stringify(topic)}, expected ${topics.join(", ")}`);
  const ids = options.positionals;
  for (const id of ids)
    if (!rows.some((row) => row.id === id))
      throw new UsageError(
        `found no claim ${JSON.stringify(id)}, expected ${rows.map((row) => row.id).join(", ")}`,
      );
  const fitting = filterLedger(rows, {
    topic,
    verdict: verdict as LedgerVerdict | undefined,
    words: options.value("words"),
  });
  return ids.length > 0 ? fitting.filter(({ id }) => ids.includes(id)) : fitting;
}

function write(ledger: LedgerFile, rows: readonly LedgerRow[], form: Form, isOpened: boolean): string {
  if (form === "json")
    return `${toJson({ title: ledger.title, checked: ledger.checked, rows, figures: ledger.figures })}\n`;
  if (form === "html") return ledgerPage(rows, ledger);
  if (form === "markdown")
    return isOpened
      ? `${rows.map((row) => claimMarkdown(row, "notebooks/")).join("\n\n")}\n`
      : `${ledgerMarkdown(rows)}\n\n### Figures and tables of the paper\n\n${figuresMarkdown(ledger.figures)}\n`;
  return [...rows.map((row) => spellRow(row, isOpened)), `${spellCounts(rows)}\n`].join("\n");
}

function spellRow(row: LedgerRow, isOpened: boolean): string {
  const difference = spellLedgerDifference(row);
  const names = row.paper.map(({ name, selector }) => `              ${name} = ${selector}`);
  const expressions = row.computed.map(({ name, expression }) => `              ${name} = ${expression}`);
  const rests = row.standsWhile === undefined ? [] : [`              stands while ${row.standsWhile}`];
  return [
    row.id,
    `  ${row.claim}`,
    `  paper       ${spellClaimed(row)}`,
    ...(isOpened ? [`  source      ${spellSources(row)}`, ...names] : []),
    ...(row.computed.length > 0 ? [`  computed    ${spellComputed(row)}`] : []),
    ...(isOpened ? expressions : []),
    ...(difference === "" ? [] : [`  difference  ${difference}`]),
    `  verdict     ${spellLedgerVerdict(row)}. ${row.reason}`,
    ...(isOpened ? rests : []),
    ...(isOpened && row.where.length > 0 ? [`  shown in    ${row.where.join(", ")}`] : []),
    "",
  ].join("\n");
}

function spellCounts(rows: readonly LedgerRow[]): string {
  const counts = Object.entries(countVerdicts(rows)).filter(([, count]) => count > 0);
  if (rows.length === 0) return "no claim fits";
  const told = counts.map(([verdict, count]) => `${count} ${verdict}`).join(", ");
  return `${rows.length} ${rows.length === 1 ? "claim" : "claims"}: ${told}`;
}
