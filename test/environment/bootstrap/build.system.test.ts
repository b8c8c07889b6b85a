import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { importBootstrap, makeFakeProject, type FakeProject } from "./fake-project.js";

const failing = (text: string) => `console.log(${JSON.stringify(text)}); process.exitCode = 2;`;

describe("prepareLab", () => {
  let fake: FakeProject;
  const said: string[] = [];
  const teller = {
    say: (text: string) => said.push(text),
    begin: (doing: string) => ({ update: () => {}, end: (text: string) => said.push(`${doing}: ${text}`) }),
  };
  const prepare = async () => (await importBootstrap("prepare.mjs")).prepareLab(fake.project, teller);

  beforeEach(async () => {
    fake = await makeFakeProject();
    said.length = 0;
    for (const name of ["typescript", "typescript-7"]) fake.write(`node_modules/${name}/bin/tsc`, "");
    fake.write("node_modules/.package-lock.json", readFileSync(fake.project.lockfile, "utf8"));
    fake.write("environment/lab/build.mjs", "");
    fake.write("environment/kernel/spec.ts", "");
    fake.write(
      "environment/dist/kernel/spec.js",
      "exports.createKernelSpec = (root) => ({ argv: ['node', root], display_name: 'TypeScript' });",
    );
  });
  afterEach(() => fake.remove());

  it("builds, and registers the kernel where JUPYTER_PATH finds it", async () => {
    await prepare();
    assert.deepEqual(said, ["Building what changed: Built"]);
    const spec = path.join(fake.root, ".tumorlab/share/jupyter/kernels/tumorlab/kernel.json");
    assert.deepEqual(JSON.parse(readFileSync(spec, "utf8")).argv, ["node", fake.root]);
    await prepare();
    assert.equal(JSON.parse(readFileSync(spec, "utf8")).display_name, "TypeScript");
  });

  it("opens a lab whose sources have type errors, as long as it was compiled", async () => {
    fake.write("node_modules/typescript-7/bin/tsc", failing("a.ts(1,1): error TS1\n".repeat(40)));
    await assert.rejects(prepare(), /do not compile/);
    assert.match(said.join("\n"), /error TS1[\s\S]*and 20 lines more/);
    fake.write("environment/server/main.ts", "");
    fake.write("environment/dist/server/main.js", "");
    await prepare();
    assert.match(said.at(-1) ?? "", /Opening all the same/);
  });

  it("does not open without a front end, and says what its build said", async () => {
    fake.write("environment/lab/build.mjs", failing("Rollup failed to resolve import"));
    await assert.rejects(prepare(), /front end could not be built:\nRollup failed to resolve import/);
  });

  it("stops when it is told to", async () => {
    fake.write("node_modules/typescript-7/bin/tsc", "setTimeout(() => {}, 600_000);");
    const { prepareLab } = await importBootstrap("prepare.mjs");
    await assert.rejects(
      prepareLab(fake.project, teller, AbortSignal.timeout(300)),
      /Stopped while building/,
    );
  });
});
