import assert from "node:assert/strict";
import { JSDOM } from "jsdom";
import { measureBox, measureTextLength, parseTransform } from "tumorlab/internal/plot/static/bounding-box";
import { flattenPath, pathLength, pointAtLength } from "tumorlab/internal/plot/static/path-points";
import type { TextStyle } from "tumorlab/internal/viewer/text-measure";

/** Every letter is 10 px wide, 11 px in bold, scaled with the size. */
const measure = (text: string, style: TextStyle) =>
  (text.length * (style.bold ? 11 : 10) * style.sizePx) / 10;

function element(markup: string) {
  const { window } = new JSDOM(`<svg xmlns="http://www.w3.org/2000/svg">${markup}</svg>`);
  const found = window.document.querySelector("svg")?.firstElementChild;
  assert.ok(found);
  return found;
}

describe("measureBox", () => {
  it("measures text by its anchor, size and weight", () => {
    const box = measureBox(
      element('<text x="100" y="50" text-anchor="end" style="font-size: 20px">abc</text>'),
      measure,
    );
    assert.equal(box.x, 40);
    assert.equal(box.width, 60);
    assert.ok(Math.abs(box.y - (50 - 0.905 * 20)) < 1e-9 && Math.abs(box.height - 1.117 * 20) < 1e-9);
    const mixed = element(
      '<text style="font-size: 10px">ab<tspan style="font-weight: bold">cd</tspan><tspan style="font-size: 70%">2</tspan></text>',
    );
    assert.ok(Math.abs(measureTextLength(mixed, measure) - (20 + 22 + 7)) < 1e-9);
  });

  it("stacks the lines of a text by their dy", () => {
    const text = element(
      '<text text-anchor="middle" style="font-size: 10px"><tspan class="line" x="0" y="0" dy="0em">ab</tspan>' +
        '<tspan class="line" x="0" y="0" dy="1.3em">abcd</tspan></text>',
    );
    const { x, width, height } = measureBox(text, measure);
    assert.deepEqual([x, width], [-20, 40]);
    assert.ok(Math.abs(height - (13 + 11.17)) < 1e-9);
  });

  it("joins the children of a group under their transforms, not its own", () => {
    const group = element(
      '<g transform="translate(500,500)"><rect x="0" y="0" width="10" height="4"/>' +
        '<path transform="rotate(90)" d="M0,0L20,0"/><circle cx="-5" cy="0" r="2"/><line x1="0" y1="-9" x2="1" y2="0"/></g>',
    );
    const { x, y, width, height } = measureBox(group, measure);
    assert.deepEqual(
      [x, y, width, height].map((n) => Math.round(n * 1e9) / 1e9),
      [-7, -9, 17, 29],
    );
    assert.deepEqual(measureBox(element("<g></g>"), measure), { x: 0, y: 0, width: 0, height: 0 });
  });

  it("reads the transforms Plotly writes", () => {
    assert.deepEqual([...parseTransform("translate(3)scale(2, 4)")], [2, 0, 0, 4, 3, 0]);
    assert.deepEqual([...parseTransform("matrix(1 2 3 4 5 6)")], [1, 2, 3, 4, 5, 6]);
    const [, , , , e, f] = parseTransform("rotate(180, 10, 5)");
    assert.ok(Math.abs(e - 20) < 1e-9 && Math.abs(f - 10) < 1e-9);
  });
});

describe("flattenPath", () => {
  it("follows absolute and relative commands", () => {
    assert.deepEqual(flattenPath("M1,2L4,6h3v-1l1,1H0V0Z"), [
      [1, 2],
      [4, 6],
      [7, 6],
      [7, 5],
      [8, 6],
      [0, 6],
      [0, 0],
      [1, 2],
    ]);
    assert.deepEqual(flattenPath("m1 1 2 0 0 2"), [
      [1, 1],
      [3, 1],
      [3, 3],
    ]);
    assert.deepEqual(flattenPath("M0,0A5,5 0 1 1 10,0"), [
      [0, 0],
      [10, 0],
    ]);
    assert.deepEqual(flattenPath(""), []);
  });

  it("cuts curves finely enough for their length", () => {
    const k = 0.5522847498;
    const quarter = flattenPath(`M1,0C1,${k} ${k},1 0,1`);
    assert.ok(Math.abs(pathLength(quarter) - Math.PI / 2) < 0.005);
    assert.ok(Math.abs(pathLength(flattenPath("M0,0Q0,0 3,4")) - 5) < 1e-9);
  });
});

describe("pointAtLength", () => {
  it("walks along the points and stops at the ends", () => {
    const points = flattenPath("M0,0L3,4L3,14");
    assert.deepEqual(pointAtLength(points, 2.5), { x: 1.5, y: 2 });
    assert.deepEqual(pointAtLength(points, 10), { x: 3, y: 9 });
    assert.deepEqual(pointAtLength(points, 99), { x: 3, y: 14 });
    assert.deepEqual(pointAtLength(points, -1), { x: 0, y: 0 });
    assert.deepEqual(pointAtLength([], 1), { x: 0, y: 0 });
  });
});
