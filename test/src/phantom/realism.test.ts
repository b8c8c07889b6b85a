import assert from "node:assert/strict";
import { createPhantomCase, measureRealism, openSample } from "tumorlab";
import type { RealismRow } from "tumorlab";

describe("measureRealism", () => {
  it("lays phantoms beside published values and the real scan", async function () {
    this.timeout(180_000);
    const phantoms = [0, 1, 2].map((index) => {
      const { ct, labels, metadata } = createPhantomCase(index, {
        seed: 12,
        spacingMm: 4,
        controlShare: 0,
        tumorOrgans: ["liver"],
      });
      return { ct, labels, phase: metadata.phase };
    });
    const { ct, labels } = await openSample("abdomen-ct");
    const rows = measureRealism(phantoms, { ct, labels, phase: "plain" });
    const find = (structure: string, quantity: RealismRow["quantity"]): RealismRow =>
      rows.find((row) => row.structure === structure && row.quantity === quantity)!;
    const liver = find("liver", "volumeMl");
    assert.equal(liver.n, 3);
    assert.ok(liver.published && liver.published.source.includes("doi"));
    assert.ok(
      liver.phantomMean > 0.7 * liver.published.low && liver.phantomMean < 1.5 * liver.published.high,
    );
    assert.ok(liver.real! > 1000 && liver.real! < 1300);
    const spleen = find("spleen", "volumeMl");
    assert.ok(spleen.phantomMean > spleen.published!.low && spleen.phantomMean < spleen.published!.high);
    assert.equal(find("colon", "volumeMl").published, null);
    const noise = find("liver", "noiseHu");
    assert.ok(noise.phantomMean > 0.5 && noise.real! > 0.5);
    assert.equal(find("liver", "noiseHu").published, null);
    const contrast = rows.filter(({ quantity }) => quantity === "tumorContrastHu");
    assert.ok(contrast.length >= 1 && contrast.every(({ structure }) => structure === "liver_lesion"));
    assert.ok(
      contrast.every(({ phantomMean }) => Number.isFinite(phantomMean) && Math.abs(phantomMean) < 90),
    );
  });

  it("says nothing of no phantoms", () => assert.deepEqual(measureRealism([]), []));
});
