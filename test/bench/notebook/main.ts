import os from "node:os";
import { parseArgs } from "node:util";
import { measureSession } from "./measure.js";
import { findPeers } from "./peers.js";
import { collectSamples, formatTable, summarize, type RoundResult } from "./report.js";

const helpText = `Usage: npm run bench -- notebook [--rounds N] [--json]

Measures what a reader waits for in a notebook, beside stock tslab and, where it is installed, Deno's kernel. Each round
starts every kernel afresh, one after the other in turns; shown are medians. Nothing is installed.

  --rounds N  rounds, at least 1 (default 5)
  --json      everything measured as one JSON object
`;

/** The benchmark of the kernels; see its help text. */
export async function runBench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: { type: "string" }, json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    process.stdout.write(helpText);
    return;
  }
  const rounds = Number(values.rounds ?? 5);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds is ${values.rounds}, expected a whole number from 1`);
  const results = await runRounds(rounds, !values.json);
  const summary = summarize(collectSamples(results));
  const machine = {
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    cores: os.availableParallelism(),
    loadAverage: os.loadavg()[0],
  };
  if (values.json)
    process.stdout.write(`${JSON.stringify({ rounds, machine, metrics: summary }, null, 1)}\n`);
  else
    process.stdout.write(
      `\nMedians of ${rounds} rounds, Node ${machine.node}, ${machine.platform}, ${machine.cores} cores, ` +
        `load ${machine.loadAverage.toFixed(1)} at the end\n${formatTable(summary)}\n`,
    );
}

async function runRounds(rounds: number, tell: boolean): Promise<RoundResult[]> {
  const peers = await findPeers();
  const results: RoundResult[] = [];
  for (let round = 0; round < rounds; round++)
    for (const peer of peers) {
      if (tell) process.stderr.write(`round ${round + 1} of ${rounds}: ${peer.name}\n`);
      results.push({ kernel: peer.name, values: await measureSession(peer) });
    }
  return results;
}
