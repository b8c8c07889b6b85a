import * as lab from "tumorlab";

/**
 * Synthetic lesions
 *
 * Put into the scan that ships and into phantoms, each of them from a key, so that it can be made again.
 */
export async function given() {
  const scan = await lab.openSample("abdomen-ct");
  const key = lab.createKey(11);
  const liver = { ct: scan.ct, labels: scan.labels, organ: "liver" as const, key: key.split("liver") };

  const kidneys = {
    organ: "kidney" as const,
    patients: 6,
    seed: 3,
    spacingMm: 5,
    shape: [76, 56, 38] as const,
  };
  const reference = lab.tumor.collectReferenceLesions(kidneys);
  const synthetic = await lab.tumor.collectSyntheticLesions(lab.tumor.growth, [4, 2, 1], key, kidneys);
  return { scan, key, liver, reference, synthetic };
}

type Given = Awaited<ReturnType<typeof given>>;

/** What a synthetic lesion changed, in HU. */
export async function lesionChangeFigure({ scan, liver }: Given) {
  const request = { ...liver, size: { radiusMm: 14 }, options: { contrastHu: -35 } };
  const patch = await lab.tumor.handcrafted.synthesize(request);
  return lab.plot.lesionChangeFigure(scan, patch, { window: "Liver" });
}

/** Lesions at one place, by radius and by contrast. */
export async function lesionStripFigure({ scan, liver }: Given) {
  const strip = await lab.tumor.synthesizeStrip(liver, lab.tumor.handcrafted, {
    radiiMm: [5, 10, 18],
    contrastsHu: [-50, -20, 25],
  });
  return lab.plot.lesionStripFigure(scan, strip, { window: "Liver", title: "Radius and contrast" });
}

/** A tumor that grows, on a slider in the lab. The picture that stands still shows its end. */
export function growthFigure({ liver }: Given) {
  const options = { contrastHu: -35, necroticShare: 0.25, steps: 60 };
  const grown = lab.tumor.growTumor({ ...liver, size: { radiusMm: 16 }, options });
  return lab.plot.growthFigure(grown, { window: "Liver", frames: 4 });
}

/** How two groups of lesions differ, figure by figure: six patients are too few to tell much. */
export function realismFigure({ key, reference, synthetic }: Given) {
  const distances = lab.tumor.compareAppearance(reference, synthetic, key);
  return lab.plot.realismFigure(reference, synthetic, distances);
}

/** A blinded test of your own eye: some of these lesions are the phantom's own, some synthetic. */
export function turingFigure({ key, reference, synthetic }: Given) {
  const test = lab.tumor.createTuringTest(reference, synthetic, { key, count: 4 });
  return lab.plot.turingFigure(test);
}
