import assert from "node:assert/strict";
import fc from "fast-check";
import { JSDOM } from "jsdom";
import { highlightCode } from "#environment/runner/html/highlight.js";
import { createMarkdownRenderer, type MarkdownRenderer } from "#environment/runner/html/markdown.js";
import { escapeHtml, sanitize } from "#environment/runner/html/sanitize.js";

/** What could act: scripts, handlers, frames, addresses that load by themselves. */
function findActive(html: string): string[] {
  const { document } = new JSDOM(html).window;
  const found: string[] = [];
  for (const element of document.querySelectorAll("*")) {
    const name = element.tagName.toLowerCase();
    if (/^(script|style|iframe|object|embed|form|input|button|link|meta|base|svg)$/.test(name))
      found.push(name);
    for (const { name: attribute, value } of element.attributes) {
      if (attribute.startsWith("on")) found.push(`${name} ${attribute}`);
      if (/^\s*(javascript|vbscript)\s*:/i.test(value)) found.push(`${name} ${value}`);
      if (attribute === "src" && !value.startsWith("data:image/")) found.push(`${name} src ${value}`);
      if (attribute === "style" && /url|expression|@import/i.test(value)) found.push(`${name} ${value}`);
      if (attribute === "href" && /^data:/i.test(value)) found.push(`${name} ${value}`);
    }
  }
  return found;
}

const attacks = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  '<img src="https://example.org/x.png" alt="A scan">',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  "<svg onload=alert(1)><script>alert(1)</script></svg>",
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<div style="background:url(https://example.org/x)">x</div>',
  '<div style="background:url(x)">x</div>',
  '<div style="background: URL (x.png)">x</div>',
  '<video poster="https://example.org/x"></video>',
  '<style>@import "https://example.org/x.css";</style>',
  '<form action="https://example.org"><input name=a></form>',
  '<base href="https://example.org/">',
  '<math><mtext><table><mglyph><style><img src=x onerror="alert(1)">',
  '<p title="</p><script>alert(1)</script>">x',
];

describe("sanitize", () => {
  it("leaves nothing that can act", () => {
    for (const attack of attacks) assert.deepEqual(findActive(sanitize(attack)), [], attack);
  });

  it("keeps tables, their looks and pictures that are in the text", () => {
    const table = '<table><thead><tr><th scope="col" style="text-align:right">ml</th></tr></thead></table>';
    assert.equal(sanitize(table), table);
    assert.match(
      sanitize('<img src="data:image/png;base64,AAAA" alt="a">'),
      /src="data:image\/png;base64,AAAA"/,
    );
    assert.match(sanitize(attacks[2]), /<span class="missing-picture">A scan<\/span>/);
    assert.match(
      sanitize('<div style="width:40%;background:#0b5c8a">x</div>'),
      /width:40%;background:#0b5c8a/,
    );
  });
});

describe("createMarkdownRenderer", () => {
  let render: MarkdownRenderer;
  beforeEach(async () => {
    render = await createMarkdownRenderer((address) =>
      address === "scan.png" ? "data:image/png;base64,AAAA" : undefined,
    );
  });

  it("renders headings with ids of their own, lists, tables and links between notebooks", () => {
    const { html, headings } = render(
      "# The *data*\n\n## Look\n\n## Look\n\n- [next](01-one-scan.ipynb#look) and [web](https://example.org/a.ipynb)\n\n" +
        "| a | b |\n|---|--:|\n| 1 | 2 |",
    );
    assert.deepEqual(
      headings.map(({ level, id, text }) => [level, id, text]),
      [
        [1, "the-data", "The data"],
        [2, "look", "Look"],
        [2, "look-2", "Look"],
      ],
    );
    assert.match(html, /<h1 id="the-data">The <em>data<\/em><\/h1>/);
    assert.match(html, /href="01-one-scan\.html#look"/);
    assert.match(html, /href="https:\/\/example\.org\/a\.ipynb"/);
    assert.match(html, /<td align="right">2<\/td>/);
  });

  it("keeps ids apart over all texts of a notebook", () => {
    render("## Look");
    assert.equal(render("## Look").headings[0].id, "look-2");
  });

  it("sets formulas as MathML and leaves prices alone", () => {
    const { html } = render("volume $V = \\frac{4}{3}\\pi r^3$ costs $5 or $6\n\n$$\na_1 * b_2 * c\n$$\n");
    assert.equal(html.match(/<math/g)?.length, 2);
    assert.match(html, /<mfrac>/);
    assert.match(html, /display="block"/);
    assert.match(html, /costs \$5 or \$6/);
    assert.ok(!html.includes("<em>"), "no emphasis inside a formula");
    assert.match(render("$\\frac{$").html, /katex-error|math/);
  });

  it("puts pictures into the text and shows the words of those it has not", () => {
    assert.match(render("![A scan](scan.png)").html, /<img src="data:image\/png;base64,AAAA" alt="A scan"/);
    assert.match(render("![A scan](other.png)").html, /<span class="missing-picture">A scan<\/span>/);
  });

  it("leaves nothing that can act, whatever stands in the text", () => {
    for (const attack of attacks) assert.deepEqual(findActive(render(attack).html), [], attack);
    for (const attack of [
      "[x](javascript:alert(1))",
      "[x](<java\nscript:alert(1)>)",
      "<javascript:alert(1)>",
    ]) {
      assert.deepEqual(findActive(render(attack).html), [], attack);
    }
    const piece = fc.constantFrom(
      ...attacks,
      "$",
      "`",
      "[",
      "](",
      ")",
      "<",
      ">",
      '"',
      "\n",
      "# ",
      "data-math",
      "x",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        assert.deepEqual(findActive(render(pieces.join("")).html), []);
      }),
      { numRuns: 60 },
    );
  });
});

describe("highlightCode", () => {
  it("marks comments, strings, numbers, keywords and calls", () => {
    assert.equal(
      highlightCode('const a = f("<x>", 1.5); // no'),
      '<span class="tok-keyword">const</span> a = <span class="tok-call">f</span>(' +
        '<span class="tok-string">&quot;&lt;x&gt;&quot;</span>, <span class="tok-number">1.5</span>); ' +
        '<span class="tok-comment">// no</span>',
    );
  });

  it("changes no character of the code", () => {
    fc.assert(
      fc.property(fc.string(), (code) => {
        const text = highlightCode(code).replace(/<\/?span[^>]*>/g, "");
        assert.equal(text, escapeHtml(code));
      }),
    );
  });
});
