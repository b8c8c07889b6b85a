import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProgramsUncovered } from "../uncovered.js";
import { startAndEnd } from "./start-and-end.js";
import { resultOf, root, until } from "./support.js";
import { KernelDiedError } from "#environment/client/errors.js";
import { startKernel } from "#environment/client/kernel-client.js";
import { createKernelSpec } from "#environment/kernel/spec.js";

describe("the life of a kernel", function () {
  this.timeout(600_000);
  startProgramsUncovered();

  it("leaves nothing behind", () => startAndEnd(2));

  it("ends with its parent, however that ends and whatever it computes", async function () {
    if (process.platform === "win32") this.skip();
    const client = join(root, "environment", "dist", "client", "kernel-client.js");
    const script = `require(${JSON.stringify(client)}).startKernel({ cwd: ${JSON.stringify(tmpdir())} }).then((client) => {
      client.execute("console.log('computing'); await null; for (;;) {}", { onMessage({ header }) {
        if (header.msg_type === "execute_input") console.log(client.process.pid);
      } });
    });`;
    const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    parent.stdout.on("data", (data) => (output += String(data)));
    await until(() => output.includes("\n"), "the kernel's process id");
    const pid = Number(output);
    parent.kill("SIGKILL");
    const isGone = (): boolean => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    };
    await until(isGone, "the end of the kernel");
  });

  it("ends at a request while a cell computes", async () => {
    const client = await startKernel({ cwd: tmpdir() });
    const running = client.execute("for (;;) {}");
    const died = assert.rejects(running, KernelDiedError);
    await client.shutdown();
    await died;
    assert.ok(client.process.end);
  });

  it("forgets everything at a restart", async () => {
    const client = await startKernel({ cwd: tmpdir() });
    try {
      await client.execute("const old = 1");
      await client.restart();
      assert.equal(resultOf(await client.execute("typeof (globalThis as any).old")), "'undefined'");
      assert.equal((await client.execute("old")).reply.content.status, "error");
    } finally {
      await client.shutdown();
    }
  });

  it("does not start with another tslab than its own, and says so", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tumorlab-tslab-"));
    try {
      cpSync(join(root, "environment", "dist"), join(folder, "environment", "dist"), { recursive: true });
      cpSync(join(root, "package.json"), join(folder, "package.json"));
      cpSync(join(root, "node_modules", "tslab"), join(folder, "node_modules", "tslab"), { recursive: true });
      for (const name of readdirSync(join(root, "node_modules"))) {
        const target = join(folder, "node_modules", name);
        if (!existsSync(target)) symlinkSync(join(root, "node_modules", name), target, "junction");
      }
      const manifest = join(folder, "node_modules", "tslab", "package.json");
      writeFileSync(manifest, readFileSync(manifest, "utf8").replace('"1.0.22"', '"1.0.23"'));
      await assert.rejects(
        startKernel({ cwd: folder, spec: createKernelSpec(folder) }),
        (error) =>
          error instanceof KernelDiedError &&
          /tslab is version 1\.0\.23, expected 1\.0\.22/.test(error.message),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
