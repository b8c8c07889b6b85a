import assert from "node:assert/strict";
import { checkEnvironment } from "tumorlab/internal/notebook/check-environment";

const kernelKey = Symbol.for("tumorlab.kernel");

describe("checkEnvironment", function () {
  this.timeout(60_000);
  afterEach(() => void delete (globalThis as Record<symbol, unknown>)[kernelKey]);

  it("finds all there is in the project's kernel", async () => {
    (globalThis as Record<symbol, unknown>)[kernelKey] = {};
    const report = await checkEnvironment();
    assert.deepEqual(
      report.lines.map(({ name, ok }) => [name, ok]),
      [
        ["Node.js", true],
        ["kernel", true],
        ["pictures", true],
        ["sample scan", true],
        ["memory", true],
      ],
    );
    assert.equal(report.ok, true);
    assert.match(report.lines[2].text, /bytes drawn/);
    assert.match(report.lines[3].text, /Abdominal CT/);
  });

  it("says what is missing and what to do, and prints as lines", async () => {
    const report = await checkEnvironment();
    assert.equal(report.ok, false);
    const show = (report as unknown as Record<symbol, () => Record<string, string>>)[
      Symbol.for("Jupyter.display")
    ];
    const text = show()["text/plain"];
    assert.match(text, /^OK {4}Node\.js {6}\d+\.\d+/);
    assert.match(text, /^FAIL {2}kernel {7}not the project's own.*npm start$/m);
    assert.match(text, /see the FAIL lines\.$/);
    assert.deepEqual(Object.keys(report), ["ok", "lines"]);
  });
});
