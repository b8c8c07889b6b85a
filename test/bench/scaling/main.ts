import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { canImport, describeRow, measureTask } from "../volumes/interleave.js";
import type { BenchRow } from "../volumes/interleave.js";
import { formatCoverage, simulateCoverage } from "./coverage.js";
import type { Coverage } from "./coverage.js";
import { simulateDrawnLimits } from "./drawn-limits.js";
import { formatForecasts, forecastWithPeer, judgeLaws, readLcdb, readNmt } from "./extrapolation.js";
import type { Forecasts } from "./extrapolation.js";
import { formatIntervalCoverage, simulateLimits } from "./limits.js";
import type { IntervalCoverage } from "./limits.js";
import { writeCurves } from "./refit-curves.js";

const partNames = ["extrapolation", "refit", "coverage", "limits"];

const helpText = `Usage: npm run bench -- scaling [options]

extrapolation  laws fitted to the training points of public learning curves, judged on the held-out ones, beside scipy
refit          1,000 refits of a power law with floor on 35 points, beside scipy's curve_fit
coverage       how often the 95 % intervals of each law's parameters hold the truth, on simulated curves
limits         the same for the limit and for forecasts at the five published sizes, by each law and averaged over two; and
               for the limit of a true law by profile and by percentiles, from points, seeds and patients

  --data DIR     folder with nmt.csv and lcdb11_*.json (default ../shared/data/scaling)
  --python NAME  Python with numpy and scipy (default python3)
  --curves N     simulated curves a law (default 500; some minutes)
  --rounds N     rounds of the refits (default 3)
  --part NAME    only this one, may be repeated: ${partNames.join(", ")}
  --json         everything measured as one JSON object
`;

/** The benchmark of scaling laws; see its help text. */
export async function runBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string" },
      python: { type: "string" },
      curves: { type: "string" },
      rounds: { type: "string" },
      part: { type: "string", multiple: true },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(helpText);
    return;
  }
  const unknown = values.part?.find((name) => !partNames.includes(name));
  if (unknown !== undefined) throw new Error(`--part is ${unknown}, expected one of ${partNames.join(", ")}`);
  const data = values.data ?? path.join("..", "shared", "data", "scaling");
  const python = values.python ?? "python3";
  const log = (line: string): void => {
    (values.json ? process.stderr : process.stdout).write(`${line}\n`);
  };
  const wants = (name: string): boolean => values.part?.includes(name) ?? true;
  const hasPython = await canImport(python, ["numpy", "scipy"]);
  if (!hasPython)
    log(
      `No peer: ${python} lacks numpy or scipy. On Debian: apt-get install python3-scipy, then --python /usr/bin/python3`,
    );

  const forecasts: Forecasts[] = [];
  if (wants("extrapolation")) {
    const sets = [await readNmt(data), ...(await readLcdb(data))].filter((set) => set !== undefined);
    if (sets.length === 0) log(`No learning curves in ${data}; name their folder with --data`);
    for (const set of sets) {
      const own = judgeLaws(set);
      const judged = hasPython && set.hasPeer ? await forecastWithPeer(own, set, python, peerScript) : own;
      forecasts.push(judged);
      log(formatForecasts(judged));
    }
  }
  const refit = wants("refit")
    ? await measureRefits(python, hasPython, readCount(values.rounds, 3, "--rounds"))
    : undefined;
  if (refit) log(describeRow(refit));
  const coverage: Coverage[] = [];
  if (wants("coverage")) {
    const curves = readCount(values.curves, 500, "--curves");
    log(`\nCoverage of 95 % profile-likelihood intervals, ${curves} curves a law`);
    for (const each of simulateCoverage(curves)) {
      coverage.push(each);
      log(formatCoverage(each));
    }
  }
  const limits: IntervalCoverage[] = [];
  if (wants("limits")) {
    const curves = readCount(values.curves, 500, "--curves");
    log(
      `\nCoverage of 95 % intervals of limits and forecasts at the published sizes, ${curves} curves a row`,
    );
    for (const simulated of [simulateLimits(curves), simulateDrawnLimits(curves)])
      for (const each of simulated) {
        limits.push(each);
        log(formatIntervalCoverage(each));
      }
  }
  if (values.json)
    process.stdout.write(`${JSON.stringify({ forecasts, refit, coverage, limits }, null, 1)}\n`);
}

const peerScript = path.join(__dirname, "../../../bench/scaling/peer.py");

async function measureRefits(python: string, hasPython: boolean, rounds: number): Promise<BenchRow> {
  const folder = await mkdtemp(path.join(tmpdir(), "tumorlab-bench-"));
  const file = path.join(folder, "curves.json");
  try {
    await writeCurves(file);
    return await measureTask(
      {
        name: "refit-floor",
        description:
          "1,000 refits of a power law with floor on 35 points (peer: scipy.optimize.curve_fit from a near start)",
        floor: 15,
        compares: true,
        ourReps: 8,
        peerReps: 3,
      },
      (task, reps) => [process.execPath, path.join(__dirname, "refit-worker.js"), task, file, `${reps}`],
      hasPython ? (task, reps) => [python, peerScript, task, file, `${reps}`] : undefined,
      rounds,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readCount(text: string | undefined, fallback: number, name: string): number {
  const count = Number(text ?? fallback);
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`${name} is ${text}, expected a whole number from 1`);
  return count;
}
