import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readInstallOptions } from "#environment/kernel/install-options.js";
import { installKernel, removeKernel } from "#environment/kernel/install.js";
import { findJupyterDataFolder } from "#environment/kernel/jupyter-paths.js";
import { memoryEnvironment } from "#environment/kernel/spec.js";

describe("findJupyterDataFolder", () => {
  it("follows JUPYTER_DATA_DIR, else the platform", () => {
    const find = (platform: NodeJS.Platform, env = {}) =>
      findJupyterDataFolder({ platform, home: "/home/ada", env });
    assert.equal(find("linux", { JUPYTER_DATA_DIR: "/data" }), "/data");
    assert.equal(find("linux"), "/home/ada/.local/share/jupyter");
    assert.equal(find("linux", { XDG_DATA_HOME: "/xdg" }), "/xdg/jupyter");
    assert.equal(find("darwin"), "/home/ada/Library/Jupyter");
    assert.equal(
      find("win32", { APPDATA: "C:\\Users\\ada\\AppData\\Roaming" }),
      "C:\\Users\\ada\\AppData\\Roaming\\jupyter",
    );
  });
});

describe("readInstallOptions", () => {
  it("reads every option", () => {
    assert.deepEqual(readInstallOptions([], {}), {
      help: false,
      remove: false,
      name: "tumorlab",
      prefix: undefined,
    });
    assert.equal(readInstallOptions(["--prefix", "/p", "--name", "lab"], {}).prefix, "/p");
    assert.equal(readInstallOptions(["--sys-prefix"], { VIRTUAL_ENV: "/venv" }).prefix, "/venv");
  });

  it("refuses what can't be meant", () => {
    assert.throws(() => readInstallOptions(["--user", "--prefix", "/p"], {}), /exclude each other/);
    assert.throws(() => readInstallOptions(["--name", "../up"], {}), /found "\.\.\/up"/);
    assert.throws(() => readInstallOptions(["--sys-prefix"], {}), /neither VIRTUAL_ENV nor CONDA_PREFIX/);
    assert.throws(() => readInstallOptions(["--bogus"], {}), /--bogus/);
  });
});

describe("memoryEnvironment", () => {
  it("asks for large pages unless the reader has settings of their own", () => {
    assert.deepEqual(memoryEnvironment({}), { GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" });
    const own = { GLIBC_TUNABLES: "glibc.malloc.arena_max=2" };
    assert.deepEqual(memoryEnvironment(own), own);
  });
});

describe("installKernel", () => {
  const folder = mkdtempSync(join(tmpdir(), "tumorlab-install-"));
  after(() => rmSync(folder, { recursive: true }));

  it("writes a kernelspec, again and again, and takes it away", () => {
    for (let times = 0; times < 2; times++) {
      const kernel = installKernel(folder, "tumorlab", "/project");
      const spec = JSON.parse(readFileSync(join(kernel, "kernel.json"), "utf8"));
      assert.equal(spec.argv.at(-1), "{connection_file}");
      assert.deepEqual(spec.env, { TUMORLAB_ROOT: "/project", ...memoryEnvironment() });
      assert.equal(spec.interrupt_mode, "message");
      assert.deepEqual(readdirSync(folder), ["tumorlab"]);
    }
    assert.equal(removeKernel(folder, "tumorlab"), true);
    assert.equal(removeKernel(folder, "tumorlab"), false);
  });

  it("leaves another program's kernel alone", () => {
    mkdirSync(join(folder, "theirs"));
    writeFileSync(join(folder, "theirs", "kernel.json"), '{"argv": ["other"]}');
    assert.throws(() => installKernel(folder, "theirs", "/project"), /another program's kernel/);
    assert.throws(() => removeKernel(folder, "theirs"), /another program's kernel/);
    assert.equal(readFileSync(join(folder, "theirs", "kernel.json"), "utf8"), '{"argv": ["other"]}');
  });
});
