import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

const root = path.resolve(__dirname, "../../../..");
const folder = path.join(root, "environment", "docker");

/** The instructions of a Dockerfile as [NAME, rest], with continued lines joined and comments left out. */
function readInstructions(file: string): [string, string][] {
  const text = readFileSync(path.join(folder, file), "utf8")
    .replace(/^#.*\n/gm, "")
    .replace(/\\\n\s*/g, "");
  return text
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => {
      const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? assert.fail(`${file}: ${line}`);
      return [name, rest];
    });
}

for (const file of ["cpu.Dockerfile", "gpu.Dockerfile"])
  describe(`environment/docker/${file}`, () => {
    const instructions = readInstructions(file);
    const all = (name: string) => instructions.filter(([found]) => found === name).map(([, rest]) => rest);

    it("starts from images of one exact version", () => {
      for (const from of all("FROM")) assert.match(from, /^[\w./-]+:\d+\.\d+\.\d+-[\w.-]+( AS \w+)?$/);
    });

    it("copies only what is there, in the order that keeps packages in their own layer", () => {
      const copies = all("COPY").filter((copy) => !copy.includes("--from="));
      for (const copy of copies) {
        const sources = copy
          .replace(/--\S+\s+/g, "")
          .split(/\s+/)
          .slice(0, -1);
        for (const source of sources)
          assert.ok(existsSync(path.join(root, source)), `${file}: COPY ${source}`);
      }
      const order = instructions.map(([name, rest]) => `${name} ${rest}`);
      const lockfile = order.findIndex((line) => line.includes("package-lock.json"));
      const install = order.findIndex((line) => line.includes("npm ci"));
      const everything = order.findIndex((line) => line.endsWith(" . ."));
      assert.ok(lockfile >= 0 && lockfile < install && install < everything);
    });

    it("copies the manifest of every workspace before it installs", () => {
      const { workspaces } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
      for (const workspace of workspaces)
        assert.ok(
          all("COPY").some((copy) => copy.includes(`${workspace}/package.json ${workspace}/`)),
          workspace,
        );
    });

    it("runs as a user without special rights, and what it runs exists", () => {
      assert.deepEqual(all("USER"), ["node"]);
      for (const text of [...all("CMD"), all("HEALTHCHECK")[0].replace(/^.*?CMD /, "")]) {
        const [program, script, ...args] = JSON.parse(text) as string[];
        assert.equal(program, "node");
        assert.ok(existsSync(path.join(root, script)), script);
        assert.ok(args.includes(all("EXPOSE")[0]), `${text} is about port ${all("EXPOSE")[0]}`);
      }
      for (const [, script, command] of all("RUN")
        .join("\n")
        .matchAll(/node (\S+\.mjs) (\S+)/g)) {
        assert.ok(existsSync(path.join(root, script)), script);
        assert.equal(command, "build");
      }
    });

    it("is explained with the commands that build and run it", () => {
      const text = readFileSync(path.join(root, "environment", "README.md"), "utf8");
      assert.ok(text.includes(file));
      assert.match(text, /build no image/);
    });
  });

describe("environment/docker", () => {
  it("sends no build output, packages or history into the image", () => {
    const ignored = readFileSync(path.join(root, ".dockerignore"), "utf8").split("\n");
    for (const name of [".git/", ".tumorlab/", "**/dist/", "**/node_modules/"])
      assert.ok(ignored.includes(name), name);
  });

  it("is healthy while something answers, even with a refusal, and not when nothing does", async () => {
    let status = 403;
    const server = createServer((_, response) => response.writeHead(status).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const ask = () =>
      new Promise<number | null>((resolve) =>
        spawn(process.execPath, [path.join(folder, "health.mjs"), String(port)]).once("close", resolve),
      );
    assert.equal(await ask(), 0);
    status = 500;
    assert.equal(await ask(), 1);
    await new Promise((resolve) => server.close(resolve));
    assert.equal(await ask(), 1);
  });
});
