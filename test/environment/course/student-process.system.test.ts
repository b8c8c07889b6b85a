import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "./make-course.js";
import { startStudentProcess, type StudentProcess } from "#environment/course/student-process.js";
import type { StudentReply } from "#environment/course/student-program.js";

describe("the process of a student's code", function () {
  this.timeout(60_000);
  let student: StudentProcess;
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "student-"));
    student = startStudentProcess(root);
  });
  after(() => {
    student.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const evaluate = (code: string, values: unknown = {}): Promise<StudentReply> =>
    student.ask({ evaluate: { code, variable: "x", exercise: "scan-size", values } });
  const valueOf = async (code: string): Promise<unknown> => {
    const reply = await evaluate(code);
    return reply.kind === "value" ? reply.value : JSON.stringify(reply);
  };

  it("evaluates and calls, with the library and the exercise's values at hand", async () => {
    assert.equal(await valueOf("const x = lab.stats.mean([1, 2, 3]);"), 2);
    const opened = await evaluate(
      'const x = (await lessons.openExercise("scan-size")).values.slices + task.values.slices;',
      { $: "object", fields: { slices: 4 } },
    );
    assert.deepEqual(opened, { id: opened.id, kind: "value", value: 8 });
    assert.equal((await evaluate("const x = (a) => a.length;")).kind, "function");
    const called = await student.ask({ call: [{ $: "Float32Array", list: [1, 2, 3] }] });
    assert.deepEqual(called, { id: called.id, kind: "value", value: 3 });
  });

  /** Ways round what cells may import. */
  const sneak = (name: string): string =>
    `await Function("return import(" + JSON.stringify("node:${name}") + ")")()`;

  it("writes nothing, starts nothing and reads nothing but the library", async () => {
    const target = path.join(folder, "written");
    const secret = path.join(folder, "secret");
    writeFileSync(secret, "the secret");
    const attempts = [
      `const fs = ${sneak("fs")}; fs.writeFileSync(${JSON.stringify(target)}, "x"); const x = "written";`,
      `const fs = ${sneak("fs")}; const x = fs.readFileSync(${JSON.stringify(secret)}, "utf8");`,
      `const p = ${sneak("child_process")}; const x = String(p.execSync("cat ${secret}"));`,
      `const w = ${sneak("worker_threads")}; new w.Worker("process.exit()", { eval: true }); const x = "started";`,
      `const x = String(process.binding("fs"));`,
      `const x = require("node:fs").readFileSync(${JSON.stringify(secret)}, "utf8");`,
    ];
    for (const code of attempts) assert.equal((await evaluate(code)).kind, "fault", code);
    assert.ok(!existsSync(target));
    assert.equal(await valueOf("const x = 1;"), 1);
  });

  it("reaches no network, not even by another way to the modules", async () => {
    let visits = 0;
    const server = createServer((socket) => {
      visits++;
      socket.destroy();
    });
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    const { port } = server.address() as { port: number };
    for (const code of [
      `await fetch("http://127.0.0.1:${port}/"); const x = 1;`,
      `new WebSocket("ws://127.0.0.1:${port}/"); const x = 1;`,
      `const net = ${sneak("net")}; net.connect(${port}, "127.0.0.1"); const x = 1;`,
      `const net = ${sneak("net")}; new net.Socket().connect(${port}, "127.0.0.1"); const x = 1;`,
      `const http = (${sneak("http")}).default; http.get("http://127.0.0.1:${port}/"); const x = 1;`,
    ])
      assert.equal((await evaluate(code)).kind, "fault", code);
    await new Promise<void>((settle) => server.close(() => settle()));
    assert.equal(visits, 0);
  });

  it("gets hold of no module but the library's, and of no process to kill", async () => {
    for (const code of [
      `const x = ${sneak("fs")};`,
      `const x = await [JSON.stringify("node:fs")].map((name) => "return import(" + name + ")").map((text) => Function(text))[0]();`,
      `const x = await (0, eval)('import("node:process")');`,
      `const x = await (async () => 0).constructor('return import("node:process")')();`,
      `const x = new (class extends Function {})("return process.kill(process.ppid, 9)")();`,
      `const x = module.constructor._load("fs").readdirSync("/");`,
      `const x = require.main;\nx.require("fs");`,
    ])
      assert.equal((await evaluate(code)).kind, "fault", code);
    assert.equal(await valueOf("const x = 5;"), 5);
  });

  it("also runs without a sandbox, on what it is told until it is told nothing more", () => {
    const program = path.join(root, "environment", "dist", "course", "student-program.js");
    const requests = [
      {
        id: 1,
        evaluate: {
          code: 'const { stats } = require("tumorlab"); const x = stats.mean([1, 3]);',
          variable: "x",
          exercise: "",
          values: {},
        },
      },
      {
        id: 2,
        evaluate: {
          code: 'const { perturbLabels } = require("tumorlab/lessons"); const x = typeof perturbLabels;',
          variable: "x",
          exercise: "",
          values: {},
        },
      },
      { id: 3, evaluate: { code: "const x = Promise.resolve(1);", variable: "x", exercise: "", values: {} } },
      { id: 4, evaluate: { code: "const x = async (a) => a + 1;", variable: "x", exercise: "", values: {} } },
      { id: 5, call: [2] },
      { id: 6, evaluate: { code: "const x = { inner: () => 1 };", variable: "x", exercise: "", values: {} } },
      { id: 7, evaluate: { code: "throw { message: 4 };", variable: "x", exercise: "", values: {} } },
      { id: 8, evaluate: { code: "process.exit(); const x = 1;", variable: "x", exercise: "", values: {} } },
    ];
    const { output, status } = spawnSync(process.execPath, [program], {
      input: requests.map((each) => `${JSON.stringify(each)}\n`).join(""),
      stdio: ["pipe", "inherit", "inherit", "pipe"],
      encoding: "utf8",
    });
    assert.equal(status, 0);
    const replies = output[3]!
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(replies.slice(0, 5), [
      { id: 1, kind: "value", value: 2 },
      { id: 2, kind: "value", value: "function" },
      { id: 3, kind: "promise" },
      { id: 4, kind: "function" },
      { id: 5, kind: "resolved", value: 3 },
    ]);
    assert.deepEqual(
      replies.slice(5).map(({ id, kind }) => [id, kind]),
      [6, 7, 8].map((id) => [id, "fault"]),
    );
    assert.match(replies[5].fault, /function, which is no plain value/);
    assert.match(replies[7].fault, /process\.exit is not there/);
  });

  it("ends at its limits of memory outside the heap, and of time by the clock", async () => {
    const hungry = startStudentProcess(root, { processorS: 30, wallS: 60, memoryMiB: 300 });
    const hoard = "const all = []; for (;;) { all.push(new Uint8Array(1e7).fill(1)); await 0; } const x = 1;";
    const ask = { evaluate: { code: hoard, variable: "x", exercise: "", values: {} } };
    await assert.rejects(hungry.ask(ask), /memory/);
    assert.equal(hungry.isAlive, false);
    const idle = startStudentProcess(root, { processorS: 30, wallS: 2, memoryMiB: 300 });
    const wait = {
      ...ask.evaluate,
      code: "await new Promise(() => setInterval(() => 0, 1000)); const x = 1;",
    };
    await assert.rejects(idle.ask({ evaluate: wait }), /within 2 seconds/);
  });
});
