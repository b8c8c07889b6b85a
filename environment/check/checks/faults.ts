import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CheckContext, fail, ok } from "../check.js";
import { runProgram } from "../run-program.js";

/**
 * Runs what `npm test` leaves out: the heavy tests (`x.heavy.test.ts`), such as 50 kernels opened and closed, and at full
 * size those that can do more than their everyday size, which ask for TUMORLAB_FULL.
 */
export async function checkFaults({ root, signal }: CheckContext) {
  const folder = join(root, "test");
  const tests = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(
      (name) =>
        name.endsWith(".heavy.test.ts") ||
        (name.endsWith(".test.ts") && readFileSync(join(folder, name), "utf8").includes("TUMORLAB_FULL")),
    )
    .map((name) => join("test", "dist", name.replace(/\.ts$/, ".js")));
  if (tests.length === 0)
    return [fail("no test is heavy or asks for TUMORLAB_FULL: is this a complete checkout?")];
  const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
  const { code, output } = await runProgram(
    [mocha, "--reporter", "dot", "--timeout", "600000", "--spec", ...tests],
    { root, signal, env: { TUMORLAB_FULL: "1" } },
  );
  const counts = /(\d+) passing[^\n]*/.exec(output)?.[0] ?? "";
  return [
    code === 0
      ? ok(`${counts} in ${tests.length} files, heavy ones and at full size`)
      : fail(`of the heavy tests some failed:\n${output.slice(-8000)}`),
  ];
}
