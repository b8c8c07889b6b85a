import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProgramsUncovered } from "../uncovered.js";
import { root } from "./support.js";
import { installKernel } from "#environment/kernel/install.js";

/** Debian's own Python, ahead of any other that has no Jupyter. */
const nbconvert = ["/usr/bin/jupyter-nbconvert", "jupyter-nbconvert"].find(
  (program) => spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0,
);

describe("the kernel in another Jupyter", function () {
  this.timeout(300_000);
  startProgramsUncovered();

  it("runs a notebook by jupyter nbconvert --execute", function () {
    if (!nbconvert) {
      console.log(
        "      jupyter-nbconvert is not installed: not tested (Debian: jupyter-nbconvert, jupyter-client)",
      );
      this.skip();
    }
    const folder = mkdtempSync(join(tmpdir(), "tumorlab-jupyter-"));
    try {
      installKernel(join(folder, "kernels"), "tumorlab", root);
      const cell = (id: string, source: string) => ({
        cell_type: "code",
        id,
        execution_count: null,
        metadata: {},
        outputs: [],
        source,
      });
      const notebook = {
        cells: [
          cell(
            "one",
            'import * as lab from "tumorlab";\nconsole.log(typeof lab.createKey);\nawait (Promise.resolve(42))',
          ),
          cell("two", 'throw new RangeError("expected")'),
          cell("three", "'right after'"),
        ],
        metadata: {
          kernelspec: { name: "tumorlab", display_name: "TypeScript (Tumorlab)", language: "typescript" },
        },
        nbformat: 4,
        nbformat_minor: 5,
      };
      writeFileSync(join(folder, "in.ipynb"), JSON.stringify(notebook));
      const options = [
        "--execute",
        "--allow-errors",
        "--to",
        "notebook",
        "--output",
        "out.ipynb",
        "in.ipynb",
      ];
      const env = { ...process.env, JUPYTER_PATH: folder };
      execFileSync(nbconvert, options, { cwd: folder, env, stdio: "pipe" });
      const { cells, metadata } = JSON.parse(readFileSync(join(folder, "out.ipynb"), "utf8"));
      assert.deepEqual(cells[0].outputs[0].text, ["function\n"]);
      assert.deepEqual(cells[0].outputs[1].data, { "text/plain": ["42"] });
      assert.equal(cells[1].outputs[0].ename, "RangeError");
      assert.match(cells[1].outputs[0].traceback.join("\n"), /cell 2:1:7/);
      assert.deepEqual(cells[2].outputs[0].data, { "text/plain": ["'right after'"] });
      assert.equal(metadata.language_info.name, "typescript");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
