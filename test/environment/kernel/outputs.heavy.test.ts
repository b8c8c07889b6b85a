import assert from "node:assert/strict";
import { contentsOf, resultOf, session, streamOf, useKernel } from "./support.js";

describe("200 MB of outputs of a cell", function () {
  const kernel = useKernel(this, undefined, { TUMORLAB_OUTPUT_LIMIT_MB: "2" });

  it("are held back past the limit, and the cell says so", async () => {
    const code = "const line = 'x'.repeat(1023); for (let i = 0; i < 200_000; i++) console.log(line); 'done'";
    const outcome = await kernel().execute(code);
    assert.equal(streamOf(outcome, "stdout").length, 2_000_000);
    assert.match(
      streamOf(outcome, "stderr"),
      /printed more than 2 MB; the rest is not shown\. Set TUMORLAB_OUTPUT_LIMIT_MB/,
    );
    assert.equal(resultOf(outcome), "'done'");
    assert.equal(streamOf(await kernel().execute("console.log('next')"), "stdout"), "next\n");
  });

  it("are kept in bounded memory where they are displays", async () => {
    const code = `const before = process.memoryUsage().rss;
      let most = 0;
      for (let i = 0; i < 200; i++) {
        ${session}.display({ "text/plain": "y".repeat(1_000_000) });
        most = Math.max(most, process.memoryUsage().rss);
      }
      Math.round((most - before) / 1e6)`;
    const outcome = await kernel().execute(code);
    assert.equal(contentsOf(outcome, "display_data").length, 200);
    assert.ok(Number(resultOf(outcome)) < 1000, `${resultOf(outcome)} MB more`);
  });
});
