import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

/** What each folder with a `main.ts` beside this file exports. */
interface Bench {
  /** Measures and prints. `args` is the rest of the command line, such as `--json`. */
  runBench: (args: readonly string[]) => Promise<void>;
}

const names = readdirSync(__dirname).filter((name) => existsSync(path.join(__dirname, name, "main.js")));

async function main(): Promise<void> {
  const [name, ...args] = process.argv.slice(2);
  if (!name || !names.includes(name)) {
    const found = name ? `${JSON.stringify(name)} is no benchmark.` : "Which benchmark?";
    process.stderr.write(`${found} Usage: npm run bench -- ${names.join("|")} [--json] [options]\n`);
    process.exitCode = 2;
    return;
  }
  const { runBench } = (await import(path.join(__dirname, name, "main.js"))) as Bench;
  await runBench(args);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
