import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CommandLab } from "./support/command.js";
import { until } from "./support/harness.js";
import { browserCommand, openBrowser } from "#environment/server/browser.js";
import { findFreePorts } from "#environment/wire/connection.js";

describe("npm start's server", function () {
  this.timeout(60_000);
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), "tumorlab-command-"));
    mkdirSync(join(root, "notebooks"));
    writeFileSync(
      join(root, "notebooks", "a.ipynb"),
      '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}',
    );
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it("prints its address, answers there, and ends when the page asks it to", async () => {
    const [port] = await findFreePorts(1);
    const lab = new CommandLab(root, [
      "--no-browser",
      "--port",
      String(port),
      "--notebook",
      "notebooks/a.ipynb",
    ]);
    const url = await lab.url();
    assert.equal(url.port, String(port));
    const headers = { Authorization: `token ${url.searchParams.get("token")}` };
    const ask = async (path: string): Promise<any> => (await fetch(new URL(path, url), { headers })).json();
    assert.equal((await ask("/api")).version, "2.14.0");
    assert.equal((await ask("/api/status")).kernels, 0);
    assert.equal((await ask("/api/me")).identity.name, "Reader");
    assert.deepEqual(await ask("/api/terminals"), []);
    const stopped = await fetch(new URL("/api/shutdown", url), { method: "POST", headers });
    assert.equal(stopped.status, 200);
    assert.deepEqual(await lab.ended, { code: 0, signal: null });
    assert.match(lab.output, /Stopping, as the page asked/);
  });

  it("takes the next port when none was named, and ends on SIGTERM", async () => {
    const first = new CommandLab(root, ["--no-browser"]);
    const { port } = await first.url();
    const second = new CommandLab(root, ["--no-browser"]);
    const other = await second.url();
    assert.notEqual(other.port, port);
    assert.match(second.output, new RegExp(`Port ${port} is taken, trying ${Number(port) + 1}`));
    for (const lab of [first, second]) lab.kill("SIGTERM");
    for (const lab of [first, second]) assert.equal((await lab.ended).signal, null);
    await assert.rejects(fetch(other));
  });

  it("refuses a taken port that was named, naming it", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as { port: number };
    const lab = new CommandLab(root, ["--no-browser", "--port", String(port)]);
    assert.equal((await lab.ended).code, 1);
    assert.match(lab.output, new RegExp(`Port ${port} is taken. Name another`));
    server.close();
  });

  it("starts the browser on a page that its owner alone can read, not on the token's address", async function () {
    if (process.platform !== "linux") return this.skip();
    const bin = mkdtempSync(join(tmpdir(), "tumorlab-bin-"));
    // What is written at once is there in full.
    const script =
      '#!/bin/sh\ncat "$(echo "$1" | sed s,file://,,)" > "$0.page"; ls -l "$(echo "$1" | sed s,file://,,)" > "$0.mode"; echo "$@" > "$0.new"; mv "$0.new" "$0.said"\n';
    writeFileSync(join(bin, "xdg-open"), script, { mode: 0o755 });
    const secret = "of-the-environment-1234";
    const env = { PATH: `${bin}:${process.env.PATH}`, TUMORLAB_TOKEN: secret };
    const lab = new CommandLab(root, [], env);
    const { href } = await lab.url();
    const read = (ending: string) => readFileSync(join(bin, `xdg-open.${ending}`), "utf8");
    const said = await until("the browser", () => existsSync(join(bin, "xdg-open.said")) && read("said"));
    assert.match(said, /^file:.*open-\d+-\w+\.html\n$/);
    assert.ok(href.endsWith(`token=${secret}`) && !said.includes(secret));
    assert.ok(read("page").includes(`/lab?token=${secret}`));
    assert.match(read("mode"), /^-rw------- /);
    lab.kill("SIGTERM");
    await lab.ended;
    assert.equal(existsSync(fileURLToPath(said.trim())), false, "it goes with the lab");
    assert.doesNotMatch(lab.output, /WARNING/);
    rmSync(bin, { recursive: true });
  });

  it("answers --help, and bad words with what to do", async () => {
    const help = new CommandLab(root, ["--help"]);
    assert.equal((await help.ended).code, 0);
    assert.match(help.output, /--no-browser/);
    const faults: [string[], RegExp][] = [
      [["--colour"], /--colour[\s\S]*npm start -- --help/],
      [["--port", "eighty"], /eighty/],
      [["--no-browser", "--notebook", "none.ipynb"], /"none.ipynb": there is no such file/],
      [
        ["--no-browser", "--host", "203.0.113.7"],
        /WARNING: the lab listens on 203[\s\S]*is not an address of this computer/,
      ],
      [
        ["--no-browser", "--host", "203.0.113.7", "--token", "8letters"],
        /--token puts the token on the command line[\s\S]*--token-file[\s\S]*has 8 characters and can be guessed/,
      ],
    ];
    for (const [args, message] of faults) {
      const lab = new CommandLab(root, args);
      assert.equal((await lab.ended).code, 1, lab.output);
      assert.match(lab.output, message);
    }
  });
});

describe("openBrowser", () => {
  it("knows each platform's command and says whether it worked", async () => {
    assert.deepEqual(browserCommand("http://x/", "darwin"), ["open", "http://x/"]);
    assert.deepEqual(browserCommand("http://x/", "linux"), ["xdg-open", "http://x/"]);
    assert.equal(browserCommand("http://x/", "win32")[0], "cmd");
    assert.equal(await openBrowser("", [process.execPath, "-e", ""]), true);
    assert.equal(await openBrowser("", [process.execPath, "-e", "process.exit(3)"]), false);
    assert.equal(await openBrowser("", [join(tmpdir(), "no-such-browser")]), false);
  });
});
