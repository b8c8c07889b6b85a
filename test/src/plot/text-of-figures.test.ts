import assert from "node:assert/strict";
import fc from "fast-check";
import { groupThousands } from "tumorlab/internal/core/group-thousands";
import { estimateTextWidthPx, wrapText } from "tumorlab/internal/plot/wrap-text";

describe("wrapText", () => {
  it("keeps every line to the width, breaks between words alone and loses none", () => {
    const words = fc.array(fc.stringMatching(/^[a-zA-Z0-9.(]{1,12}$/), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 300 }), (parts, widthPx) => {
        const lines = wrapText(parts.join(" "), widthPx, 11);
        assert.equal(lines.join(" "), parts.join(" "));
        for (const line of lines)
          assert.ok(!line.includes(" ") || estimateTextWidthPx(line, 11) <= widthPx, line);
      }),
    );
    assert.deepEqual(wrapText("", 100, 11), [""]);
    assert.deepEqual(wrapText("0.057 apart (0.031 to 0.095; chance 0.022)", 180, 11).length, 2);
  });
});

describe("groupThousands", () => {
  it("groups from 1,000 on, and only digits before the point", () => {
    const expected: [number | string, string][] = [
      [0, "0"],
      [999, "999"],
      [1000, "1,000"],
      [10136, "10,136"],
      [-1234567, "-1,234,567"],
      ["\u22121234.5678", "\u22121,234.5678"],
      [0.12345, "0.12345"],
      ["1e+21", "1e+21"],
      ["Infinity", "Infinity"],
      ["BDMAP_00001234", "BDMAP_00001234"],
    ];
    for (const [value, text] of expected) assert.equal(groupThousands(value), text);
  });
});
