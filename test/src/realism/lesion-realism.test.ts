import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKey } from "tumorlab/internal/core/random";
import { openPublished } from "tumorlab/internal/data/published";
import { checkFigure } from "tumorlab/internal/plot/figure";
import { publishedLines, realismFigure, turingFigure, turingPictures } from "tumorlab/internal/plot/realism";
import {
  collectReferenceLesions,
  collectSyntheticLesions,
  compareAppearance,
  appearanceMeasures,
  type RealismLesion,
} from "tumorlab/internal/realism/lesion-realism";
import {
  openPublishedAppearance,
  type PublishedAppearance,
  tabulateAppearance,
} from "tumorlab/internal/realism/published-appearance";
import { createTuringTest } from "tumorlab/internal/realism/turing-test";
import { growth } from "tumorlab/internal/tumor/growth/synthesizer";

const key = createKey(4);
const options = { organ: "kidney", patients: 2, seed: 2, spacingMm: 6, shape: [62, 46, 30] } as const;

describe("lesions of phantoms", function () {
  this.timeout(120_000);
  let reference: RealismLesion[];
  let synthetic: RealismLesion[];
  let looks: PublishedAppearance[];

  before(async () => {
    const done: number[] = [];
    reference = collectReferenceLesions({ ...options, progress: (update) => done.push(update.done) });
    synthetic = await collectSyntheticLesions(growth, () => ({ radiusMm: 14 }), key, options);
    assert.deepEqual(done, [1, 2]);
    looks = await openPublishedAppearance("kidney");
  });

  it("are measured in scans of other patients, one synthetic lesion each", () => {
    assert.ok(reference.length >= 2);
    assert.equal(synthetic.length, 2);
    assert.deepEqual([...new Set(reference.map(({ source }) => source))], ["reference"]);
    assert.deepEqual([...new Set(synthetic.map(({ source }) => source))], ["growth"]);
    const patients = new Set(reference.map(({ patient }) => patient));
    assert.ok(synthetic.every(({ patient }) => !patients.has(patient)));
    for (const { radiusMm, ct, lesion, voxels } of [...reference, ...synthetic]) {
      assert.ok(radiusMm > 4);
      assert.deepEqual(ct.shape, lesion.shape);
      assert.deepEqual(ct.shape, [21, 21, 21]);
      assert.ok(lesion.data.filter((value) => value > 0).length > 0.5 * voxels);
    }
    for (const { radiusMm } of synthetic) assert.ok(Math.abs(radiusMm / 14 - 1) < 0.15);
  });

  it("are compared figure by figure, over patients", () => {
    const distances = compareAppearance(reference, synthetic, key);
    assert.deepEqual(
      distances.map(({ figure }) => figure),
      appearanceMeasures.map(({ name }) => name),
    );
    const [volume] = distances;
    assert.deepEqual(volume.n, [reference.length, 2]);
    assert.deepEqual(volume.clusters, [2, 2]);
    assert.ok(volume.ks >= 0 && volume.ks <= 1 && volume.pValue > 0 && volume.pValue <= 1);
    assert.ok(volume.wasserstein > 0 && volume.wassersteinInterval.low <= volume.wasserstein);
    assert.deepEqual(compareAppearance(reference, synthetic, key), distances);
    const published = publishedLines(looks);
    assert.deepEqual(published, [
      { figure: "volumeMl", value: 32.26, name: "median, KiTS23" },
      { figure: "volumeMl", value: 27.2, name: "median, KiPA22" },
    ]);
    const figure = realismFigure(reference, synthetic, distances, { published });
    checkFigure(figure);
    assert.equal(figure.data.length, 2 * appearanceMeasures.length);
    const texts = JSON.stringify(figure.layout.annotations);
    assert.match(texts, /largest gap \d\.?\d*, p \d/);
    assert.match(texts, /[\d.]+ ml apart \([\d.]+ to [\d.]+; chance\u00a0[\d.]+\)/);
    assert.match(texts, /of 2 and 2 patients/);
    assert.match(
      texts,
      /median, KiTS23.*"xanchor":"right".*median, KiPA22|median, KiPA22.*"xanchor":"right".*median, KiTS23/,
    );
    const apart = { ...volume, pValue: 0.0001 };
    const none = { ...volume, ks: NaN, pValue: NaN, figure: "sphericity" as const };
    const other = JSON.stringify(realismFigure(reference, synthetic, [apart, none]));
    assert.match(other, /p &lt; 0\.001/);
    assert.match(other, /too few/);
  });

  it("stand in one table with published figures of real ones, a dash for what no source says", async () => {
    const rows = tabulateAppearance(
      [
        { name: "phantom", lesions: reference },
        { name: "none", lesions: [] },
      ],
      looks,
    );
    assert.deepEqual(
      rows.map((row) => [row.lesions, row.n, row["ball, mm"]]),
      [
        ["phantom", `${reference.length} lesions`, rows[0]["ball, mm"]],
        ["none", "0 lesions", "-"],
        ["patients: KiTS23", "489 scans", "39"],
        ["patients: KiPA22", "70 scans", "37"],
      ],
    );
    assert.ok(Number(rows[0]["ball, mm"]) > 8);
    assert.equal(rows[2]["volume, ml"], "32 (0.2 to 2591)");
    assert.match(rows[2].source, /openmedlab.* \(secondary\)$/);
    assert.deepEqual([rows[2].sphericity, rows[2]["contrast, HU"], rows[1]["volume, ml"]], ["-", "-", "-"]);
    assert.match(rows[0]["contrast, HU"], /^-?\d+$/);
    assert.deepEqual(await openPublishedAppearance("uterus"), []);
    const folder = await mkdtemp(join(tmpdir(), "looks-"));
    try {
      const table = await openPublished("lesion-looks");
      const spoilt = { ...table, rows: table.rows.map((row) => ({ ...row, medianMl: "large" })) };
      await writeFile(join(folder, "lesion-looks.json"), JSON.stringify(spoilt));
      await assert.rejects(
        openPublishedAppearance("liver", folder),
        /medianMl: found "large", expected a number/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
    const [colon] = await openPublishedAppearance("colon");
    assert.deepEqual([colon.dataset, colon.scans, colon.medianMl], ["MSD-Colon", null, 22]);
    const [read] = tabulateAppearance([], [{ ...colon, estimate: true }]);
    assert.match(read.source, /read off a plot/);
  });

  it("are put before a reader without their names, and judged", () => {
    const test = createTuringTest(reference, synthetic, { key });
    assert.equal(test.questions.length, 4);
    assert.doesNotMatch(JSON.stringify({ ...test }), /reference|growth|synthetic/);
    const blind = turingFigure(test, { columns: 2 });
    checkFigure(blind);
    assert.equal((blind.layout.images as object[]).length, 4, "no outlines");
    assert.doesNotMatch(JSON.stringify(blind.layout.annotations), /reference|growth/);

    const pictures = turingPictures(test, { widthPx: 100 });
    assert.equal(new Set(pictures).size, 4, "each its own picture");
    for (const picture of pictures) {
      const png = Buffer.from(picture.replace("data:image/png;base64,", ""), "base64");
      const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
      assert.ok(width >= 60 && width <= 101 && height > 20, `${width} x ${height}`);
    }
    assert.throws(
      () => turingPictures(test, { widthPx: 9 }),
      /widthPx: found 9, expected pixels from 60 to 600/,
    );
    assert.throws(() => turingPictures(test, { window: "Moon" }), /Moon/);

    const truth = test.judge("RRRR").answers.map((answer) => (answer.truth === "synthetic" ? "S" : "R"));
    assert.equal(truth.filter((letter) => letter === "S").length, 2);
    assert.equal(test.judge(truth.map((letter) => letter === "S")).right, 4, "pictures that were picked");
    assert.throws(() => test.judge([true]), /guesses: found .*expected 4 letters/s);
    const perfect = test.judge(truth.join(" ").toLowerCase());
    assert.deepEqual([perfect.attempt, perfect.right, perfect.n, perfect.pValue], [3, 4, 4, 1 / 16]);
    assert.deepEqual(
      test.scores.map(({ right, pValue }) => [right, pValue]),
      [
        [2, 11 / 16],
        [4, 1 / 16],
        [4, 1 / 16],
      ],
    );
    const shown = turingFigure(test, { answers: perfect.answers });
    assert.match(JSON.stringify(shown.layout.annotations), /<\/b>: synthetic, right/);
    assert.ok((shown.layout.images as object[]).length > 4, "outlines");

    for (const bad of ["SRS", "SRSX", "SRSRS"]) assert.throws(() => test.judge(bad), /4 letters/);
    assert.equal(test.scores.length, 3);
    assert.throws(() => createTuringTest([], synthetic, { key }), /some of both/);
    assert.throws(() => createTuringTest(reference, synthetic, { key, count: 1 }), /count/);
    const order = (seed: number) =>
      createTuringTest(reference, synthetic, { key: createKey(seed), count: 4 }).judge("SSSS").answers;
    assert.deepEqual(order(1), order(1));
  });

  it("have the sizes of a mix", async () => {
    const one = { ...options, patients: 1 };
    const [large] = await collectSyntheticLesions(growth, [0, 0, 1], key, one);
    assert.ok(large.radiusMm > 14, `${large.radiusMm}`);
    await assert.rejects(collectSyntheticLesions(growth, [0, 0, 0], key, one), /sizes/);
  });

  it("refuse a number of patients that is none", () => {
    assert.throws(() => collectReferenceLesions({ ...options, patients: 0 }), /patients/);
  });
});
