import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { helpText, readStartOptions } from "#environment/server/options.js";

describe("readStartOptions", () => {
  it("takes the token from a file, the command line or the environment, in this order", () => {
    const folder = mkdtempSync(join(tmpdir(), "tumorlab-test-"));
    const file = join(folder, "token");
    writeFileSync(file, "from-a-file\n");
    const env = { TUMORLAB_TOKEN: "from-the-environment" };
    const tokenOf = (...args: string[]) => {
      const { token, isTokenOnCommandLine } = readStartOptions(args, env);
      return [token, isTokenOnCommandLine];
    };
    assert.deepEqual(tokenOf("--token-file", file), ["from-a-file", false]);
    assert.deepEqual(tokenOf("--token", "from-the-line"), ["from-the-line", true]);
    assert.deepEqual(tokenOf(), ["from-the-environment", false]);
    assert.equal(readStartOptions([]).token, undefined);
    assert.equal(readStartOptions([], { TUMORLAB_TOKEN: "" }).token, undefined);
    assert.throws(() => tokenOf("--token", "12345678", "--token-file", file), /can't go together/);
    assert.throws(() => tokenOf("--token", "1234567"), /--token needs 8 or more/);
    assert.throws(() => readStartOptions([], { TUMORLAB_TOKEN: "a b c d e f" }), /TUMORLAB_TOKEN needs/);
    writeFileSync(file, "\n");
    assert.throws(() => tokenOf("--token-file", file), /--token-file .* needs 8 or more/);
    assert.throws(() => tokenOf("--token-file", join(folder, "none")), /can't be read: ENOENT/);
    assert.match(helpText, /--token-file FILE[^]*TUMORLAB_TOKEN/);
    rmSync(folder, { recursive: true });
  });

  it("takes a limit for idle kernels, in minutes", () => {
    assert.equal(readStartOptions([]).idleMinutes, undefined);
    assert.equal(readStartOptions(["--idle-minutes", "90"]).idleMinutes, 90);
    for (const bad of ["0", "-5", "soon", "Infinity", ""])
      assert.throws(() => readStartOptions([`--idle-minutes=${bad}`]), /--idle-minutes is .*above 0/, bad);
    assert.match(helpText, /--idle-minutes N/);
  });
});
