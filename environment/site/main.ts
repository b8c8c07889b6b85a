import path from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { runSite } from "./run-site.js";

runSite(process.argv.slice(2), {
  root: path.resolve(__dirname, "../../.."),
  cwd: process.cwd(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof LabError ? error.message : (error as Error).stack}\n`);
    process.exitCode = 1;
  },
);
