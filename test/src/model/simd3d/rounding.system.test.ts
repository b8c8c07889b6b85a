import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { probeRounding } from "tumorlab/internal/model/simd3d/wasm";

async function tell(...flags: string[]): Promise<{ rounding: string; arithmetic: string; detail: string }> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...flags,
    path.join(__dirname, "tell-rounding.js"),
  ]);
  return JSON.parse(stdout) as { rounding: string; arithmetic: string; detail: string };
}

/** Whether the processor can fuse a product and a sum; undefined where that is not to be read. */
async function hasFma(): Promise<boolean | undefined> {
  if (process.arch === "arm64") return true;
  const text = await readFile("/proc/cpuinfo", "utf8").catch(() => undefined);
  return text === undefined ? undefined : /^flags\b.* fma /m.test(text);
}

describe("the rounding of the engine simd", () => {
  it("is what the processor does", async function () {
    const fma = await hasFma();
    if (fma === undefined) this.skip();
    assert.equal(probeRounding(), fma ? "fused" : "unfused");
  });

  it("is told apart on a processor without fused products and sums", async function () {
    // V8 then computes as on an x86 without FMA3; other processors have no such switch.
    if (process.arch !== "x64") this.skip();
    const apart = await tell("--no-enable-fma3");
    assert.equal(apart.rounding, "unfused");
    assert.equal(apart.arithmetic, "simd-unfused");
    assert.match(apart.detail, /products and sums apart/);
    const here = await tell();
    assert.equal(here.arithmetic, `simd-${probeRounding()}`);
    if (await hasFma()) assert.notEqual(here.arithmetic, apart.arithmetic);
  });
});
