import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { formatFinding, info, ok, runChecks, type CheckContext } from "#environment/check/check.js";
import { checkCoverage } from "#environment/check/checks/coverage.js";
import { checkFaults } from "#environment/check/checks/faults.js";
import { checkFrontEnd } from "#environment/check/checks/front-end.js";
import { checkDisk, checkMemory, checkPort } from "#environment/check/checks/machine.js";
import { checkPackages } from "#environment/check/checks/packages.js";
import { checkPeers } from "#environment/check/checks/peers.js";
import { checkSamples } from "#environment/check/checks/samples.js";

const root = path.resolve(__dirname, "../../../..");
const signal = new AbortController().signal;

describe("runChecks", () => {
  it("tells each line as it is found and goes on after a check that throws", async () => {
    const told: string[] = [];
    const findings = await runChecks(
      [
        { name: "first", run: () => [ok("well"), info("by the way")] },
        { name: "second", run: () => Promise.reject(new Error("no such thing")) },
        {
          name: "third",
          run: () => {
            throw new Error("at once");
          },
        },
        { name: "fourth", run: () => Promise.resolve([ok("still asked")]) },
      ],
      { root, signal },
      (finding) => told.push(formatFinding(finding)),
    );
    assert.deepEqual(told, [
      "OK    first         well",
      "INFO  first         by the way",
      "FAIL  second        no such thing",
      "FAIL  third         at once",
      "OK    fourth        still asked",
    ]);
    assert.deepEqual(
      findings.map(({ status }) => status),
      ["ok", "info", "fail", "fail", "ok"],
    );
  });

  it("asks no more once the reader has had enough", async () => {
    assert.deepEqual(
      await runChecks([{ name: "x", run: () => [ok("y")] }], { root, signal: AbortSignal.abort() }),
      [],
    );
  });

  it("lines the second line of a text up with the first", () => {
    assert.equal(
      formatFinding({ name: "a", status: "fail", text: "b\nc\n" }),
      `FAIL  a             b\n${" ".repeat(20)}c`,
    );
  });
});

describe("checks", function () {
  this.timeout(120_000);
  let folder: string;
  let context: CheckContext;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "tumorlab-check-"));
    context = { root: folder, signal };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = async (name: string, text: string) => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  };

  it("samples: the shipped ones are whole; a changed and a missing one are named", async () => {
    assert.equal((await checkSamples({ root, signal }))[0].status, "ok");
    const samples = path.join(folder, "data-manifests", "samples");
    await cp(path.join(root, "data-manifests", "samples"), samples, { recursive: true });
    await writeFile(path.join(samples, "label_names.json"), "{}");
    await rm(path.join(samples, "example_ct.nii.gz"));
    const [found] = await checkSamples(context);
    assert.equal(found.status, "fail");
    assert.match(found.text, /example_ct\.nii\.gz \(ENOENT\), label_names\.json \([0-9a-f]{64}\)/);
    assert.match(found.text, /git checkout/);
  });

  it("packages: names one that is not the lockfile's, and a native part that does not load", async () => {
    const packages = { "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "2.0.0" } };
    await write("package-lock.json", JSON.stringify({ packages }));
    await write(
      "node_modules/.package-lock.json",
      JSON.stringify({ packages: { ...packages, "node_modules/b": { version: "1.9.0" } } }),
    );
    await write("node_modules/a/package.json", "{}");
    const [versions, zeromq, canvas] = await checkPackages(context);
    assert.equal(versions.status, "fail");
    assert.match(versions.text, /^1 are not .* b@2\.0\.0 among them/);
    assert.equal(zeromq.status, "fail");
    assert.match(zeromq.text, /no kernel starts without it/);
    assert.equal(canvas.status, "info");
    const real = await checkPackages({ root, signal });
    assert.deepEqual(
      real.map(({ status }) => status),
      ["ok", "ok", "ok", "ok"],
    );
  });

  it("front end: fails when a file of the manifest is missing", async () => {
    const manifest = {
      version: "1",
      jupyterlab: "4",
      entry: "assets/main.js",
      styles: [],
      settings: "all.json",
    };
    await write("environment/lab/dist/lab.json", JSON.stringify(manifest));
    await write("environment/lab/dist/assets/main.js", "x".repeat(1_500_000));
    await assert.rejects(checkFrontEnd(context), /all\.json/);
    await write("environment/lab/dist/all.json", "{}");
    assert.match((await checkFrontEnd(context))[0].text, /JupyterLab 4 is built, entry 1\.5 MB/);
  });

  it("coverage: runs that step of the tests, and tells what it printed where it fails", async () => {
    const tests = (status: number) =>
      `console.log("asked for", ...process.argv.slice(2)); process.exitCode = ${status};`;
    await write("environment/bootstrap/run.mjs", tests(0));
    const text = "every file has its floor of covered lines";
    assert.deepEqual(await checkCoverage(context), [{ status: "ok", text }]);
    await write("environment/bootstrap/run.mjs", tests(1));
    const [failed] = await checkCoverage(context);
    assert.equal(failed.status, "fail");
    assert.match(failed.text, /asked for test coverage/);
  });

  it("faults: runs the heavy tests and those that have a full size, at full size", async () => {
    await assert.rejects(async () => checkFaults(context), /ENOENT/);
    await write("test/environment/small.test.ts", "");
    assert.match((await checkFaults(context))[0].text, /no test is heavy or asks for TUMORLAB_FULL/);
    await write("test/environment/large.test.ts", "process.env.TUMORLAB_FULL");
    await write("test/src/wide.heavy.test.ts", "");
    const mocha = (status: number) => `
      const specs = process.argv.slice(process.argv.indexOf("--spec") + 1).sort();
      console.log("full: " + process.env.TUMORLAB_FULL, specs.join(" ").replace(/\\\\/g, "/"));
      console.log("  7 passing (3m)");
      process.exitCode = ${status};`;
    await write("node_modules/mocha/bin/mocha.js", mocha(0));
    assert.deepEqual(await checkFaults(context), [
      { status: "ok", text: "7 passing (3m) in 2 files, heavy ones and at full size" },
    ]);
    await write("node_modules/mocha/bin/mocha.js", mocha(1));
    const [failed] = await checkFaults(context);
    assert.equal(failed.status, "fail");
    assert.match(
      failed.text,
      /full: 1 test\/dist\/environment\/large\.test\.js test\/dist\/src\/wide\.heavy\.test\.js\n/,
    );
  });

  it("memory, disk and port: print what there is; a taken port is no failure", async () => {
    assert.match(checkMemory()[0].text, /GB of [\d.]+ GB available, \d+ cores/);
    assert.match((await checkDisk(context))[0].text, /GB free/);
    const server = createServer();
    const listening = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(8888, "127.0.0.1", () => resolve(true));
    });
    const [found] = await checkPort();
    assert.equal(found.status, "info");
    assert.match(found.text, /8888 .* taken \(EADDRINUSE\)/);
    if (listening) await new Promise((resolve) => server.close(resolve));
  });

  it("optional programs: one line each, never a failure", async () => {
    const found = await checkPeers({ root, signal });
    assert.ok(found.length >= 5);
    assert.ok(found.every(({ status, text }) => status === "info" && text.length > 0));
  });
});

