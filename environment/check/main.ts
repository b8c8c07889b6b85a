import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { formatFinding, runChecks } from "./check.js";
import { checks, heavyChecks } from "./list.js";

const helpText = `Usage: npm run check [-- OPTIONS]

Looks at everything the lab needs and prints a line for each: OK, FAIL (with what to do) or INFO.

  --full      the heavy checks too: 50 kernels, 200 MB of output, the coverage and the like; takes an hour
  --json      one JSON object {ok, findings: [{status, name, text}]} instead of lines
  -h, --help  show this

Exit code: 0 nothing failed, 1 something failed, 2 the call is wrong.
`;

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === "string") {
    process.stderr.write(`${options}\n\n${helpText}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(helpText);
    return 0;
  }
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  const findings = await runChecks(
    options.full ? [...checks, ...heavyChecks] : checks,
    { root: resolve(__dirname, "../../.."), signal: stop.signal },
    (finding) => options.json || process.stdout.write(`${formatFinding(finding)}\n`),
  );
  const failed = findings.filter(({ status }) => status === "fail").length;
  if (options.json) process.stdout.write(`${JSON.stringify({ ok: failed === 0, findings }, null, 1)}\n`);
  else process.stdout.write(failed === 0 ? "Everything the lab needs is there.\n" : `${failed} failed.\n`);
  return failed === 0 && !stop.signal.aborted ? 0 : 1;
}

function readOptions(): { full?: boolean; json?: boolean; help?: boolean } | string {
  try {
    return parseArgs({
      options: {
        full: { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    return (error as Error).message;
  }
}

void main().then((code) => (process.exitCode = code));
