import assert from "node:assert/strict";
import { errorOf, resultOf, streamOf, useSharedKernel } from "./support.js";

describe("the language of cells", function () {
  // Outside of the project: "tumorlab" is found all the same.
  const kernel = useSharedKernel(this);

  const awaits: [code: string, result: string | undefined][] = [
    ["await (1)", "1"],
    ["await (async () => 2)()", "2"],
    ["const three = await (Promise.resolve(3)); three", "3"],
    ["`${await 4}`", "'4'"],
    ["Math.max(await 5, await (4))", "5"],
    ["await [6]", "[ 6 ]"],
    ["const { seven } = await (async () => ({ seven: 7 }))(); seven", "7"],
    ["if (await (true)) { var eight = 8 }\neight", "8"],
    ["const later = async () => { await (0); return 9; };\nawait later()", "9"],
    [
      "async function* count() { yield 10 }\nlet last = 0; for await (const each of count()) last = each;\nlast",
      "10",
    ],
  ];
  for (const [code, result] of awaits) {
    it(`awaits in ${JSON.stringify(code)}`, async () => {
      const outcome = await kernel().execute(code);
      assert.equal(outcome.reply.content.status, "ok", JSON.stringify(outcome.reply.content));
      assert.equal(resultOf(outcome), result);
    });
  }

  it("iterates asynchronously at top level without another await", async () => {
    const outcome = await kernel().execute("for await (const each of [1, 2]) console.log(each);");
    assert.equal(streamOf(outcome, "stdout"), "1\n2\n");
  });

  it("declares let, const and class anew in later cells", async () => {
    await kernel().execute("let a = 1; const b = 2; class C { x = 1 }");
    const outcome = await kernel().execute(
      'const a = "text"; let b = [3]; class C { y = 2 }\n[a.length, b[0], new C().y]',
    );
    assert.equal(resultOf(outcome), "[ 4, 3, 2 ]");
  });

  it("imports the project's package, with its types, from any folder", async () => {
    const outcome = await kernel().execute('import * as lab from "tumorlab";\ntypeof lab.createKey');
    assert.equal(resultOf(outcome), "'function'");
    const { evalue } = errorOf(await kernel().execute("lab.noSuchName"));
    assert.match(evalue, /Property 'noSuchName' does not exist/);
  });

  const described: [name: string, code: string, text: RegExp][] = [
    ["the library", 'import * as lab from "tumorlab"; lab.createKey', /\n\nThe root key of a seed\./],
    [
      "another name of it",
      'import { createKey as made } from "tumorlab"; made',
      /\n\nThe root key of a seed\./,
    ],
    ["Node", 'import fs from "node:fs"; fs.readFileSync', /\n\nReturns the contents of the `path`\./],
    [
      "what a class inherits",
      "class Own extends Array<number> {}\nnew Own().map",
      /\n\nCalls a defined callback/,
    ],
    ["a cell", "/** Of mine. */\nfunction mine() {}\nmine", /\n\nOf mine\./],
  ];
  for (const [name, code, text] of described)
    it(`shows the doc comments of ${name}`, async () => {
      const { reply } = await kernel().request("shell", "inspect_request", { code, cursor_pos: code.length });
      assert.match((reply.content.data as Record<string, string>)["text/plain"], text);
    });

  it("knows Node and nothing of the project's test types", async () => {
    assert.equal(
      (await kernel().execute('import fs from "node:fs"; fs.existsSync("/")')).reply.content.status,
      "ok",
    );
    assert.match(errorOf(await kernel().execute("describe")).evalue, /Cannot find name 'describe'/);
  });

  it("says that browser cells are not run", async () => {
    const { evalue } = errorOf(await kernel().execute("/** @browser */\nalert(1)"));
    assert.match(evalue, /not run by this kernel/);
  });
});
