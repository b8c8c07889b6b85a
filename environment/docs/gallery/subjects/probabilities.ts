import * as lab from "tumorlab";

/**
 * Probabilities
 *
 * From made-up candidates of two networks on forty patients: what their probabilities are worth, threshold by threshold.
 */
export function given() {
  const stream = lab.createKey(17).stream();
  const pick = (low: number, high: number) => low + (high - low) * stream.uniform();
  const makeCase = (trust: number, i: number) => {
    const lesions = i % 4 === 0 ? [] : [{ radiusMm: pick(4, 20) }];
    const overlaps = lesions.map((_, lesion) => ({ lesion, iou: pick(0.2, 0.8) }));
    const isSeen = lesions.length > 0 && stream.uniform() < 0.96;
    const hits = isSeen ? [{ probability: trust * pick(0.3, 1), volumeMl: 2, overlaps }] : [];
    const alarms = Array.from({ length: Math.floor(pick(0, 4)) }, () => trust * pick(0.1, 0.7));
    const candidates = [
      ...hits,
      ...alarms.map((probability) => ({ probability, volumeMl: 1, overlaps: [] })),
    ];
    const voxels = Array.from({ length: 20 }, (_, bin) => Math.round(pick(900, 1100) / (1 + bin)));
    const sums = voxels.map((count, bin) => (count * (bin + 0.5)) / 20);
    const positives = sums.map((sum, bin) =>
      Math.min(voxels[bin], Math.round((sum * pick(0.5, 0.9)) / trust)),
    );
    return { case: `${i}`, patient: `${i}`, lesions, candidates, histogram: { voxels, positives, sums } };
  };
  const networks = [
    { name: "Sure network", trust: 1 },
    { name: "Timid network", trust: 0.6 },
  ].map(({ name, trust }) => ({ name, cases: Array.from({ length: 40 }, (_, i) => makeCase(trust, i)) }));
  return { networks };
}

type Given = ReturnType<typeof given>;

/** Lesions found against false alarms, with the threshold that finds nine in ten. */
export function frocFigure({ networks }: Given) {
  const curves = networks.map(({ name, cases }) => ({ name, curve: lab.metrics.frocCurve(cases) }));
  return lab.plot.frocFigure(curves, { title: "Made-up candidates of two networks" });
}

/** Whether seven in ten voxels that are called 70 % tumor are tumor. */
export function reliabilityFigure({ networks }: Given) {
  const all = networks.map(({ name, cases }) => ({
    name,
    calibration: lab.metrics.calibrate(cases),
  }));
  return lab.plot.reliabilityFigure(all, { title: "Made-up probabilities of two networks" });
}

/** Several figures under one slider: what a reader's work comes to, for each price of drawing a missed lesion. */
export function sliderFigure({ networks }: Given) {
  const curve = lab.metrics.frocCurve(networks[0].cases);
  const stops = [0.25, 1, 5].map((drawMin) => {
    const { points } = lab.metrics.costAnnotation(curve, { judgeS: 5, drawMin });
    const x = points.map((each) => each.falsePositivesPerScan);
    const series = [{ name: "With the network", x, y: points.map((each) => each.minutesPerScan) }];
    const axes = {
      x: { title: "False alarms per scan", unit: "count" },
      y: { title: "Work per scan", unit: "min" },
    };
    return {
      name: `${drawMin}`,
      figure: lab.plot.lineFigure(series, { title: "Made-up candidates", ...axes }),
    };
  });
  return lab.plot.sliderFigure(stops, { label: "Minutes to draw a lesion: ", start: 2 });
}
