import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { openSample } from "tumorlab/internal/data/samples";
import { readLabelMap } from "tumorlab/internal/nifti/read";
import { shareOfBorder } from "tumorlab/internal/phantom/border-share";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";
import type { MeasurableScan } from "tumorlab/internal/phantom/measurable";
import { publishedAnatomy } from "tumorlab/internal/phantom/published-anatomy";
import { measureRealism } from "tumorlab/internal/phantom/realism";
import type { RealismRow } from "tumorlab/internal/phantom/realism";
import { mean, standardDeviation } from "tumorlab/internal/stats/describe";

describe("measureRealism", () => {
  let phantoms: MeasurableScan[];
  before(function () {
    this.timeout(180_000);
    phantoms = [0, 1, 2].map((index) => {
      const options = { seed: 12, spacingMm: 5, controlShare: 0, tumorOrgans: ["liver" as const] };
      const { ct, labels, metadata } = createPhantomCase(index, options);
      return { ct, labels, phase: metadata.phase };
    });
  });

  it("lays phantoms beside published values and the real scan", async function () {
    this.timeout(60_000);
    const { ct, labels } = await openSample("abdomen-ct");
    const rows = measureRealism(phantoms, { real: { ct, labels, phase: "plain" } });
    const find = (structure: string, quantity: RealismRow["quantity"]): RealismRow =>
      rows.find((row) => row.structure === structure && row.quantity === quantity)!;
    const liver = find("liver", "volumeMl");
    assert.equal(liver.n, 3);
    assert.ok(liver.published.length >= 3 && liver.published.some(({ source }) => source.includes("doi")));
    assert.ok(liver.verdict === "inside" || liver.verdict === "near");
    assert.ok(liver.real! > 1000 && liver.real! < 1300 && liver.realCut);
    assert.equal(find("spleen", "volumeMl").verdict, "inside");
    const kidney = find("kidney_left", "volumeMl");
    assert.ok(!kidney.realCut && kidney.verdict !== "off");
    const colon = find("colon", "volumeMl");
    assert.deepEqual([colon.published, colon.verdict], [[], null]);
    const noise = find("liver", "noiseHu");
    assert.ok(noise.phantomMean > 1 && noise.real! > 5 && noise.real! < 20);
    assert.equal(noise.verdict, null);
    const contrast = rows.filter(({ quantity }) => quantity === "tumorContrastHu");
    assert.ok(contrast.length >= 1 && contrast.every(({ structure }) => structure === "liver_lesion"));
    assert.ok(
      contrast.every(({ phantomMean }) => Number.isFinite(phantomMean) && Math.abs(phantomMean) < 90),
    );
    // Voxels of 5 mm say nothing of the noise's frequency.
    assert.equal(find("liver", "noisePeakPerMm"), undefined);
  });

  it("judges how far the phantoms are from what was published", () => {
    const phase = "plain";
    const judge = (hu: number): RealismRow["verdict"] => {
      const scan = {
        ...phantoms[0],
        ct: { ...phantoms[0].ct, data: phantoms[0].ct.data.map(() => hu) },
        phase,
      };
      const rows = measureRealism([scan as MeasurableScan]);
      return rows.find(({ structure, quantity }) => structure === "liver" && quantity === "meanHu")!.verdict;
    };
    const { low, high } = publishedAnatomy.find(
      (row) => row.structure === "liver" && row.quantity === "meanHu",
    )!;
    assert.equal(judge(58), "inside");
    assert.equal(judge(Math.round(high) + 3), "near");
    assert.equal(judge(Math.round(low) - 3), "near");
    assert.equal(judge(120), "off");
  });

  it("takes the noise's frequency from fine scans", function () {
    this.timeout(120_000);
    const options = { seed: 7, hospital: "thick-slice" };
    const fine = createPhantomCase(0, { ...options, spacingMm: [1, 1, 16], shape: [336, 276, 12] });
    const rows = measureRealism(phantoms.slice(0, 1), { fine: [fine, phantoms[0]] });
    const peak = rows.find(({ quantity }) => quantity === "noisePeakPerMm")!;
    assert.equal(peak.n, 1);
    assert.ok(
      Math.abs(peak.phantomMean - fine.metadata.protocol.noisePeakPerMm) < 0.07,
      `${peak.phantomMean}`,
    );
    assert.equal(peak.verdict, "inside");
  });

  it("measures how much of a tumor's border is on its organ", () => {
    const rows = measureRealism(phantoms);
    const borders = rows.filter(({ quantity }) => quantity === "tumorBorderShare");
    assert.deepEqual(
      borders.map(({ structure, phase, published }) => [structure, phase, published.length]),
      [["liver_lesion", null, 0]],
    );
    assert.ok(borders[0].phantomMean > 0.5 && borders[0].phantomMean <= 1, `${borders[0].phantomMean}`);
  });

  it("holds kidney tumors against outlines of real ones", async function () {
    this.timeout(240_000);
    const {
      mean: average,
      low,
      high,
      subjects,
      source,
    } = publishedAnatomy.find(({ quantity }) => quantity === "tumorBorderShare")!;
    const folder = "../shared/data/kits19_masks";
    if (!existsSync(folder)) return this.skip();
    const numbers = /scans of KiTS19 \(([\d, ]+);/.exec(source)![1].split(", ");
    assert.equal(numbers.length, subjects);
    const shares: number[] = [];
    for (const number of numbers) {
      const file = `${folder}/case_${number.padStart(5, "0")}_segmentation.nii.gz`;
      shares.push(shareOfBorder(await readLabelMap(file), 2, new Set([1])));
    }
    assert.ok(Math.abs(mean(shares) - average!) < 0.005, `${mean(shares)}`);
    const spread = standardDeviation(shares);
    assert.ok(
      Math.abs(average! - spread - low) < 0.01 && Math.abs(average! + spread - high) < 0.01,
      `${spread}`,
    );
  });

  it("says nothing of no phantoms", () => assert.deepEqual(measureRealism([]), []));

  it("knows only published values with their source, each with a range around its mean", () => {
    for (const { mean, low, high, source, structure } of publishedAnatomy) {
      assert.ok(low < high && (mean === null || (mean >= low && mean <= high)), structure);
      assert.match(source, /doi:|PubMed|\d{4}/, structure);
    }
  });
});