describe("npm run check", function () {
  this.timeout(180_000);

  function runMain(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [path.join(root, "environment/dist/check/main.js"), ...args]);
      const result = { code: null as number | null, stdout: "", stderr: "" };
      child.stdout.on("data", (data) => (result.stdout += String(data)));
      child.stderr.on("data", (data) => (result.stderr += String(data)));
      child.once("close", (code) => resolve({ ...result, code }));
    });
  }

  let code: number | null;
  let report: { ok: boolean; findings: { name: string; status: string; text: string }[] };
  before(async () => {
    const ended = await runMain("--json");
    code = ended.code;
    report = JSON.parse(ended.stdout) as typeof report;
  });
  const findingsOf = (name: string) => report.findings.filter((finding) => finding.name === name);

  it("prints one JSON object whose ok and exit code agree with its findings", () => {
    const failed = report.findings.filter(({ status }) => status === "fail");
    assert.equal(report.ok, failed.length === 0);
    assert.equal(code, report.ok ? 0 : 1);
    for (const name of [
      "node",
      "packages",
      "build",
      "kernel",
      "front end",
      "samples",
      "memory",
      "disk",
      "port",
    ])
      assert.ok(findingsOf(name).length > 0, name);
  });

  it("starts a kernel, runs typed TypeScript in it and imports the library", () => {
    const [found] = findingsOf("kernel");
    assert.equal(found.status, "ok", found.text);
    assert.match(found.text, /ready in [\d.]+ s, first cell [\d.]+ s, first import of tumorlab [\d.]+ s/);
  });

  it("sees that the engines that are here compute right gradients, and that one always is", () => {
    const found = findingsOf("engines");
    assert.ok(
      found.every(({ status }) => status !== "fail"),
      JSON.stringify(found),
    );
    const reference = found.find(({ text }) => text.startsWith("reference"));
    assert.equal(reference?.status, "ok");
    assert.match(reference?.text ?? "", /\d+ operations have right gradients/);
  });

  it("explains itself, and refuses options it does not have", async () => {
    assert.match((await runMain("--help")).stdout, /Usage: npm run check/);
    const { code, stderr } = await runMain("--fast");
    assert.equal(code, 2);
    assert.match(stderr, /--fast[\s\S]*Usage/);
  });
});
