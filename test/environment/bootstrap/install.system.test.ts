import assert from "node:assert/strict";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import {
  importBootstrap,
  makeFakeProject,
  makeLockfile,
  readLines,
  type FakeProject,
} from "./fake-project.js";
import { isAlive, startScript, waitFor } from "./processes.js";

const prepare = `
  import { catchInterrupts } from "$interrupt.mjs";
  import { locate } from "$project.mjs";
  import { prepareInstall } from "$prepare.mjs";
  import { createTeller } from "$say.mjs";
  const { signal, exitCode } = catchInterrupts();
  await prepareInstall(locate(process.env.ROOT), createTeller(), signal).catch((error) => console.error(error.message));
  process.exitCode = exitCode();`;

describe("installPackages", function () {
  this.timeout(120_000);
  let fake: FakeProject;
  let install: any;
  let env: NodeJS.ProcessEnv;
  const lines: string[] = [];
  const teller = {
    say: (text: string) => lines.push(text),
    begin: (doing: string) => {
      lines.push(doing);
      return { update: () => {}, end: (text: string) => lines.push(text) };
    },
  };
  const runInstall = async () => install.installPackages(fake.project, { setWorker() {} }, teller);

  beforeEach(async () => {
    fake = await makeFakeProject();
    install = await importBootstrap("install.mjs");
    env = { ROOT: fake.root, npm_execpath: path.join(fake.root, "npm-cli.js") };
    process.env.npm_execpath_before = process.env.npm_execpath ?? "";
    process.env.npm_execpath = env.npm_execpath;
    lines.length = 0;
  });
  afterEach(() => {
    process.env.npm_execpath = process.env.npm_execpath_before;
    fake.remove();
  });

  it("installs at the first start, says why, and then no more", async () => {
    assert.equal(install.findInstallReason(fake.project), "first start");
    assert.equal(await runInstall(), true);
    assert.match(lines[0], /first start/);
    assert.equal(await runInstall(), false);
    assert.equal(fake.countInstalls(), 1);
  });

  it("installs again when the lockfile asks for another version, naming it", async () => {
    await runInstall();
    fake.write("package-lock.json", makeLockfile("1.0.1"));
    assert.equal(install.findInstallReason(fake.project), "package-lock.json asks for typescript@1.0.1");
    assert.equal(await runInstall(), true);
    assert.equal(install.findInstallReason(fake.project), "");
  });

  it("accepts packages that someone installed by hand, and a lockfile that changed only in form", async () => {
    await runInstall();
    rmSync(fake.project.installStamp);
    assert.equal(install.findInstallReason(fake.project), "");
    fake.write("package-lock.json", `${makeLockfile("1.0.0")}\n\n`);
    assert.equal(await runInstall(), false);
    assert.equal(fake.countInstalls(), 1);
  });

  it("does not believe npm's record of a package that is not there", async () => {
    await runInstall();
    rmSync(path.join(fake.project.modules, "typescript"), { recursive: true });
    assert.equal(install.findInstallReason(fake.project), "package-lock.json asks for typescript@1.0.0");
  });

  it("sees an install that was cut short and one for another platform", async () => {
    await runInstall();
    writeFileSync(fake.project.installStamp, JSON.stringify({ platform: "plan9-mips" }));
    assert.match(install.findInstallReason(fake.project), /plan9-mips, this is/);
    rmSync(fake.project.installedLockfile);
    assert.equal(install.findInstallReason(fake.project), "the last install did not finish");
  });

  it("explains each common failure of npm and what to do, with npm's own words", async () => {
    fake.setNpm("offline");
    await assert.rejects(runInstall(), /could not reach its registry[\s\S]*getaddrinfo ENOTFOUND/);
    fake.setNpm("disk-full");
    await assert.rejects(runInstall(), /disk is full[\s\S]*ENOSPC/);
    fake.setNpm("out-of-step");
    await assert.rejects(runInstall(), /do not agree/);
    const { explainNpmFailure, formatBytes } = await importBootstrap("npm.mjs");
    assert.match(explainNpmFailure("npm error code EINTEGRITY", 1, 1e12), /cache clean/);
    assert.match(explainNpmFailure("npm error code EACCES", 1, 1e12), /may not write/);
    assert.match(explainNpmFailure("spawn npm ENOENT", 127, 1e12), /could not be started/);
    assert.match(explainNpmFailure("odd\nthings", 1, 1e12), /what it said:\n {2}odd\n {2}things/);
    assert.match(explainNpmFailure("Killed", 1, 1e6), /disk is full \(1 MB free\)/);
    assert.equal(formatBytes(Infinity), "an unknown amount");
  });

  it("refuses a disk that is too full before it takes anything away", async () => {
    const { runNpmCi } = await importBootstrap("npm.mjs");
    await assert.rejects(
      runNpmCi(fake.root, { freeBytes: 3e8 }),
      /300 MB free .* 1\.6 GB needed. Nothing was changed/,
    );
    assert.equal(fake.countInstalls(), 0);
  });

  it("does not replace the packages an open lab runs from", async () => {
    await runInstall();
    const { noteOpenLab, listOpenLabs } = await importBootstrap("open-labs.mjs");
    noteOpenLab(fake.project);
    fake.write(".tumorlab/open/1.json", JSON.stringify({ pid: 2 ** 30, host: hostname(), born: "" }));
    fake.write(".tumorlab/open/2.json", "broken");
    fake.write("package-lock.json", makeLockfile("3.0.0"));
    await assert.rejects(runInstall(), new RegExp(`a lab is open \\(process ${process.pid}\\)`));
    assert.equal(fake.countInstalls(), 1);
    assert.deepEqual(listOpenLabs(fake.project), [process.pid]);
  });

  it("installs once when two are started at the same time", async () => {
    fake.setNpm("slow");
    const both = [startScript(prepare, env), startScript(prepare, env)];
    assert.deepEqual(await Promise.all(both.map((child) => child.ended)), [0, 0]);
    assert.equal(fake.countInstalls(), 1);
    assert.ok(both.some((child) => /Installed 3 packages/.test(child.output())));
  });

  it("stops npm on Ctrl-C, lets go of the lock, and begins anew the next time", async () => {
    fake.setNpm("hang");
    const first = startScript(prepare, env);
    const calls = () => readLines(path.join(fake.root, "npm-calls"));
    await waitFor(() => calls().length > 0 && existsSync(fake.project.modules), "npm to be at work");
    first.child.kill("SIGINT");
    assert.equal(await first.ended, 130);
    assert.match(first.output(), /Stopped while installing/);
    assert.ok(!isAlive(Number(calls()[0])), "npm was left running");
    assert.ok(!existsSync(fake.project.setupLock));
    fake.setNpm("install");
    const second = startScript(prepare, env);
    assert.equal(await second.ended, 0);
    assert.match(second.output(), /did not finish/);
    assert.equal(calls().length, 2);
  });

  it("waits for the npm of a start that was killed outright, and uses what it installed", async () => {
    fake.setNpm("slow");
    const first = startScript(prepare, env);
    const calls = () => readLines(path.join(fake.root, "npm-calls"));
    await waitFor(() => calls().length > 0, "npm to be at work");
    first.child.kill("SIGKILL");
    await first.ended;
    const second = startScript(prepare, env);
    assert.equal(await second.ended, 0);
    assert.equal(calls().length, 1, second.output());
  });
});
