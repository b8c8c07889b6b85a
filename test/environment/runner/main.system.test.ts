import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import {
  codeCell,
  makeFolder,
  notebookOf,
  projectRoot,
  removeFolder,
  writeNotebook,
} from "./make-notebook.js";

interface Ended {
  code: number | null;
  output: string;
}

function start(
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const main = path.join(projectRoot, "environment", "dist", "runner", "main.js");
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { ...process.env, INIT_CWD: cwd, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text: Buffer) => (output += text.toString()));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, output }));
  return { child, ended };
}

async function waitFor(file: string): Promise<void> {
  while (!(await stat(file).catch(() => undefined))) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe("npm run notebooks", function () {
  this.timeout(180_000);
  let folder: string;
  beforeEach(async () => (folder = await makeFolder()));
  afterEach(() => removeFolder(folder));

  it("runs several notebooks at a time and exits with 0 when all pass", async () => {
    // Each waits until all three have begun, so that one after the other they would never end.
    const meet = (name: string): string =>
      `const fs = require("fs"); fs.writeFileSync("${name}.begun", "");\n` +
      'while (["a", "b", "c"].some((one) => !fs.existsSync(`${one}.begun`)))\n' +
      "  await new Promise((resolve) => setTimeout(resolve, 20));\n'met'";
    for (const name of ["a", "b", "c"]) await writeNotebook(folder, name, notebookOf(codeCell(meet(name))));
    // Without the coverage of three more kernels.
    const args = ["a.ipynb", "b.ipynb", "c.ipynb", "--jobs", "3", "--timeout", "120"];
    const { ended } = start(args, folder, { NODE_V8_COVERAGE: "" });
    const { code, output } = await ended;
    assert.equal(code, 0, output);
    assert.match(output, /Running 3 notebooks, 3 at a time/);
    assert.match(output, /3 passed, 0 failed\n$/);
    for (const name of ["a", "b", "c"]) {
      assert.match(await readFile(path.join(folder, `${name}.ipynb`), "utf8"), /'met'/);
    }
  });

  it("exits with 1 when one fails and says which, with its cell and line", async () => {
    await writeNotebook(folder, "good", notebookOf(codeCell("1")));
    await writeNotebook(folder, "bad", notebookOf(codeCell('throw new Error("no");')));
    const { code, output } = await start(["good.ipynb", "bad.ipynb"], folder).ended;
    assert.equal(code, 1, output);
    assert.match(output, /^ok .*good\.ipynb/m);
    assert.match(
      output,
      /^FAIL .*bad\.ipynb.*\n +code cell 1 \(c1\), line 1: throw new Error\("no"\);\n +Error: no/m,
    );
    assert.match(output, /1 passed, 1 failed\n$/);
  });

  it("exits with 2 for a call that is wrong and with 0 for help", async () => {
    const wrong = await start(["--scale", "huge"], folder).ended;
    assert.equal(wrong.code, 2);
    assert.match(wrong.output, /--scale: found "huge", expected tiny, small or paper/);
    assert.ok(!wrong.output.includes("    at "), "no stack trace for the reader's own slip");
    const nameless = await start(["no-such-notebook"], folder).ended;
    assert.equal(nameless.code, 2);
    assert.match(nameless.output, /no-such-notebook/);
    const help = await start(["--help"], folder).ended;
    assert.deepEqual([help.code, /Usage: npm run notebooks/.test(help.output)], [0, true]);
  });

  it("ends its kernels on Ctrl-C, leaves the notebook and no temporary file, and exits with 130", async () => {
    const file = await writeNotebook(
      folder,
      "a",
      notebookOf(
        codeCell('require("fs").writeFileSync("pid", String(process.pid));'),
        codeCell("await new Promise(() => {});"),
      ),
    );
    const before = await readFile(file, "utf8");
    const { child, ended } = start(["a.ipynb"], folder);
    await waitFor(path.join(folder, "pid"));
    child.kill("SIGINT");
    const { code, output } = await ended;
    assert.equal(code, 130, output);
    assert.match(output, /^stop .*a\.ipynb/m);
    assert.equal(await readFile(file, "utf8"), before);
    assert.deepEqual((await readdir(folder)).sort(), ["a.ipynb", "pid"]);
    const kernel = Number(await readFile(path.join(folder, "pid"), "utf8"));
    assert.throws(() => process.kill(kernel, 0), { code: "ESRCH" });
  });

  it("runs a check in a copy that is gone afterwards, also copies of runs that were killed", async () => {
    const runs = path.join(projectRoot, ".tumorlab", "runs");
    // A process number beyond what any system gives out stands for a run that is no more.
    const abandoned = path.join(runs, "99999999-killed");
    await mkdir(abandoned, { recursive: true });
    await writeNotebook(folder, "a", notebookOf(codeCell("const quiet = 1;")));
    const { child, ended } = start(["a.ipynb", "--check"], folder);
    const { code, output } = await ended;
    assert.equal(code, 0, output);
    const left = await readdir(runs);
    assert.ok(!left.includes("99999999-killed"));
    assert.deepEqual(
      left.filter((name) => name.startsWith(`${child.pid}-`)),
      [],
    );
  });
});
