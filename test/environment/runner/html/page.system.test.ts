import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { JSDOM } from "jsdom";
import { codeCell, makeFolder, notebookOf, projectRoot, removeFolder, textCell } from "../make-notebook.js";
import { renderPage } from "#environment/runner/html/page.js";
import type { Cell, Notebook, Output } from "#environment/runner/notebook.js";

const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const display = (data: Record<string, unknown>): Output => ({
  output_type: "display_data",
  data,
  metadata: {},
});
const source = {
  file: path.join(projectRoot, "notebooks", "x.ipynb"),
  root: projectRoot,
  name: "notebooks/x.ipynb",
};

async function openPage(notebook: Notebook, from = source): Promise<Document> {
  return new JSDOM(await renderPage(notebook, from)).window.document;
}

describe("renderPage", () => {
  it("takes its title from the first heading and lists the sections", async () => {
    const document = await openPage(notebookOf(textCell("# The `data` & you\n\n## One\n\n## Two & three")));
    assert.equal(document.title, "The data & you");
    const links = [...document.querySelectorAll("nav a")];
    assert.deepEqual(
      links.map((link) => [link.textContent, link.getAttribute("href")]),
      [
        ["One", "#one"],
        ["Two & three", "#two-three"],
      ],
    );
    for (const link of links) assert.ok(document.querySelector(link.getAttribute("href")!));
    assert.match(document.querySelector("footer")!.textContent ?? "", /notebooks\/x\.ipynb/);
  });

  it("carries no script where nothing is live, and lets none run", async () => {
    const document = await openPage(
      notebookOf(textCell("# A"), codeCell("1", [], [display({ "image/png": png })])),
    );
    assert.equal(document.querySelectorAll("script").length, 0);
    const policy = document.querySelector("meta[http-equiv]")!.getAttribute("content")!;
    assert.match(policy, /default-src 'none'; script-src 'none'/);
  });

  it("allows exactly the scripts it carries, by their hashes", async () => {
    const figure = {
      "application/vnd.plotly.v1+json": { data: [{ y: ["</script>"] }], layout: {} },
      "text/plain": "t",
    };
    const html = await renderPage(notebookOf(codeCell("1", [], [display(figure)])), source);
    const { document } = new JSDOM(html).window;
    const [data, ...scripts] = document.querySelectorAll("script");
    assert.equal(data.type, "application/json");
    assert.deepEqual(JSON.parse(data.textContent), figure["application/vnd.plotly.v1+json"]);
    assert.equal(scripts.length, 2);
    const policy = document.querySelector("meta[http-equiv]")!.getAttribute("content")!;
    const hashes = scripts.map((script) => createHash("sha256").update(script.textContent).digest("base64"));
    assert.match(
      policy,
      new RegExp(
        `script-src ${hashes.map((hash) => `'sha256-${hash.replace(/[+/]/g, "\\$&")}'`).join(" ")};`,
      ),
    );
    assert.ok(!policy.includes("unsafe-eval"));
    const gl = { "application/vnd.plotly.v1+json": { data: [{ type: "scattergl" }], layout: {} } };
    assert.match(await renderPage(notebookOf(codeCell("1", [], [display(gl)])), source), /'unsafe-eval'/);
  });

  it("shows the richest type of an output that a page can show", async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const outputs: Output[] = [
      { output_type: "stream", name: "stderr", text: "\u001b[31mred\u001b[0m <b>" },
      { output_type: "error", ename: "E", evalue: "v", traceback: ["\u001b[1mE\u001b[0m: v", "  at x"] },
      display({ "text/html": "<table><tr><td>1</td></tr></table>", "text/plain": "1" }),
      display({ "image/svg+xml": svg, "text/plain": "a circle" }),
      display({ "text/markdown": "**bold**", "text/plain": "bold" }),
      display({ "text/plain": "a < b" }),
      display({ "application/json": { a: 1 } }),
      display({ "application/vnd.unknown+json": {} }),
    ];
    const document = await openPage(notebookOf(codeCell("x", [], outputs)));
    const [stream, error, html, picture, markdown, plain, json, none] =
      document.querySelector(".outputs")!.children;
    assert.equal(stream.textContent, "red <b>");
    assert.equal(stream.className, "stream stderr");
    assert.equal(error.textContent, "E: v\n  at x");
    assert.ok(html.querySelector("td"));
    assert.match(picture.querySelector("img")!.src, /^data:image\/svg\+xml;base64,/);
    assert.equal(picture.querySelector("img")!.alt, "a circle");
    assert.ok(markdown.querySelector("strong"));
    assert.equal(plain.textContent, "a < b");
    assert.equal(json.textContent, '{\n  "a": 1\n}');
    assert.equal(none, undefined);
  });

  it("shows a progress bar as it stood in the end", async () => {
    const bar = { label: "Fit", done: 30, total: 40, values: { loss: 0.25 }, state: "interrupted" };
    const document = await openPage(
      notebookOf(
        codeCell(
          "x",
          [],
          [display({ "application/vnd.tumorlab.progress+json": bar, "text/plain": "Fit: 30 of 40" })],
        ),
      ),
    );
    assert.equal(document.querySelector("pre.result")?.textContent, "Fit: 30 of 40");
  });

  it("folds away code that the notebook hides and marks cells that are meant to fail", async () => {
    const hidden = codeCell("const a = 1;");
    hidden.metadata = { jupyter: { source_hidden: true } };
    const document = await openPage(notebookOf(hidden, codeCell("throw 1", ["raises-exception"])));
    assert.equal(document.querySelector("details pre.source")?.textContent, "const a = 1;");
    assert.match(document.querySelector(".note")?.textContent ?? "", /meant to fail/);
  });

  it("puts pictures attached to or beside the notebook into the page, and none from outside the project", async () => {
    const folder = await makeFolder();
    try {
      await mkdir(path.join(folder, "root", "notebooks"), { recursive: true });
      await mkdir(path.join(folder, "root", "environment", "runner", "html"), { recursive: true });
      await writeFile(path.join(folder, "root", "environment", "runner", "html", "page.css"), "");
      await writeFile(path.join(folder, "root", "notebooks", "a b.png"), Buffer.from(png, "base64"));
      await writeFile(path.join(folder, "secret.png"), "secret");
      await symlink(path.join(folder, "secret.png"), path.join(folder, "root", "notebooks", "link.png"));
      const cell: Cell = {
        ...textCell(
          "![beside](a%20b.png) ![attached](attachment:c.png) ![up](../../secret.png) ![link](link.png) ![web](https://example.org/x.png)",
        ),
        attachments: { "c.png": { "image/png": png } },
      };
      const root = path.join(folder, "root");
      const document = await openPage(notebookOf(cell), {
        root,
        file: path.join(root, "notebooks", "x.ipynb"),
        name: "notebooks/x.ipynb",
      });
      assert.deepEqual(
        [...document.querySelectorAll("img")].map(({ alt, src }) => [alt, src]),
        [
          ["beside", `data:image/png;base64,${png}`],
          ["attached", `data:image/png;base64,${png}`],
        ],
      );
      assert.deepEqual(
        [...document.querySelectorAll(".missing-picture")].map(({ textContent }) => textContent),
        ["up", "link", "web"],
      );
    } finally {
      await removeFolder(folder);
    }
  });

  it("says what to build when the volume viewer is missing", async () => {
    const folder = await makeFolder();
    try {
      const volume = display({ "application/vnd.tumorlab.volume+json": {} });
      await assert.rejects(
        renderPage(notebookOf(codeCell("x", [], [volume])), { ...source, root: folder }),
        /viewer\.js.*npm run build/,
      );
    } finally {
      await removeFolder(folder);
    }
  });
});
