import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CheckContext, fail, ok } from "../check.js";
import { runProgram } from "../run-program.js";

/**
 * Runs at full size the tests that can do more than their everyday size: those that ask for TUMORLAB_FULL, such as 50
 * kernels opened and closed and 200 MB of output.
 */
export async function checkFaults({ root, signal }: CheckContext) {
  const folder = join(root, "test");
  const tests = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(
      (name) =>
        name.endsWith(".test.ts") && readFileSync(join(folder, name), "utf8").includes("TUMORLAB_FULL"),
    )
    .map((name) => join("test", "dist", name.replace(/\.ts$/, ".js")));
  if (tests.length === 0) return [fail("no test asks for TUMORLAB_FULL: is this a complete checkout?")];
  const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
  const { code, output } = await runProgram(
    [mocha, "--reporter", "dot", "--timeout", "600000", "--spec", ...tests],
    { root, signal, env: { TUMORLAB_FULL: "1" } },
  );
  const counts = /(\d+) passing[^\n]*/.exec(output)?.[0] ?? "";
  return [
    code === 0
      ? ok(`${counts} in ${tests.length} files at full size`)
      : fail(`at full size some failed:\n${output.slice(-8000)}`),
  ];
}
