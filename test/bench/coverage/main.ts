import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { CoverageRow, CoverageTable } from "tumorlab/internal/stats/coverage-row";
import { coverageTable } from "tumorlab/internal/stats/coverage-table";
import { formatCourt, measureCourt } from "./court.js";
import { formatCrossedCoverage, simulateCrossedCoverage } from "./crossed.js";
import { describedDistributions, readAllScores, readDistributions } from "./distributions.js";
import { measureCoverage } from "./measure.js";
import { compareTables, formatModule, formatTable } from "./report.js";

const sizes = [2, 3, 5, 6, 10, 20, 50, 100, 200];

const helpText = `Usage: npm run bench -- coverage [options]

means    how often each 95 % interval of a mean holds it: samples of real Dice scores and of paired differences, drawn with
         replacement, against the mean of all. Prints the table, and whether the one that ships still agrees (exit code 1
         where not). A quarter of an hour of one core
crossed  how often intervals of a gain over patients and seeds hold it, on simulated experiments
court    how often the intervals of tumorlab judge hold the gain, and how often its verdicts are wrong, for every pair of models on
         every organ; only where it is named. Half an hour of one core

  --data DIR      folder with MODEL/dsc.csv (default ../shared/data/touchstone)
  --samples N     samples of each distribution at each n (default 1200: a coverage of 93 % is good to 1.5 points)
  --resamples N   resamples of the methods that draw (default 600)
  --n N           only this number of units, may be repeated (default ${sizes.join(" ")})
  --write FILE    writes the table as the module that ships, src/stats/coverage-table.ts; npm run format afterwards
  --experiments N simulated experiments of each design of crossed (default 400)
  --part NAME     only this one: means, crossed, court
  --json          the tables as JSON
`;

/** The benchmark of intervals of a mean; see its help text. */
export async function runBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string", default: "../shared/data/touchstone" },
      samples: { type: "string", default: "1200" },
      resamples: { type: "string", default: "600" },
      n: { type: "string", multiple: true },
      write: { type: "string" },
      experiments: { type: "string", default: "400" },
      part: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stdout.write(helpText);
    return;
  }
  const { part, json } = values;
  if (part !== undefined && part !== "means" && part !== "crossed" && part !== "court")
    throw new Error(`--part: found ${part}, expected means, crossed or court`);
  if (part === "court") {
    await reportCourt(values);
    return;
  }
  const table = part === "crossed" ? undefined : await measureMeans(values);
  if (table && values.write !== undefined) writeFileSync(values.write, formatModule(table));
  const faults = table && values.write === undefined ? compareTables(table, coverageTable) : [];
  if (table && !json) {
    const outcome =
      faults.length > 0 ? `does not agree:\n${faults.join("\n")}` : values.write ? "is written." : "agrees.";
    process.stdout.write(`${formatTable(table)}\n\nThe table that ships ${outcome}\n`);
  }
  const crossed =
    part === "means" ? [] : [...simulateCrossedCoverage(readCount("experiments", values.experiments))];
  if (json) process.stdout.write(`${JSON.stringify({ means: table, crossed })}\n`);
  else for (const row of crossed) process.stdout.write(`${formatCrossedCoverage(row)}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

async function reportCourt(values: {
  data: string;
  samples: string;
  resamples: string;
  n?: string[];
  write?: string;
  json?: boolean;
}): Promise<void> {
  const models = readAllScores(values.data);
  if (!models) {
    process.stderr.write(`The court is skipped: ${values.data} does not have the tables of scores.\n`);
    return;
  }
  const asked = {
    samples: readCount("samples", values.samples),
    resamples: readCount("resamples", values.resamples),
  };
  const sizesOfCourt = values.n?.map((each) => readCount("n", each)) ?? [10, 20, 50, 100, 200];
  const rows = [];
  for (const n of sizesOfCourt) {
    rows.push(...measureCourt(models, n, asked));
    process.stderr.write(`n = ${n}\n`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const made = `npm run bench -- coverage --part court --samples ${asked.samples} --resamples ${asked.resamples}${values.n ? values.n.map((n) => ` --n ${n}`).join("") : ""} --write ${values.write ?? "test/golden/court/coverage.json"}`;
  const table = { made, ...asked, rows };
  if (values.write !== undefined) writeFileSync(values.write, `${JSON.stringify(table, undefined, 2)}\n`);
  process.stdout.write(values.json ? `${JSON.stringify(table)}\n` : `${formatCourt(table)}\n`);
}

/** The table of means; `undefined`, and a notice, where there are no scores. */
async function measureMeans(values: {
  data: string;
  samples: string;
  resamples: string;
  n?: string[];
}): Promise<CoverageTable | undefined> {
  const distributions = readDistributions(values.data);
  if (!distributions) {
    process.stderr.write(`Means are skipped: ${values.data} does not have the tables of scores.\n`);
    return undefined;
  }
  const [samples, resamples] = [
    readCount("samples", values.samples),
    readCount("resamples", values.resamples),
  ];
  const rows: CoverageRow[] = [];
  for (const question of ["mean", "difference"] as const)
    for (const n of values.n?.map((each) => readCount("n", each)) ?? sizes) {
      rows.push(...measureCoverage(distributions, question, n, { samples, resamples }));
      process.stderr.write(`${question}, n = ${n}\n`);
      // Lets an interrupt through.
      await new Promise((resolve) => setImmediate(resolve));
    }
  return {
    made: `npm run bench -- coverage --samples ${samples} --resamples ${resamples} --write src/stats/coverage-table.ts`,
    distributions: describedDistributions,
    level: 0.95,
    samples,
    resamples,
    rows,
  };
}

function readCount(name: string, text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1)
    throw new Error(`--${name}: found ${text}, expected a whole number from 1`);
  return count;
}
