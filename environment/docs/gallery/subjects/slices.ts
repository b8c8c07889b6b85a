import * as lab from "tumorlab";

/**
 * Slices of a CT
 *
 * Hung as radiologists do, with the patient's right on the left. Every picture says its window, its sides and its size in mm.
 */
export async function given() {
  const { ct, labels } = await lab.openSample("abdomen-ct");
  return { ct, labels };
}

type Given = Awaited<ReturnType<typeof given>>;

/** One slice of the scan that ships, with its organs, on axes in mm. */
export function sliceFigure({ ct, labels }: Given) {
  return lab.plot.sliceFigure(ct, labels, { plane: "coronal", index: 52 });
}

/** Slices of a scan from below to above, in one scale, with one bar in mm. */
export function slicesFigure({ ct }: Given) {
  return lab.plot.slicesFigure(ct, undefined, { indices: [20, 55, 100], window: "Bone" });
}

/** Scans of several people in one window and one scale: who is wider looks wider. */
export function scansFigure({ ct, labels }: Given) {
  const of = (hospital: string) =>
    lab.phantom.createPhantomCase(0, { seed: 3, hospital, spacingMm: 4, shape: [98, 74, 50] });
  const [near, far] = [of("reference"), of("low-dose")];
  const scans = [
    { name: "Real CT", ct, labels },
    { name: "Phantom", ...near },
    { name: "Phantom, low dose", ...far },
  ];
  return lab.plot.scansFigure(scans, { through: ["liver"], title: "Through the largest part of the liver" });
}

/** Where a prediction differs from its reference: here a liver grown by 6 mm to all sides. */
export function pairSlicesFigure({ ct, labels }: Given) {
  const liver = Number(Object.keys(labels.names).find((value) => labels.names[Number(value)] === "liver"));
  const mask = { ...labels, data: labels.data.map((value) => (value === liver ? 1 : 0)) };
  const grown = lab.volume.dilateMask(mask, 6);
  const prediction = { ...labels, data: Uint16Array.from(grown.data, (inside) => (inside ? liver : 0)) };
  const pair = { ct, reference: labels, prediction };
  return lab.plot.pairSlicesFigure(pair, { label: liver, title: "A liver 6 mm too large" });
}

/** How often each HU occurs in some structures: what a window has to show. */
export function histogramFigure({ ct, labels }: Given) {
  return lab.plot.histogramFigure(ct, {
    labels,
    structures: ["liver", "spleen", "kidney_right"],
    windows: ["Soft tissue"],
    title: "Attenuation of three organs",
  });
}

/** Organs as glass in 3D, to be turned around. It is live in the lab alone, and a card elsewhere, as here. */
export function surfaceFigure({ labels }: Given) {
  const values = Object.keys(labels.names).map(Number);
  const shown = values.filter((value) => /^(liver|kidney_)/.test(labels.names[value]));
  return lab.plot.surfaceFigure(labels, { values: shown, title: "Liver and kidneys" });
}
