import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { openLab, type TestLab } from "../support/harness.js";
import { parseJson5 } from "#environment/server/frontend/json5.js";

const themes = "@jupyterlab/apputils-extension:themes";
const schemas = [
  {
    id: themes,
    version: "4.6.4",
    schema: { type: "object", properties: { theme: { default: "Tumorlab Light" } } },
  },
  { id: "tumorlab:viewer", version: "0.1.0", schema: { type: "object" } },
];

describe("/lab/api/settings", () => {
  let lab: TestLab;
  beforeEach(async () => {
    lab = await openLab();
    lab.put(
      "environment/lab/dist/lab.json",
      JSON.stringify({ entry: "assets/a.js", settings: "schemas/all.json" }),
    );
    lab.put("environment/lab/dist/schemas/all.json", JSON.stringify(schemas));
  });
  afterEach(() => lab.close());
  const url = `/lab/api/settings/${themes}`;

  it("lists the schemas of the front end, with the project's defaults in them", async () => {
    const { settings } = (await lab.ask("GET", "/lab/api/settings")).json;
    assert.deepEqual(settings[0], {
      ...schemas[0],
      raw: "{}",
      settings: {},
      last_modified: null,
      created: null,
    });
    assert.equal(settings.length, 2);
    assert.deepEqual(
      (await lab.ask("GET", "/lab/api/settings?ids_only=true")).json.settings,
      schemas.map(({ id }) => ({ id })),
    );
  });
  it("keeps what the reader changes, comments and all, in .tumorlab", async () => {
    const raw = '{\n  // dark at night\n  "theme": "Tumorlab Dark",\n}';
    assert.equal((await lab.ask("PUT", url, { raw })).status, 204);
    const { json } = await lab.ask("GET", url);
    assert.deepEqual([json.raw, json.settings], [raw, { theme: "Tumorlab Dark" }]);
    assert.ok(Date.parse(json.last_modified) > 0);
    assert.deepEqual(readdirSync(join(lab.root, ".tumorlab/settings")), [
      `${encodeURIComponent(themes)}.json`,
    ]);
    const encoded = await lab.ask("GET", `/lab/api/settings/${encodeURIComponent(themes)}`);
    assert.equal(encoded.json.raw, raw);
  });
  it("refuses settings that can't be read, keeping the old ones, and warns of a file that holds such", async () => {
    await lab.ask("PUT", url, { raw: "{a: 1}" });
    for (const raw of ["{ theme", "[".repeat(200_000), "[]", "5", "null", '"x"', "{,}", '{"a" 1}'])
      assert.equal((await lab.ask("PUT", url, { raw })).status, 400, raw.slice(0, 10));
    assert.equal((await lab.ask("GET", url)).json.raw, "{a: 1}");
    lab.put(`.tumorlab/settings/${encodeURIComponent(themes)}.json`, "{ theme");
    const { json } = await lab.ask("GET", url);
    assert.deepEqual([json.raw, json.settings], ["{}", {}], "a front end reads raw");
    assert.match(json.warning, /not a JSON object/);
  });
  it("knows no others and takes nothing else", async () => {
    assert.equal((await lab.ask("GET", "/lab/api/settings/none:none")).status, 404);
    assert.equal((await lab.ask("PUT", "/lab/api/settings/..%2f..%2fx", { raw: "{}" })).status, 404);
    assert.equal((await lab.ask("PUT", url, { raw: 5 })).status, 400);
    assert.equal((await lab.ask("PUT", url, {})).status, 400);
  });
});

describe("parseJson5", () => {
  it("reads what people write into settings", () => {
    assert.deepEqual(parseJson5('{ /* a */ "a": "// no /* comment */", // b\n "b": [1, 2,], }'), {
      a: "// no /* comment */",
      b: [1, 2],
    });
    assert.deepEqual(parseJson5('\ufeff{ "a": 1 }'), { a: 1 });
    assert.deepEqual(
      parseJson5(
        String.raw`{ single: 'it\'s', $a_1: +0x1F, "b": [-.5, 5., 1e3, -Infinity], c: 'a\u0062\x63\n', d: null }`.replace(
          /\\\\/g,
          "\\",
        ),
      ),
      { single: "it's", $a_1: 31, b: [-0.5, 5, 1000, -Infinity], c: "abc\n", d: null },
    );
    assert.deepEqual(parseJson5('["a\\\nb", NaN]'), ["ab", NaN]);
    for (const text of [
      "{a}",
      "[1 2]",
      "01",
      "1x",
      "'a",
      '"a\nb"',
      "/*",
      "undefined",
      "[,]",
      "{__proto__}",
      "[".repeat(1000),
    ])
      assert.equal(parseJson5(text), undefined, text);
    assert.equal(Object.getPrototypeOf(parseJson5('{"__proto__": 1}')), Object.prototype);
    assert.deepEqual(parseJson5(" "), {});
    assert.equal(parseJson5("{ a"), undefined);
  });
  it("reads all JSON as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) =>
        assert.deepEqual(parseJson5(JSON.stringify(value)), JSON.parse(JSON.stringify(value))),
      ),
    );
  });
});

describe("/lab/api/workspaces", () => {
  let lab: TestLab;
  beforeEach(async () => {
    lab = await openLab();
  });
  afterEach(() => lab.close());

  it("keeps layouts by id", async () => {
    const workspace = { data: { "layout-restorer:data": { main: {} } }, metadata: { id: "auto-k/../x" } };
    const url = `/lab/api/workspaces/${encodeURIComponent("auto-k/../x")}`;
    assert.deepEqual((await lab.ask("GET", url)).json, { data: {}, metadata: { id: "auto-k/../x" } });
    assert.equal((await lab.ask("PUT", url, workspace)).status, 204);
    const { json } = await lab.ask("GET", url);
    assert.deepEqual([json.data, json.metadata.id], [workspace.data, "auto-k/../x"]);
    const { workspaces } = (await lab.ask("GET", "/lab/api/workspaces")).json;
    assert.deepEqual([workspaces.ids, workspaces.values.length], [["auto-k/../x"], 1]);
    assert.equal((await lab.ask("DELETE", url)).status, 204);
    assert.equal((await lab.ask("DELETE", url)).status, 404);
  });
  it("refuses what is no layout, or another's", async () => {
    for (const body of [{}, { data: 1, metadata: { id: "a" } }, { data: {}, metadata: { id: "b" } }])
      assert.equal((await lab.ask("PUT", "/lab/api/workspaces/a", body)).status, 400);
  });
  it("takes time by the length of the text, whatever it is", () => {
    for (const piece of ['\\"', "/*/", ",  ", "'", "//", " ", "[", "/**/"])
      parseJson5(`"${piece.repeat(300_000)}`);
    for (const piece of ["/*/", ", ", " ", "//", "/**/"]) parseJson5(piece.repeat(300_000));
  });
});
