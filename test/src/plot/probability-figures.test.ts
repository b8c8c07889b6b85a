import assert from "node:assert/strict";
import { calibrate } from "tumorlab/internal/metrics/calibration";
import type { CandidateCase } from "tumorlab/internal/metrics/candidates";
import { frocCurve } from "tumorlab/internal/metrics/froc";
import { describeFigure } from "tumorlab/internal/plot/describe";
import type { Figure, Trace } from "tumorlab/internal/plot/figure";
import { frocFigure } from "tumorlab/internal/plot/froc";
import { reliabilityFigure } from "tumorlab/internal/plot/reliability";

const cases: CandidateCase[] = [0.9, 0.7, 0.5, 0.3].map((probability, i) => ({
  case: `${i}`,
  patient: `${i}`,
  lesions: [{ radiusMm: 8 }],
  candidates: [
    { probability, volumeMl: 1, overlaps: [{ lesion: 0, iou: 0.5 }] },
    { probability: 0.6, volumeMl: 1, overlaps: [] },
  ],
}));

const axis = (figure: Figure, name: string) =>
  figure.layout[name] as { title: { text: string }; range: number[]; ticktext?: string[] };
const named = (figure: Figure, pattern: RegExp): Trace =>
  figure.data.find(({ name }) => pattern.test(String(name)))!;

describe("frocFigure", () => {
  const curve = frocCurve(cases, { sensitivity: 0.75 });
  const figure = frocFigure([
    { name: "<b>one</b>", curve },
    { name: "two", curve },
  ]);

  it("draws each curve in steps over false alarms that double, with whiskers and the threshold wanted", () => {
    const line = named(figure, /^two$/);
    const left = 1 / 8 / 1.5;
    assert.deepEqual(line.x, [left, left, left, 1, 1, 1, 12]);
    assert.deepEqual(line.y, [0, 25, 50, 50, 75, 100, 100]);
    const whiskers = named(figure, /^two, 95 % interval over patients/);
    assert.deepEqual(whiskers.x, [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8]);
    assert.deepEqual(whiskers.y, [50, 50, 50, 100, 100, 100, 100]);
    const ring = named(figure, /^two, 75 % from p = 0.5/);
    assert.deepEqual([ring.x, ring.y], [[1], [75]]);
    assert.deepEqual(axis(figure, "xaxis").ticktext, ["1/8", "1/4", "1/2", "1", "2", "4", "8"]);
  });

  it("names its axes with units, tells curves apart by more than colour, and is plain data", () => {
    assert.equal(axis(figure, "xaxis").title.text, "False alarms per scan (count, log axis)");
    assert.equal(axis(figure, "yaxis").title.text, "Lesions found (%)");
    const looks = [/^two$/, /one&lt;|one<|b&gt;one/].map(
      (name) => named(figure, name)?.line as { dash: string },
    );
    assert.equal(looks[0].dash, "dash");
    assert.deepEqual(JSON.parse(JSON.stringify(figure)), figure);
    assert.ok(!JSON.stringify(figure.data).includes("<b>"));
    assert.match(describeFigure(figure), /False alarms per scan/);
  });

  it("has no ring where no threshold has the sensitivity, and axes without a curve", () => {
    const without = cases.map((each) => ({ ...each, candidates: each.candidates.slice(1) }));
    const none = frocFigure([{ name: "none", curve: frocCurve(without) }]);
    assert.equal(named(none, /from p/), undefined);
    assert.deepEqual(frocFigure([]).data, []);
    const healthy = frocFigure([
      { name: "none", curve: frocCurve([{ ...cases[0], lesions: [], candidates: [] }]) },
    ]);
    assert.deepEqual(named(healthy, /^none$/).y, [null, null]);
  });
});

describe("reliabilityFigure", () => {
  const histogram = { voxels: [90, 0, 10, 20], positives: [0, 0, 8, 10], sums: [4, 0, 6, 18] };
  const calibration = calibrate([
    { patient: "a", histogram },
    { patient: "b", histogram },
  ]);
  const figure = reliabilityFigure([{ name: "net", calibration }], { title: "Honest?" });

  it("sets what is there against what is said, bin by bin, beside the line of both the same", () => {
    const [honest, net] = figure.data;
    assert.deepEqual(
      [honest.x, honest.y],
      [
        [0, 100],
        [0, 100],
      ],
    );
    assert.deepEqual(net.x, [(100 * 4) / 90, 60, 90]);
    assert.deepEqual(net.y, [0, 80, 50]);
    assert.match(String(net.name), /^net: ECE 11\.7 %, above the lowest bin 33\.3 %$/);
    assert.deepEqual((net.error_y as { array: number[] }).array, [0, 0, 0]);
    assert.equal(axis(figure, "xaxis").title.text, "Mean probability of tumor (%)");
    assert.equal(axis(figure, "yaxis").title.text, "Voxels that are tumor (%)");
    assert.deepEqual(JSON.parse(JSON.stringify(figure)), figure);
  });

  it("has the line alone without calibrations, and says what is not known", () => {
    assert.equal(reliabilityFigure([]).data.length, 1);
    const empty = reliabilityFigure([{ name: "x", calibration: calibrate([]) }], { of: "liver" });
    assert.match(String(empty.data[1].name), /ECE not known/);
    assert.equal(axis(empty, "yaxis").title.text, "Voxels that are liver (%)");
  });
});
