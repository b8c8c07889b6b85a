import path from "node:path";
import { runSite } from "./run-site.js";

runSite(process.argv.slice(2), {
  root: path.resolve(__dirname, "../../.."),
  cwd: process.cwd(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
}).then(
  (code) => {
    process.exitCode = code;
    // An open channel to the program that started this one would keep it alive.
    if (process.connected) process.disconnect();
  },
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack}\n`);
    process.exitCode = 1;
    if (process.connected) process.disconnect();
  },
);
