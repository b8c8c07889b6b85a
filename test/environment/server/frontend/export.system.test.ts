import assert from "node:assert/strict";
import { openLab, rawRequest, type TestLab } from "../support/harness.js";

const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const data = {
  "application/vnd.plotly.v1+json": { data: [{ type: "bar", y: [1] }] },
  "image/png": png,
  "text/plain": "A bar",
};
const notebook = {
  cells: [
    { cell_type: "markdown", id: "a", source: "# Title\n\nText.", metadata: {} },
    {
      cell_type: "code",
      id: "b",
      source: "const x = 1;",
      metadata: {},
      execution_count: 1,
      outputs: [{ output_type: "display_data", data, metadata: {} }],
    },
  ],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
};

describe("/nbconvert", () => {
  let lab: TestLab;
  before(async () => {
    lab = await openLab();
    lab.put("notebooks/a b's.ipynb", JSON.stringify(notebook));
    lab.put("notebooks/broken.ipynb", '{"cells": [');
    lab.put("notebooks/data.csv", "a,b");
  });
  after(() => lab.close());
  const get = (format: string, query = "", path = "notebooks/a%20b%27s.ipynb") =>
    lab.ask("GET", `/nbconvert/${format}/${path}${query}`);

  it("offers what it can make, and makes what it offers", async () => {
    const { json } = await lab.ask("GET", "/api/nbconvert");
    assert.deepEqual(Object.keys(json as object), ["html", "markdown", "pdf", "TypeScript"]);
    for (const format of Object.keys(json as object)) assert.equal((await get(format)).status, 200, format);
  });
  it("gives files of their own names, as pages without this server's rights", async () => {
    for (const [format, ending, type] of [
      ["html", "html", "text/html"],
      ["markdown", "md", "text/markdown"],
      ["typescript", "ts", "text/x-typescript"],
    ]) {
      const { headers } = await get(format, "?download=true");
      assert.equal(headers.get("content-disposition"), `attachment; filename*=UTF-8''a%20b%27s.${ending}`);
      assert.equal(headers.get("content-type"), `${type}; charset=utf-8`);
      const policy = headers.get("content-security-policy") ?? "";
      assert.match(policy, /^sandbox /);
      assert.doesNotMatch(policy, /allow-same-origin/);
    }
  });
  it("has live figures in the file, pictures alone in what is printed", async () => {
    const file = (await get("html", "?download=1")).text;
    assert.match(file, /Plotly\.newPlot/);
    const still = (await get("html")).text;
    assert.doesNotMatch(still, /<script/);
    assert.ok(still.includes(png));
    const printing = await get("pdf", "?download=true");
    assert.match(printing.headers.get("content-disposition") ?? "", /^inline/);
    assert.deepEqual(printing.text.match(/<script>.*?<\/script>/g), [
      `<script>addEventListener("load", () => print());</script>`,
    ]);
  });
  it("refuses what it cannot make, in words", async () => {
    for (const [answer, status, words] of [
      [await get("latex"), 404, /"latex", but as html, markdown, pdf, TypeScript/],
      [await get("html", "", "notebooks/data.csv"), 400, /ends in \.ipynb/],
      [await get("html", "", "notebooks/none.ipynb"), 404, /no such file/],
      [await get("html", "", "notebooks/broken.ipynb"), 422, /broken\.ipynb/],
    ] as const) {
      assert.equal(answer.status, status);
      assert.match((answer.json as { message: string }).message, words);
    }
    const page = await lab.ask("GET", "/nbconvert/html/notebooks/broken.ipynb", undefined, {
      "Sec-Fetch-Dest": "document",
    });
    assert.deepEqual([page.status, page.text.includes("<h1>The notebook was not exported")], [422, true]);
  });
  it("needs the token", async () => {
    const { status } = await rawRequest(lab.server.port, "GET", "/nbconvert/html/notebooks/a.ipynb", {
      Host: `127.0.0.1:${lab.server.port}`,
    });
    assert.equal(status, 403);
  });
});

describe("/api/resolvePath", () => {
  let lab: TestLab;
  before(async () => {
    lab = await openLab();
    for (const path of ["src/nifti/read.ts", "notebooks/mine.ts", "top.ts"]) lab.put(path, "");
  });
  after(() => lab.close());

  it("finds files of the project as tracebacks name them, and nothing else", async () => {
    const resolve = async (path: string) => {
      const { status, json } = await lab.ask("GET", `/api/resolvePath?path=${encodeURIComponent(path)}`);
      assert.equal(status, 200, path);
      return (json as { resolved: { path: string }[] }).resolved[0]?.path;
    };
    assert.equal(await resolve("/nifti/read.ts"), "src/nifti/read.ts");
    assert.equal(await resolve(`${lab.root}/src/nifti/read.ts`), "src/nifti/read.ts");
    assert.equal(await resolve("./mine.ts"), "notebooks/mine.ts");
    assert.equal(await resolve("./top.ts"), "top.ts");
    for (const path of [
      "",
      "/",
      "/etc/passwd",
      "/read.ts",
      "../../etc/passwd",
      "./.tumorlab/trust",
      "~/x",
      "/a\0",
    ])
      assert.equal(await resolve(path), undefined, path);
  });
});
