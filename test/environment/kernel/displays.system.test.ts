import assert from "node:assert/strict";
import { contentsOf, errorOf, resultOf, root, streamOf, useSharedKernel } from "./support.js";

describe("what cells display", function () {
  const kernel = useSharedKernel(this);
  const run = async (code: string) => await kernel().execute(code);
  const noInternals = /Symbol\(|kResource|msg_id|identities|AbortController/;

  const promises: [code: string, shown: RegExp][] = [
    ["Promise.resolve(5)", /^Promise \{ 5 \} {2}\(a promise: is await missing in front of it\?\)$/],
    ["new Promise(() => {})", /^Promise \{ <pending> \} {2}\(a promise: is await missing/],
    ["Promise.all([1, Promise.resolve(2)])", /^Promise \{ (<pending>|\[ 1, 2 \]) \} {2}\(/],
    [
      "[1, 2].map(async (x) => x)",
      /^\[ Promise \{ 1 \}, Promise \{ 2 \} \] {2}\(promises: is await Promise\.all/,
    ],
    ["({ deep: [Promise.resolve('x')] })", /^\{ deep: \[ Promise \{ 'x' \} \] \}$/],
    ["var failed = Promise.reject(3); failed.catch(() => {}); failed", /^Promise \{ <rejected> 3 \} {2}\(/],
  ];
  for (const [code, shown] of promises) {
    it(`show the promise of ${code} in one line`, async () => {
      assert.match(resultOf(await run(code)) ?? "", shown);
      const logged = streamOf(await run(`console.log(${code.split("; ").at(-1)})`), "stdout");
      assert.doesNotMatch(logged, noInternals);
      assert.equal(logged.trimEnd().split("\n").length, 1);
    });
  }

  it("hold nothing of the kernel in timers and requests", async () => {
    const code = `const timer = setTimeout(() => {}, 5); const immediate = setImmediate(() => {});
      console.log(timer, immediate, require("node:util").inspect(Promise.resolve(1), { showHidden: true }));`;
    assert.doesNotMatch(
      streamOf(await run(code), "stdout"),
      /kResourceStore\)\]: (?!CellMark)|msg_id|identities/,
    );
  });

  it("are a table for frames and series, long and wide ones cut with a count", async () => {
    await run(
      'import * as lab from "tumorlab"; const frame = lab.toDataFrame([{ arm: "real", dice: 0.5 }]);',
    );
    const [{ data }] = contentsOf(await run("frame"), "execute_result");
    assert.match(data["text/html"], /<table>[^]*>arm<[^]*>dice<[^]*>real<[^]*>0\.5</);
    assert.match(data["text/plain"], /^arm +dice\n-+ +-+\nreal +0\.5$/);
    const long = await run("lab.toDataFrame(Array.from({ length: 20_000 }, (_, i) => ({ i })))");
    assert.match(resultOf(long) ?? "", /\n19970 more rows$/);
    const wide = "lab.toDataFrame([Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`c${i}`, i]))])";
    assert.match(resultOf(await run(wide)) ?? "", /^the first 20 of 300 columns\nc0 .* c19\n/);
    assert.match(resultOf(await run('frame.column("arm")')) ?? "", /^arm\n-+\nreal$/);
    assert.match(resultOf(await run("frame.describe()")) ?? "", /dice[^]*count[^]*mean/);
    assert.match(resultOf(await run("({ columns: ['a'], values: [1] })")) ?? "", /^\{ columns/);
  });

  const missing: [code: string, name: string | undefined][] = [
    ['import _ from "lodashh";', "lodashh"],
    ['import { x } from "@no-such/thing/deep";', "@no-such/thing"],
    ['require("lodashh/fp")', "lodashh"],
    ['await import("lodashh" + "")', "lodashh"],
    ['import { y } from "./nowhere";', undefined],
    ['require("./nowhere")', undefined],
    ['import fs from "node:fss";', undefined],
  ];
  for (const [code, name] of missing) {
    it(`say how to install what is missing in ${code}`, async () => {
      const { evalue } = errorOf(await run(code));
      assert.match(evalue, /Cannot find (module|package)/);
      if (name === undefined) assert.doesNotMatch(evalue, /npm install/);
      else assert.ok(evalue.includes(`npm install ${name}, in the folder ${root}`), evalue);
    });
  }
});
