import assert from "node:assert/strict";
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
import { startRunner } from "./start-runner.js";

async function waitFor(file: string): Promise<void> {
  while (!(await stat(file).catch(() => undefined))) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe("npm run notebooks", function () {
  this.timeout(180_000);
  let folder: string;
  beforeEach(async () => (folder = await makeFolder()));
  afterEach(() => removeFolder(folder));

  it("exits with 1 when one fails and says which, with its cell and line", async () => {
    await writeNotebook(folder, "good", notebookOf(codeCell("1")));
    await writeNotebook(folder, "bad", notebookOf(codeCell('throw new Error("no");')));
    const { code, output } = await startRunner(["good.ipynb", "bad.ipynb"], folder).ended;
    assert.equal(code, 1, output);
    assert.match(output, /^ok .*good\.ipynb/m);
    assert.match(
      output,
      /^FAIL .*bad\.ipynb.*\n +code cell 1 \(c1\), line 1: throw new Error\("no"\);\n +Error: no/m,
    );
    assert.match(output, /1 passed, 1 failed\n$/);
  });

  it("exits with 2 for a call that is wrong and with 0 for help", async () => {
    const wrong = await startRunner(["--scale", "huge"], folder).ended;
    assert.equal(wrong.code, 2);
    assert.match(wrong.output, /--scale: found "huge", expected tiny, small or paper/);
    assert.ok(!wrong.output.includes("    at "), "no stack trace for the reader's own slip");
    const nameless = await startRunner(["no-such-notebook"], folder).ended;
    assert.equal(nameless.code, 2);
    assert.match(nameless.output, /no-such-notebook/);
    await writeNotebook(folder, "good", notebookOf(codeCell("1")));
    const before = await readFile(path.join(folder, "good.ipynb"), "utf8");
    for (const option of ["--out", "--html", "--slides"]) {
      const taken = await startRunner(["good.ipynb", option, "good.ipynb"], folder).ended;
      assert.equal(taken.code, 2);
      assert.match(taken.output, /good\.ipynb: found "a file where its folder would be"/);
      assert.doesNotMatch(taken.output, /Running/, "said before anything runs");
    }
    assert.equal(await readFile(path.join(folder, "good.ipynb"), "utf8"), before);
    const help = await startRunner(["--help"], folder).ended;
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
    const { child, ended } = startRunner(["a.ipynb"], folder);
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
    const { child, ended } = startRunner(["a.ipynb", "--check"], folder);
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
