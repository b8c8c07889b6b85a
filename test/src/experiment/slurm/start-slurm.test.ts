import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive, waitFor } from "../../../environment/bootstrap/processes.js";
import { run, startSlurm, whyNoSlurm } from "./start-slurm.js";

describe("a Slurm of one node for tests", function () {
  this.timeout(120_000);

  before(function () {
    const absent = whyNoSlurm();
    if (absent === undefined) return;
    console.log(`    not tested: ${absent}`);
    this.skip();
  });

  it("runs a job and leaves neither process nor file, even with a job under way", async () => {
    const slurm = await startSlurm();
    const said = join(slurm.folder, "said");
    const id = await run(
      "sbatch",
      ["--parsable", "--output=/dev/null", "--wrap", `echo $$ > ${said}; sleep 600`],
      slurm.env,
    );
    assert.match(id, /^\d+\n$/);
    await waitFor(() => existsSync(said) && readFileSync(said, "utf8") !== "", "the job to run");
    const job = Number(readFileSync(said, "utf8"));
    assert.equal(slurm.pids.filter(isAlive).length, 3);
    await slurm.stop();
    assert.deepEqual([...slurm.pids, job].filter(isAlive), []);
    assert.equal(existsSync(slurm.folder), false);
  });
});
