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

  it("passes Debian's jupyter_kernel_test", function () {
    const python = ["/usr/bin/python3", "python3"].find(
      (program) => spawnSync(program, ["-c", "import jupyter_kernel_test"], { stdio: "ignore" }).status === 0,
    );
    if (!python) {
      console.log(
        "      jupyter_kernel_test is not installed: not tested (Debian: python3-jupyter-kernel-test)",
      );
      this.skip();
    }
    const folder = mkdtempSync(join(tmpdir(), "tumorlab-jupyter-"));
    try {
      installKernel(join(folder, "kernels"), "tumorlab", root);
      writeFileSync(join(folder, "test_tumorlab.py"), kernelTest);
      const env = { ...process.env, JUPYTER_PATH: folder };
      const { stderr } = spawnSync(python, ["-m", "unittest", "-v", "test_tumorlab"], { cwd: folder, env });
      assert.match(String(stderr), /Ran 1[23] tests[^]*\nOK/, String(stderr));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** What jupyter_kernel_test asks this kernel; it has no pager, so that one test is skipped. */
const kernelTest = String.raw`
import unittest
import jupyter_kernel_test

class TumorlabTests(jupyter_kernel_test.KernelTests):
    kernel_name = "tumorlab"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('to stderr')"
    completion_samples = [{"text": "[1].fla", "matches": {"flat", "flatMap"}}]
    complete_code_samples = ["1", "console.log('hello')", "function f(x: number) {\n  return x;\n}", "// done", ""]
    incomplete_code_samples = ["function f() {", "const text = ${"`"}open", "f(1,", "/* a comment", "@sealed()", "[1, 2 // two"]
    invalid_code_samples = ["let = = 3", "f(1;)", "}", "'open", "%%html"]
    code_generate_error = "throw new Error('expected')"
    code_execute_result = [{"code": "6 * 7", "result": "42"}, {"code": "'a' + 'b'", "result": "'ab'"}]
    code_display_data = [{"code": "import { display } from 'tslab'; display.html('<b>x</b>')", "mime": "text/html"}]
    code_history_pattern = "6?*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "parseInt"
    code_clear_output = "globalThis[Symbol.for('tumorlab.kernel')].clearOutput()"

if __name__ == "__main__":
    unittest.main()
`.replaceAll("\\\\n", "\\n");
