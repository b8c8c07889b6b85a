import { join } from "node:path";
import { type CheckContext, fail, ok } from "../check.js";
import { runProgram } from "../run-program.js";

/** Runs the tests once more and holds every file to its floor of covered lines. */
export async function checkCoverage({ root, signal }: CheckContext) {
  const commands = join(root, "environment", "bootstrap", "run.mjs");
  const { code, output } = await runProgram([commands, "test", "coverage"], { root, signal });
  return [
    code === 0
      ? ok("every file has its floor of covered lines")
      : fail(`the tests under coverage failed:\n${output.slice(-8000)}`),
  ];
}
