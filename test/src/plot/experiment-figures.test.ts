import assert from "node:assert/strict";
import { analyzeExperiment, type ExperimentAnalysis } from "tumorlab/internal/experiment/analyze/analyze";
import { createPlan } from "tumorlab/internal/experiment/plan/create-plan";
import { curvePanelsFigure } from "tumorlab/internal/plot/curve-panels";
import { experimentDesignFigure } from "tumorlab/internal/plot/experiment-design";
import {
  baselineFigure,
  distributionCurvesFigure,
  organCurvesFigure,
} from "tumorlab/internal/plot/experiment-figures";
import { armLawsFigure, multiplierFigure } from "tumorlab/internal/plot/experiment-laws";
import type { Figure } from "tumorlab/internal/plot/figure";
import { gainFigure } from "tumorlab/internal/plot/gain-figures";
import { learningCurveFigure } from "tumorlab/internal/plot/learning-curve";
import { renderSvg } from "tumorlab/internal/plot/static/render";
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
  it("draw one panel per organ in the order of the paper, with one legend and one axis of scores", () => {
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

  it("say how many trainings an organ has, and what its interval draws", () => {
    const organs = plan.organs.map((own, i) => (i === 0 ? own : { ...own, seeds: [1] }));
    const draw = (own: typeof plan): ExperimentAnalysis =>
      analyzeExperiment(
        handMadeResults(own, () => 0.5),
        { resamples: 5 },
      );
    const mixed = draw({ ...plan, organs });
    const words = textsOf(organCurvesFigure(mixed));
    assert.match(words, /Liver, one training per size.*Uterus, 2 trainings per size/);
    assert.match(words, /interval over patients, and over trainings where there are several/);
    assert.match(textsOf(distributionCurvesFigure(mixed, "liver")), /interval over patients"/);
    assert.match(textsOf(distributionCurvesFigure(mixed, "uterus")), /over patients and trainings"/);
    assert.match(textsOf(gainFigure(mixed)), /one training per size.*2 trainings per size/);
    assert.match(textsOf(baselineFigure(mixed)), /"one training".*"2 trainings"/);
    const once = draw({ ...plan, seeds: [1] });
    assert.match(String(gainFigure(once).data.at(-1)!.name), /interval over patients$/);
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
    assert.deepEqual((figure.data.at(-1)!.text as string[]).slice(0, 4), [
      "Liver, real, n = 4",
      "Liver, untrained",
      "Liver, threshold",
      "Liver, threshold in the organ",
    ]);
    assert.match(textsOf(figure), /real is clearly better/);
    const even = handMadeResults(plan, () => 0.5);
    assert.match(
      textsOf(baselineFigure(analyzeExperiment(even, { resamples: 5 }))),
      /"not clearly different"/,
    );
  });
});

describe("figures of an experiment's laws", () => {
  /** Errors of 0.8 / n + floor, half the first part with synthetic tumors. */
  const lawful = (floor: number): ExperimentAnalysis =>
    analyzeExperiment(
      handMadeResults(handMadePlan({ organs: [{ organ: "kidney", sizes: [1, 2, 4, 8] }] }), ({ trial }) =>
        trial ? 1 - floor - (0.6 / trial.size) * (trial.arm === "real" ? 1 : 0.5) : 0,
      ),
      { resamples: 5 },
    );
  const namesOf = ({ data }: Figure): unknown[] => data.map(({ name }) => name);

  it("draw each arm's law with its band, beyond the sizes, and a limit where the law has one", () => {
    const figure = armLawsFigure(lawful(0.2), "kidney");
    assert.ok(namesOf(figure).includes("real: power law with floor, 95 % band"));
    const line = figure.data.find(({ name }) => name === "real: power law with floor")!;
    assert.equal((line.x as number[]).at(-1), 40);
    assert.match(textsOf(figure), /limit 80\.0/);
    const free = armLawsFigure(lawful(0), "kidney");
    assert.ok(namesOf(free).includes("real+synthetic: power law"));
    assert.doesNotMatch(textsOf(free), /limit/);
  });

  it("draw points alone where there is no law, and nothing of an organ that is not there", () => {
    assert.deepEqual(namesOf(armLawsFigure(analysis, "liver")), ["real", "real+synthetic"]);
    assert.deepEqual(armLawsFigure(analysis, "colon").data, []);
  });

  it("draw what a real scan becomes, in numbers beside it, or why that cannot be said", () => {
    const figure = multiplierFigure(lawful(0), "kidney");
    const [rows] = figure.data;
    assert.deepEqual(rows.text, ["1 real scan", "2 real scans", "4 real scans", "8 real scans"]);
    assert.deepEqual(
      (rows.x as (number | null)[]).map((value) => value && Number(value.toFixed(6))),
      [2, 2, 2, null],
    );
    assert.match(textsOf(figure), /"2 \[2, 2\]"/);
    assert.match(textsOf(figure), /more than 8 real scans \[1, ∞\]/);
    assert.match(textsOf(multiplierFigure(analysis, "liver")), /a law needs at least three/);
    assert.match(textsOf(multiplierFigure(analysis, "colon")), /not asked/);
  });
});

describe("experimentDesignFigure", () => {
  it("knows controls: healthy scans, the phantom's own tumors, fewer steps, sizes and seeds, whole scans", () => {
    const figure = experimentDesignFigure(createPlan("medium"));
    assert.deepEqual(
      figure.data.map(({ name, x }) => [name, (x as number[]).length]),
      [
        ["n real scans", 7],
        ["n scans with synthetic tumors", 9],
        ["with the phantom's own tumors", 3],
        ["n healthy scans", 3],
      ],
    );
    const words = textsOf(figure);
    assert.match(words, /real\/4<\/b> 0\.25 of steps, 4 sizes, 3 seeds/);
    assert.match(words, /<b>ID whole<\/b><br>reference<br>12 and 8 controls<br>whole scans/);
    assert.match(words, /<b>OOD<\/b><br>low-dose<br>100 and 50 controls<br>patients of ID/);
    assert.match(words, /hosts of<br>tumors and controls/);
    // Every mark lies within the figure.
    const { height } = figure.layout as { height: number };
    for (const { y } of figure.data) for (const at of y as number[]) assert.ok(at > 0 && at < height - 30);
  });

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
    assert.match(words, /Subsets drawn: pancreas\. Also liver, .*, uterus: 2, 10, 40, 1 seed\./);
    assert.match(words, /20 patients<br>and 4 controls/);
    assert.match(await renderSvg(figure), /Nested subsets/);
  });

  it("draws another organ, of a plan with one or few", () => {
    assert.match(textsOf(experimentDesignFigure(plan, "liver")), /liver\. Also uterus: 1, 2, 4, 2 seeds\./);
    assert.match(textsOf(experimentDesignFigure(createPlan("tiny"))), /Subsets drawn: kidney\./);
    const three = handMadePlan({ organs: [...plan.organs, { organ: "colon", sizes: [1] }] });
    const others = /Other organs: liver 2, 4, 2 seeds; colon 1, 2 seeds\./;
    assert.match(textsOf(experimentDesignFigure(three)), others);
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
