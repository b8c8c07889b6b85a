import path from "node:path";
import { runDocs } from "./run-docs.js";

runDocs(process.argv.slice(2), {
  root: path.resolve(__dirname, "../../.."),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack}\n`);
    process.exitCode = 1;
  },
);
