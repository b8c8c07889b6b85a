import { chooseMeanInterval, meanIntervalMethods } from "tumorlab/internal/stats/choose-interval";
import type { CoverageRow, CoverageTable, MeanQuestion } from "tumorlab/internal/stats/coverage-row";

const titles: Readonly<Record<MeanQuestion, string>> = {
  mean: "Mean Dice, bounds 0 and 1",
  difference: "Mean difference of two models, bounds -1 and 1",
};

/** Both tables for people: worst and mean coverage in %, mean width; and what is taken at each n. */
export function formatTable(table: CoverageTable): string {
  return (Object.keys(titles) as MeanQuestion[])
    .flatMap((question) => {
      const rows = table.rows.filter((row) => row.question === question);
      const sizes = [...new Set(rows.map(({ n }) => n))];
      const header = `${"n".padStart(5)}${meanIntervalMethods.map((name) => name.padStart(21)).join("")}   taken`;
      const lines = sizes.map((n) => {
        const cells = meanIntervalMethods.map((method) =>
          formatCell(rows.find((row) => row.n === n && row.method === method)!).padStart(21),
        );
        const { method, isEnough } = chooseMeanInterval(n, { question }, table);
        return `${String(n).padStart(5)}${cells.join("")}   ${method}${isEnough ? "" : ", none is enough"}`;
      });
      return [
        "",
        `${titles[question]}: worst / mean coverage of 95 % intervals in %, mean width`,
        header,
        ...lines,
      ];
    })
    .join("\n");
}

function formatCell({ worst, mean, width }: CoverageRow): string {
  return `${(100 * worst).toFixed(1)} / ${(100 * mean).toFixed(1)} ${width.toFixed(3)}`;
}

/**
 * Where two tables differ by more than chance: worst coverage more than four standard errors apart. Empty where they agree;
 * rows that only one has are not compared.
 */
export function compareTables(measured: CoverageTable, shipped: CoverageTable): string[] {
  return measured.rows.flatMap((row) => {
    const other = shipped.rows.find(
      ({ question, n, method }) => question === row.question && n === row.n && method === row.method,
    );
    if (!other) return [];
    const share = Math.min(0.99, Math.max(0.5, (row.worst + other.worst) / 2));
    const error = Math.sqrt(share * (1 - share) * (1 / measured.samples + 1 / shipped.samples));
    return Math.abs(row.worst - other.worst) <= 4 * error
      ? []
      : [`${row.question}, n = ${row.n}, ${row.method}: worst ${row.worst}, shipped ${other.worst}`];
  });
}

/** The module that ships, to be formatted. */
export function formatModule(table: CoverageTable): string {
  const { rows, ...rest } = table;
  const fields = Object.entries(rest).map(([name, value]) => `  ${name}: ${JSON.stringify(value)},`);
  const names = ["question", "n", "method", "worst", "worstIn", "mean", "width"] as const;
  return [
    `import type { CoverageTable, MeanIntervalMethod, MeanQuestion } from "./coverage-row.js";`,
    "",
    "/** Question, units, method; worst coverage and where; mean coverage, mean width. */",
    "type Line = readonly [MeanQuestion, number, MeanIntervalMethod, number, string, number, number];",
    "",
    "const lines: readonly Line[] = [",
    ...rows.map((row) => `  ${JSON.stringify(names.map((name) => row[name]))},`),
    "];",
    "",
    "/**",
    " * How often intervals of a mean hold it, measured on real scores. Made by the command in `made`, which also says whether this",
    " * copy still agrees; do not edit by hand.",
    " */",
    "export const coverageTable: CoverageTable = {",
    ...fields,
    `  rows: lines.map(([${names.join(", ")}]) => ({ ${names.join(", ")} })),`,
    "};",
    "",
  ].join("\n");
}
