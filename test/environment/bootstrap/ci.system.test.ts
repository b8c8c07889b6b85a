import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readLines } from "./fake-project.js";

const ci = path.resolve(__dirname, "../../../../.ci/run");

/** Runs .ci/run with stand-ins for the programs it calls; each notes its call. */
describe(".ci/run", function () {
  let folder: string;
  const calls = () => readLines(path.join(folder, "calls"));

  before(function () {
    if (spawnSync("bash", ["--version"]).status !== 0) this.skip();
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tumorlab-ci-"));
    standIn("dpkg-query", "echo installed");
    standIn("apt-get", "exit 0");
    standIn("sudo", 'shift; "$@"');
    standIn("sleep", "exit 0");
    standIn("npm", 'echo "CI=$CI"; echo "3 passed, 0 failed, 1 skipped"');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function standIn(name: string, script: string): void {
    const text = `#!/bin/bash\necho "${name} $*" >> "${path.join(folder, "calls")}"\n${script}\n`;
    writeFileSync(path.join(folder, name), text);
    chmodSync(path.join(folder, name), 0o755);
  }

  function run() {
    const env = { ...process.env, PATH: `${folder}${path.delimiter}${process.env.PATH}` };
    const { status, stdout } = spawnSync("bash", [ci], { env, encoding: "utf8" });
    return { status, lines: stdout.trim().split("\n") };
  }

  it("calls npm test with CI set and ends with its closing line and status", () => {
    const { status, lines } = run();
    assert.equal(status, 0);
    assert.deepEqual(lines, ["CI=true", "3 passed, 0 failed, 1 skipped"]);
    assert.deepEqual(
      calls().filter((call) => !call.startsWith("dpkg-query")),
      ["npm test --silent"],
      "nothing to install, so apt is left alone",
    );
  });

  it("passes a failure on", () => {
    standIn("npm", 'echo "2 passed, 1 failed"; exit 1');
    const { status, lines } = run();
    assert.equal(status, 1);
    assert.equal(lines.at(-1), "2 passed, 1 failed");
  });

  it("fails in the same form when npm test broke off, whatever its status", () => {
    for (const status of [0, 137]) {
      standIn("npm", `echo "Killed"; exit ${status}`);
      const result = run();
      assert.equal(result.status, status || 1);
      assert.equal(result.lines.at(-1), "0 passed, 1 failed");
    }
  });

  it("installs what is missing, tries apt once more, and goes on without it saying so", () => {
    standIn("dpkg-query", '[[ "$*" == *chromium* ]] || echo installed');
    assert.equal(run().status, 0);
    const apt = () => calls().filter((call) => call.startsWith("apt-get"));
    assert.equal(apt().length, 2);
    assert.match(apt()[1], /install -y .* chromium$/);
    standIn("apt-get", "exit 100");
    const { status, lines } = run();
    assert.equal(status, 0);
    assert.equal(apt().length, 2 + 2, "an update that fails is tried twice");
    assert.ok(lines.some((line) => /^NOTICE: chromium could not be installed/.test(line)));
  });
});
