import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { runCommandLine } from "tumorlab/internal/cli/main";

const program = join(__dirname, "../../../../src/dist/platform/program.js");

/** How a program ends that is interrupted once it has written something. */
async function interrupt(main: string): Promise<{ code: number | null; signal: string | null }> {
  const script = `require(${JSON.stringify(program)}).startProgram(${main});`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.kill("SIGINT");
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  return { code, signal };
}

describe("startProgram", function () {
  this.timeout(60_000);
  before(function () {
    // Windows has no signals: kill ends a process at once.
    if (process.platform === "win32") this.skip();
  });

  it("is ended at once by Ctrl-C while it computes and never asks for the signal", async () => {
    const main = `async () => {
      process.stdout.write("busy");
      for (const end = Date.now() + 20_000; Date.now() < end; );
      return 0;
    }`;
    assert.deepEqual(await interrupt(main), { code: null, signal: "SIGINT" });
  });

  it("gives Ctrl-C to a program that asks for the signal", async () => {
    const main = `(words, { signal }) => new Promise((resolve) => {
      const timer = setTimeout(() => resolve(0), 20_000);
      signal.addEventListener("abort", () => (clearTimeout(timer), resolve(130)));
      process.stdout.write("waiting");
    })`;
    assert.deepEqual(await interrupt(main), { code: 130, signal: null });
  });
});

describe("a command that cannot be aborted", () => {
  it("leaves Ctrl-C to the system", async () => {
    let reads = 0;
    const io = {
      ...{ out: () => {}, err: () => {}, isTerminal: false },
      get signal() {
        reads++;
        return new AbortController().signal;
      },
    };
    for (const words of ["judge A=0.9 B=0.8 --n 9", "ledger scans", "ledger --help"])
      assert.equal(await runCommandLine(words.split(" "), io), 0);
    assert.equal(reads, 0);
  });
});
