import assert from "node:assert/strict";
import {
  analyzeExperiment,
  armCurvesFigure,
  baselineFigure,
  createPlan,
  curvePanelsFigure,
  distributionCurvesFigure,
  experimentDesignFigure,
  gainFigure,
  learningCurveFigure,
  organCurvesFigure,
  renderSvg,
  type Figure,
} from "tumorlab";
import { handMadePlan, handMadeResults, withoutTrials } from "../experiment/hand-made-results.js";

const plan = handMadePlan({
  organs: [
    { organ: "uterus", sizes: [1, 2, 4] },
    { organ: "liver", sizes: [2, 4] },
  ],
});
const results = handMadeResults(plan, ({ trial, baseline, distribution }) =>
  baseline ? 0.1 : 0.1 * trial!.size + (trial!.arm === "real" ? 0 : 0.2) - (distribution === "in" ? 0 : 0.1),
);
const analysis = analyzeExperiment(results, { resamples: 20 });
const textsOf = ({ layout }: Figure): string => JSON.stringify(layout.annotations);

describe("figures of an experiment", () => {
  it("draw an organ's arms in percent, in the order of the plan", () => {
    const { data, layout } = armCurvesFigure(analysis, "uterus", "out");
    assert.deepEqual(
      data.map(({ name }) => name),
      ["real", "real+synthetic"],
    );
    const rounded = (data[1].y as number[]).map(Math.round);
    assert.deepEqual(rounded, [20, 30, 50]);
    assert.match(JSON.stringify(layout.title), /Uterus, out of distribution \(95 % interval/);
    assert.deepEqual(armCurvesFigure(analysis, "colon").data, []);
  });

  it("draw a panel an organ in the order of the paper, with one legend and one axis of scores", () => {
    const figure = organCurvesFigure(analysis, "in");
    const axes = figure.layout as Record<string, { range: number[]; tickvals: number[]; domain: number[] }>;
    assert.match(textsOf(figure), /Liver.*Uterus/);
    assert.deepEqual(axes.xaxis.tickvals, [2, 4]);
    assert.deepEqual(axes.xaxis2.tickvals, [1, 2, 4]);
    assert.deepEqual(axes.yaxis.range, [0, 70]);
    assert.deepEqual(axes.yaxis2.range, [0, 70]);
    assert.ok(axes.xaxis.domain[1] < axes.xaxis2.domain[0]);
    assert.deepEqual(
      figure.data.map(({ showlegend }) => showlegend),
      [true, true, false, false],
    );
    // Beside the tick and not on it, so that intervals of two arms are both seen; the pointer says the size.
    assert.ok((figure.data[0].x as number[])[0] < 2 && (figure.data[1].x as number[])[0] > 2);
    assert.deepEqual(figure.data[0].text, ["n = 2", "n = 4"]);
  });

  it("draw both distributions side by side", () => {
    const figure = distributionCurvesFigure(analysis, "liver");
    assert.match(textsOf(figure), /in distribution.*out of distribution/);
    assert.equal(figure.data.length, 4);
    assert.match(textsOf(distributionCurvesFigure(analysis, "colon")), /no training has a score/);
  });

  it("draw gains beside no gain, with words where there is none", () => {
    const { data, layout } = gainFigure(analysis);
    const points = data.at(-1)!;
    assert.deepEqual(points.text, ["Liver, ID", "Liver, OOD", "Uterus, ID", "Uterus, OOD"]);
    assert.ok((points.x as number[]).every((value) => Math.abs(value - 20) < 1e-9));
    assert.match(JSON.stringify(layout.annotations), /no gain/);
    const alone = withoutTrials(results, ({ arm }) => arm === "real");
    const figure = gainFigure(analyzeExperiment(alone, { resamples: 5 }));
    assert.equal((figure.data.at(-1)!.x as number[])[0], null);
    assert.match(textsOf(figure), /no trial of real in distribution has a score/);
  });

  it("draw the largest training beside the baselines and say which is better", () => {
    const figure = baselineFigure(analysis);
    assert.deepEqual((figure.data.at(-1)!.text as string[]).slice(0, 3), [
      "Liver, real, n = 4",
      "Liver, untrained",
      "Liver, threshold",
    ]);
    assert.match(textsOf(figure), /real is clearly better/);
    const even = handMadeResults(plan, () => 0.5);
    assert.match(
      textsOf(baselineFigure(analyzeExperiment(even, { resamples: 5 }))),
      /"not clearly different"/,
    );
  });
});

describe("experimentDesignFigure", () => {
  it("draws subsets within subsets, a square for n scans, and says what is trained and tested", async () => {
    const small = createPlan("small");
    const figure = experimentDesignFigure(small);
    const [real, synthetic] = figure.data;
    const mixed = small.arms.reduce((sum, { syntheticPerReal }) => sum + syntheticPerReal, 0);
    assert.equal((real.x as number[]).length, small.arms.length);
    assert.equal((synthetic.x as number[]).length, mixed);
    const words = textsOf(figure);
    for (const size of small.organs[0].sizes) assert.match(words, new RegExp(`"${size}"`));
    assert.match(words, new RegExp(`${small.recipe.steps.toLocaleString("en-US")} steps`));
    assert.match(words, /low-dose/);
    assert.match(words, /Subsets drawn: pancreas/);
    assert.match(await renderSvg(figure), /Nested subsets/);
  });

  it("draws another organ, of a plan with one or few", () => {
    assert.match(textsOf(experimentDesignFigure(plan, "liver")), /liver. Other organs: uterus 1, 2, 4\./);
    assert.match(textsOf(experimentDesignFigure(createPlan("tiny"))), /Subsets drawn: kidney\./);
  });
});

describe("learning curves under way", () => {
  it("keep the axis that they will grow over, without a point or with one", () => {
    const axisOf = (figure: Figure): { range: number[]; tickvals: number[] } =>
      figure.layout.xaxis as { range: number[]; tickvals: number[] };
    const empty = learningCurveFigure([{ name: "real", points: [] }], { sizes: [1, 2, 4] });
    assert.deepEqual(axisOf(empty).tickvals, [1, 2, 4]);
    assert.ok(axisOf(empty).range[1] > Math.log10(4));
    const one = learningCurveFigure([{ name: "real", points: [{ n: 10, error: 0.5 }] }]);
    assert.deepEqual(axisOf(one).range, [0.5, 1.5]);
    assert.deepEqual((learningCurveFigure([]).layout.xaxis as { type: string }).type, "log");
  });

  it("stand in panels, also when there are none yet", () => {
    assert.deepEqual(curvePanelsFigure([]).data, []);
    const { layout, data } = curvePanelsFigure(
      [{ title: "A < B", curves: [{ name: "real", points: [] }], sizes: [1, 8] }],
      { range: [0, 50] },
    );
    assert.match(JSON.stringify(layout.annotations), /A &lt; B.*no training has a score/);
    assert.deepEqual((layout.yaxis as { range: number[] }).range, [0, 50]);
    assert.equal(data.length, 1);
  });
});
