import { execFile } from "node:child_process";
import { join } from "node:path";
import { type CheckContext, fail, ok } from "../check.js";

/** Whether the compiled files are up to date; compiles nothing. */
export async function checkBuild({ root, signal }: CheckContext) {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const args = [compiler, "-b", "--dry", "--pretty", "false", join(root, "src"), join(root, "environment")];
  const output = await new Promise<string>((resolve, reject) =>
    execFile(process.execPath, args, { cwd: root, signal }, (error, stdout) =>
      error ? reject(new Error(`${error.message}\n${stdout}`)) : resolve(stdout),
    ),
  );
  const stale = output.split("\n").filter((line) => /would (build|update)/i.test(line));
  return [
    stale.length === 0
      ? ok("src/ and environment/ are compiled")
      : fail(`${stale.length} of src/ and environment/ have errors or are not compiled: run npm run build`),
  ];
}
