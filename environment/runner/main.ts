import path from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { helpText, parseRunnerOptions } from "./options.js";
import { exitCodeOf, runNotebooks } from "./runner.js";
import { writeTimes } from "./write-times.js";

async function main(): Promise<number> {
  const options = parseRunnerOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(helpText);
    return 0;
  }
  const stop = new AbortController();
  // The first Ctrl-C lets kernels end and copies go, a second one ends everything at once. One key press may
  // arrive twice, from the terminal and from the program that started this one.
  let stoppedAt = 0;
  const onSignal = (): void => {
    if (!stop.signal.aborted) {
      stoppedAt = performance.now();
      process.stderr.write("Stopping; the notebooks under way are left as they were.\n");
      stop.abort(new Error("interrupted"));
    } else if (performance.now() - stoppedAt > 1000) process.exit(130);
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, onSignal);

  const root = path.resolve(__dirname, "../../..");
  // npm sets INIT_CWD to where it was called; its own scripts run in the project folder.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const results = await runNotebooks({
    root,
    cwd,
    options,
    signal: stop.signal,
    log: (line) => process.stdout.write(`${line}\n`),
  });
  if (options.times !== undefined) await writeTimes(path.resolve(cwd, options.times), results, options);
  const passed = results.filter((result) => result.status === "passed").length;
  process.stdout.write(`${passed} passed, ${results.length - passed} failed\n`);
  return exitCodeOf(results, stop.signal.aborted);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof LabError ? error.message : (error as Error).stack}\n`);
    process.exitCode = 2;
  },
);
