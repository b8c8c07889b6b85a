import assert from "node:assert/strict";
import { LabError } from "tumorlab/internal/core/errors";
import { describeFigure } from "tumorlab/internal/plot/describe";
import { checkFigure, type Figure } from "tumorlab/internal/plot/figure";

describe("checkFigure", () => {
  it("refuses what is not a figure and names the part at fault", () => {
    assert.throws(() => checkFigure(null), LabError);
    assert.throws(() => checkFigure({ layout: {} }), /figure\.data: found undefined/);
    assert.throws(() => checkFigure({ data: [{}, 3], layout: {} }), /figure\.data\[1\]: found 3/);
    assert.throws(() => checkFigure({ data: [], layout: "wide" }), /figure\.layout/);
    checkFigure({ data: [], layout: {} });
  });
});

describe("describeFigure", () => {
  const figure: Figure = {
    data: [
      { type: "bar", name: "Volume &lt;b&gt;", x: ["Liver", "Spleen"], y: [1500, 200] },
      { y: [1, 2, 3] },
    ],
    layout: {
      title: { text: "<b>Organs</b><br>of one case" },
      xaxis: { title: { text: "Organ" } },
      yaxis: { title: { text: "Volume (ml)" } },
    },
  };

  it("names title, axes and traces with their number of values", () => {
    assert.equal(
      describeFigure(figure),
      'Figure: Organs of one case. Axes: Organ, Volume (ml)\n- bar "Volume <b>", 2 values\n- scatter, 3 values',
    );
  });

  it("keeps to the number of lines it is given and counts the rest", () => {
    const many = { data: Array.from({ length: 30 }, () => ({ y: [1] })), layout: {} };
    const lines = describeFigure(many, 5).split("\n");
    assert.equal(lines.length, 5);
    assert.equal(lines[4], "- and 27 more");
  });

  it("describes an empty figure in one line", () => {
    assert.equal(describeFigure({ data: [], layout: {} }), "Figure");
  });
});
