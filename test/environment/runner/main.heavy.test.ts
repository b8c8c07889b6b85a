import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
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

describe("npm run notebooks, with several kernels", function () {
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
    const { ended } = startRunner(args, folder, { NODE_V8_COVERAGE: "" });
    const { code, output } = await ended;
    assert.equal(code, 0, output);
    assert.match(output, /Running 3 notebooks, 3 at a time/);
    assert.match(output, /3 passed, 0 failed\n$/);
    for (const name of ["a", "b", "c"]) {
      assert.match(await readFile(path.join(folder, `${name}.ipynb`), "utf8"), /'met'/);
    }
  });

  it("gives the notebooks of a folder one kernel, and a fresh one after a notebook that failed", async () => {
    await writeNotebook(folder, "a", notebookOf(codeCell("const kept = 41;")));
    await writeNotebook(folder, "b", notebookOf(codeCell("kept + 1")));
    await writeNotebook(folder, "c", notebookOf(codeCell('throw new Error("no");')));
    await writeNotebook(folder, "d", notebookOf(codeCell("kept")));
    const place = path.relative(path.join(projectRoot, "notebooks"), folder);
    const names = ["a", "b", "c", "d"].map((name) => `${name}.ipynb`);
    const { code, output } = await startRunner([...names, "--share-kernel", place], folder).ended;
    assert.equal(code, 1, output);
    assert.match(output, /^ok .*a\.ipynb.*\n(.*\n)?ok .*b\.ipynb/m);
    assert.match(output, /^FAIL .*c\.ipynb.*\n.*\n +Error: no/m);
    assert.match(output, /^FAIL .*d\.ipynb[\s\S]*Cannot find name 'kept'/m);
    assert.match(output, /2 passed, 2 failed\n$/);
  });
});
