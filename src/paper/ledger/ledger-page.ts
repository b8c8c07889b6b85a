import { escapeXml } from "../../core/escape.js";
import { countVerdicts } from "./ledger-counts.js";
import type { LedgerRow } from "./ledger-row.js";
import {
  spellClaimed,
  spellComputed,
  spellLedgerDifference,
  spellSources,
  spellLedgerVerdict,
} from "./spell-ledger.js";

const style = `
:root { color-scheme: light dark; --line: #b8b8b8; --soft: #f2f2f2; --text: #1a1a1a; --back: #fff }
@media (prefers-color-scheme: dark) { :root { --line: #5a5a5a; --soft: #242424; --text: #e6e6e6; --back: #141414 } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 2rem auto; max-width: 80rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } th, td { border-bottom: 1px solid var(--line); padding: .5rem; text-align: left; vertical-align: top }
th { background: var(--soft); position: sticky; top: 0 } code { font-size: .85em; overflow-wrap: anywhere }
form { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0 } label { display: flex; gap: .5rem; align-items: center }
td.verdict { font-weight: 600 } details { margin-top: .25rem } [hidden] { display: none }`;

// Rows are found by what they say; nothing is fetched.
const script = `
const form = document.querySelector("form"), shown = document.querySelector("output");
const rows = [...document.querySelectorAll("tbody tr")];
const filter = () => {
  const { verdict, topic, words } = Object.fromEntries(new FormData(form));
  for (const row of rows) row.hidden = (verdict && row.dataset.verdict !== verdict) || (topic && row.dataset.topic !== topic) || !row.textContent.toLowerCase().includes(words.toLowerCase());
  shown.textContent = rows.filter((row) => !row.hidden).length + " of " + rows.length + " claims";
};
form.addEventListener("input", filter); form.addEventListener("submit", (event) => event.preventDefault()); filter();`;

/**
 * The ledger as one page of HTML that opens anywhere, without network: a table with filters by verdict, topic and words,
 * each claim with its sources and the expressions behind its numbers. Without scripts all rows are shown.
 */
export function ledgerPage(rows: readonly LedgerRow[], options: { title: string; checked: string }): string {
  const verdicts = Object.entries(countVerdicts(rows)).filter(([, count]) => count > 0);
  const topics = [...new Set(rows.map(({ topic }) => topic))];
  const option = (value: string, text = value): string =>
    `<option value="${escapeXml(value)}">${escapeXml(text)}</option>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(options.title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeXml(options.title)}</h1>
<p>${rows.length} claims, sources gone through on ${escapeXml(options.checked)}. Every number under <em>computed here</em> was worked out anew when this page was written.</p>
<form>
<label>Verdict <select name="verdict">${option("", "all")}${verdicts.map(([verdict, count]) => option(verdict, `${verdict} (${count})`)).join("")}</select></label>
<label>Topic <select name="topic">${option("", "all")}${topics.map((topic) => option(topic)).join("")}</select></label>
<label>Words <input name="words" type="search"></label>
<output aria-live="polite"></output>
</form>
<table>
<thead><tr><th scope="col">Claim</th><th scope="col">Paper</th><th scope="col">Computed here</th><th scope="col">Difference</th><th scope="col">Verdict</th></tr></thead>
<tbody>
${rows.map(rowHtml).join("\n")}
</tbody>
</table>
<script>${script}</script>
</body>
</html>
`;
}

function rowHtml(row: LedgerRow): string {
  const cells = [
    `<td id="${escapeXml(row.id)}">${escapeXml(row.claim)}</td>`,
    `<td>${escapeXml(spellClaimed(row))}<details><summary>source</summary>${escapeXml(spellSources(row))}</details></td>`,
    `<td>${escapeXml(spellComputed(row))}${expressionsHtml(row)}</td>`,
    `<td>${escapeXml(spellLedgerDifference(row))}</td>`,
    `<td><strong>${escapeXml(spellLedgerVerdict(row))}</strong><br>${escapeXml(row.reason)}${spellPlaces(row)}</td>`,
  ];
  return `<tr data-verdict="${escapeXml(row.verdict)}" data-topic="${escapeXml(row.topic)}">${cells.join("")}</tr>`;
}

function spellPlaces({ where }: LedgerRow): string {
  const names = [...new Set(where.map((place) => place.split("#")[0]))];
  return names.length === 0 ? "" : `<br><small>Shown in ${escapeXml(names.join(", "))}</small>`;
}

function expressionsHtml({ paper, computed, standsWhile }: LedgerRow): string {
  const lines = [
    ...paper.map(({ name, selector }) => `${name} = ${selector}`),
    ...computed.map(({ name, expression }) => `${name} = ${expression}`),
    ...(standsWhile === undefined ? [] : [`the verdict stands while ${standsWhile}`]),
  ];
  if (lines.length === 0) return "";
  const items = lines.map((line) => `<li><code>${escapeXml(line)}</code></li>`).join("");
  return `<details><summary>how</summary><ul>${items}</ul></details>`;
}
