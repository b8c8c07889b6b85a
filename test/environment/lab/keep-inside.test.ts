import assert from "node:assert/strict";
import { JSDOM } from "jsdom";
import { keepInside } from "#environment/lab/src/logic/keep-inside.js";

const parse = (html: string): Document => new JSDOM(html).window.document;

describe("keepInside", () => {
  it("takes out what asks another site, whatever asks", () => {
    const hostile: Record<string, string> = {
      '<img src="http://a.example/x.png" alt="a scan">': '<span class="missing-picture">a scan</span>',
      '<img src="//a.example/x.png">': '<span class="missing-picture"></span>',
      '<p style="color:red;background:url(http://a.example)">x</p>': '<p style="color:red">x</p>',
      '<p style="background:u\\\\72l(http://a.example)">x</p>': '<p style="">x</p>',
      '<video poster="https://a.example/x"></video>': "<video></video>",
      '<audio src="https://a.example/x"></audio>': "<audio></audio>",
      '<form action="https://a.example"><b>name</b></form>': "<b>name</b>",
      '<table background="http://a.example"></table>': "<table></table>",
      '<img srcset="x.png, https://a.example/x 2x" src="x.png">': '<img src="x.png">',
    };
    for (const [html, expected] of Object.entries(hostile)) assert.equal(keepInside(html, parse), expected);
  });

  it("leaves links, own pictures and everything else as they are", () => {
    for (const html of [
      '<a href="https://a.example">a</a>',
      '<img src="data:image/png;base64,AAAA" alt="">',
      '<img src="pictures/x.png">',
      "<b>1 < 2</b>",
      "",
    ])
      assert.equal(keepInside(html, parse), html);
  });
});
