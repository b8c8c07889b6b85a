import assert from "node:assert/strict";
import { lineFigure } from "tumorlab/internal/plot/lines";
import { sliderFigure } from "tumorlab/internal/plot/slider";

const figureOf = (factor: number, curves = 1): ReturnType<typeof lineFigure> =>
  lineFigure(
    Array.from({ length: curves }, (_, i) => ({ name: `curve ${i}`, x: [1, 2], y: [factor, 2 * factor] })),
    { title: "Curves", x: { title: "x", unit: "1" }, y: { title: "y", unit: "1" } },
  );

describe("sliderFigure", () => {
  it("stands at its start, and has a frame and a step for each figure", () => {
    const stops = [1, 3, 5].map((factor) => ({ name: `${factor}`, figure: figureOf(factor) }));
    const figure = sliderFigure(stops, { label: "Factor: ", start: 1 });
    assert.deepEqual(figure.data[0].y, [3, 6]);
    assert.deepEqual(
      figure.frames!.map(({ name }) => name),
      ["1", "3", "5"],
    );
    assert.deepEqual((figure.frames![2].data as { y: number[] }[])[0].y, [5, 10]);
    const [slider] = figure.layout.sliders as { active: number; steps: { args: unknown[] }[] }[];
    assert.equal(slider.active, 1);
    assert.deepEqual(
      slider.steps.map(({ args }) => args[0]),
      [["1"], ["3"], ["5"]],
    );
    const [low, high] = (figure.layout.yaxis as { range: number[] }).range;
    assert.ok(low < 1 && high > 10, "the axis holds every stop");
    assert.ok((figure.layout.height as number) > (stops[0].figure.layout.height as number));
  });

  it("refuses figures that do not belong together", () => {
    const stop = (name: string, curves = 1): { name: string; figure: ReturnType<typeof figureOf> } => ({
      name,
      figure: figureOf(1, curves),
    });
    assert.throws(() => sliderFigure([stop("a")], { label: "" }), /at least two/);
    assert.throws(() => sliderFigure([stop("a"), stop("a")], { label: "" }), /differ from each other/);
    assert.throws(() => sliderFigure([stop("a"), stop("b", 2)], { label: "" }), /traces of "b": found 2/);
    assert.throws(
      () => sliderFigure([stop("a"), stop("b")], { label: "", start: 2 }),
      /start: found 2, expected 0 to 1/,
    );
  });
});
