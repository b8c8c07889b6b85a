import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./support.js";

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

const program = join(root, "environment", "dist", "kernel", "install.js");

describe("npm run kernel:install", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "tumorlab-install-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: string[]): Promise<Outcome> =>
    new Promise((done) => {
      const env = { ...process.env, JUPYTER_DATA_DIR: join(folder, "data") };
      execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) =>
        done({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
      );
    });

  it("installs below a prefix, says how to use it, and takes it away again", async () => {
    const file = join(folder, "env", "share", "jupyter", "kernels", "tumorlab", "kernel.json");
    const installed = await run("--prefix", join(folder, "env"));
    assert.equal(installed.code, 0, installed.stderr);
    assert.match(installed.stdout, /VS Code: open a notebook/);
    assert.match(installed.stdout, /JUPYTER_PATH=/);
    const spec = JSON.parse(readFileSync(file, "utf8"));
    assert.equal(spec.language, "typescript");
    assert.equal(spec.interrupt_mode, "message");
    assert.match((await run("--prefix", join(folder, "env"), "--remove")).stdout, /^Removed /);
    assert.equal(existsSync(file), false);
    assert.match((await run("--prefix", join(folder, "env"), "--remove")).stdout, /There is no kernel in/);
  });

  it("installs for the user under another name", async () => {
    const { code } = await run("--user", "--name", "tumorlab-two");
    assert.equal(code, 0);
    assert.ok(existsSync(join(folder, "data", "kernels", "tumorlab-two", "kernel.json")));
  });

  it("answers --help, and bad words with what to do", async () => {
    assert.match((await run("--help")).stdout, /--prefix/);
    const bad = await run("--everywhere");
    assert.equal(bad.code, 1);
    assert.match(bad.stderr, /--everywhere/);
    assert.match(bad.stderr, /--help/);
  });
});
