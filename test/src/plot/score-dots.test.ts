import assert from "node:assert/strict";
import { findOrgan, organs } from "tumorlab/internal/anatomy/organs";
import { evaluateLesions } from "tumorlab/internal/metrics/lesions";
import { checkFigure, type Figure } from "tumorlab/internal/plot/figure";
import {
  policyFigure,
  recallFigure,
  scoreBySizeFigure,
  scoreDotFigure,
} from "tumorlab/internal/plot/score-dots";
import { box, overlay } from "../metrics/masks.js";
import { emptyStudy, slabRow } from "../metrics/rows.js";

function notesOf(figure: Figure): string[] {
  return (figure.layout.annotations as { text: string }[]).map(({ text }) => text);
}

function rowNames(figure: Figure): string[] {
  return (figure.layout.yaxis as { ticktext: string[] }).ticktext;
}

/** Three scans of two patients; the liver is half found in each, the spleen wholly. */
function study() {
  const named = (row: ReturnType<typeof slabRow>, name: string) => ({ ...row, name });
  return ["a1", "a2", "b1"].flatMap((name) => [
    named(slabRow(name, 4, 2, { patient: name[0] }), "liver"),
    named(slabRow(name, 4, 4, { patient: name[0], label: 2 }), "spleen"),
  ]);
}

describe("scoreDotFigure", () => {
  it("has one dot per case in the organ's colour, the mean, and n with its patients; the worst last", () => {
    const figure = scoreDotFigure(study(), "dice");
    checkFigure(figure);
    assert.deepEqual(rowNames(figure), ["Spleen", "Liver"]);
    const [, liver, means] = figure.data;
    assert.deepEqual(liver.x, [2 / 3, 2 / 3, 2 / 3]);
    assert.deepEqual(liver.text, ["a1", "a2", "b1"]);
    assert.equal((liver.marker as { color: string }).color, findOrgan("liver")!.color);
    assert.deepEqual(means.x, [1, 2 / 3]);
    assert.deepEqual(notesOf(figure), ["n = 3, 2 patients", "n = 3, 2 patients"]);
    assert.match(String(means.name), /95 % interval over patients, Gaffke's bound/);
  });

  it("names unit and tolerance, counts what is left out, and cuts to the worst", () => {
    const rows = [...study(), ...emptyStudy().map((row) => ({ ...row, label: 3, name: "liver_lesion" }))];
    const title = (figure: Figure) => (figure.layout.xaxis as { title: { text: string } }).title.text;
    assert.equal(title(scoreDotFigure(rows, "hd95")), "HD95 (mm)");
    assert.equal(title(scoreDotFigure(rows, "nsd")), "NSD at 2 mm");
    const worst = scoreDotFigure(rows, "dice", { limit: 1 });
    assert.deepEqual(rowNames(worst), ["Liver lesion"]);
    assert.deepEqual(notesOf(worst), ["n = 3, 3 patients, 1 left out"]);
    assert.match(JSON.stringify(worst.layout.title), /the worst 1 of 3/);
    // -0.8 ml in each case of the liver; -0.8, -1.6 and 1.2 ml of the lesions are nearer to 0 on average.
    assert.deepEqual(rowNames(scoreDotFigure(rows, "volumeErrorMl")), ["Spleen", "Liver lesion", "Liver"]);
    checkFigure(scoreDotFigure([], "dice"));
    assert.deepEqual(notesOf(scoreDotFigure(study().slice(0, 1), "dice")), ["n = 1, 1 patient, no interval"]);
  });
});

describe("scoreBySizeFigure", () => {
  it("puts each case at its reference volume, and none without a reference", () => {
    const figure = scoreBySizeFigure([...study(), ...emptyStudy()], "dice");
    const liver = figure.data.find(({ name }) => name === "Liver")!;
    assert.deepEqual([liver.x, liver.mode], [[1.6, 1.6, 1.6], "markers"]);
    const other = figure.data.find(({ name }) => name === "Label 1")!;
    assert.deepEqual(other.x, [1.6, 1.6], "found and missed");
  });

  it("gathers structures outside the organ table, and grows with its names", () => {
    const named = (count: number, word: string) =>
      Array.from({ length: count }, (_, i) => ({
        ...slabRow("a", 4, 2),
        name: `${word} ${i}`,
        label: i + 1,
      }));
    const gathered = scoreBySizeFigure([...study(), ...named(5, "rib")], "dice");
    assert.deepEqual(
      gathered.data.map(({ name }) => name),
      ["Liver", "Spleen", "Other structures"],
    );
    assert.deepEqual((gathered.data[2].x as number[]).length, 5);
    const many = organs.map(({ name, labelId }) => ({ ...slabRow("a", 4, 2), name, label: labelId }));
    const height = (figure: Figure) => figure.layout.height as number;
    assert.ok(height(scoreBySizeFigure(many, "dice")) > height(gathered));
  });
});

describe("recallFigure", () => {
  it("counts lesions and patients by size, and leaves a class without lesions empty", () => {
    const ball = (from: number) => box([20, 20, 20], [from, from, from], [from + 2, from + 2, from + 2]);
    const both = overlay(ball(2), ball(10));
    const lesions = ["a", "b"].map((name) => evaluateLesions(both, ball(2), { labels: [1], case: name }));
    const figure = recallFigure(lesions);
    assert.deepEqual(notesOf(figure), [
      "2 of 4, 2 patients",
      "0 of 0, 0 patients",
      "0 of 0, 0 patients",
      "0 of 0, 0 patients",
      "2 of 4, 2 patients",
    ]);
    assert.deepEqual(figure.data.at(-1)!.x, [0.5, null, null, null, 0.5]);
    assert.equal(rowNames(figure)[0], "tiny (r \u2264 5 mm)");
    assert.match(JSON.stringify(recallFigure([]).layout.title), /no lesions/);
    checkFigure(recallFigure([]));
  });
});

describe("policyFigure", () => {
  it("shows what each policy reports for the same predictions", () => {
    const figure = policyFigure(emptyStudy(), "dice", { policies: ["worst-case", "exclude", "kits23"] });
    assert.deepEqual(rowNames(figure), ["worst-case", "exclude", "kits23"]);
    const means = figure.data.at(-1)!.x as number[];
    [2 / 9, 2 / 3, 5 / 12].forEach((mean, i) => assert.ok(Math.abs(means[i] - mean) < 1e-12));
    assert.deepEqual(notesOf(figure), ["n = 3, 1 left out", "n = 1, 3 left out", "n = 4, 0 left out"]);
  });
});
