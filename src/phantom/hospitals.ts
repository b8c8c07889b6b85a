import { LabError } from "../core/errors.js";
import type { RandomStream } from "../core/random.js";

/** How a hospital scans and reconstructs: a preset of scanner effects. */
export interface Hospital {
  name: string;
  title: string;
  /** First digit of its case numbers after the 9 that marks a phantom, so that cohorts can share a folder. */
  number: number;
  /** Whether its scans belong to the distribution models are trained on or test how they generalise. */
  distribution: "in" | "out";
  /** Ranges its protocols are drawn from, for each scan. */
  protocol: {
    inPlaneMm: readonly [number, number];
    /** Slice thickness (full width at half maximum) and distance of slices, drawn together. */
    slices: readonly { thicknessMm: number; spacingMm: number }[];
    /** Blur of the reconstruction kernel: full width at half maximum in the plane. */
    kernelFwhmMm: readonly [number, number];
    /** Spatial frequency at which the noise is strongest, in cycles per mm. */
    noisePeakPerMm: readonly [number, number];
    /** Standard deviation of the noise in HU in the middle of a body 300 mm wide, at full dose and 1 mm slices. */
    noiseHu: readonly [number, number];
    /** Dose against the usual one; noise grows with its inverse square root. */
    dose: readonly [number, number];
    /** Error of the calibration in HU that all voxels share. */
    offsetHu: readonly [number, number];
  };
}

/** The hospitals a cohort can come from. */
export const hospitals: readonly Hospital[] = [
  {
    name: "reference",
    title: "University hospital: thin slices, standard kernel, full dose",
    number: 1,
    distribution: "in",
    protocol: {
      inPlaneMm: [0.68, 0.86],
      slices: [
        { thicknessMm: 1.25, spacingMm: 1 },
        { thicknessMm: 2, spacingMm: 1.5 },
        { thicknessMm: 2.5, spacingMm: 2 },
      ],
      kernelFwhmMm: [1.1, 1.4],
      noisePeakPerMm: [0.2, 0.26],
      noiseHu: [15, 19],
      dose: [0.85, 1.15],
      offsetHu: [-1.5, 1.5],
    },
  },
  {
    name: "partner",
    title: "Partner hospital: the same machines, somewhat thicker slices",
    number: 2,
    distribution: "in",
    protocol: {
      inPlaneMm: [0.7, 0.92],
      slices: [
        { thicknessMm: 2.5, spacingMm: 2.5 },
        { thicknessMm: 3, spacingMm: 3 },
      ],
      kernelFwhmMm: [1.2, 1.5],
      noisePeakPerMm: [0.18, 0.24],
      noiseHu: [16, 21],
      dose: [0.8, 1.1],
      offsetHu: [-2, 2],
    },
  },
  {
    name: "thick-slice",
    title: "Community hospital: 5 mm slices and a smooth kernel",
    number: 3,
    distribution: "out",
    protocol: {
      inPlaneMm: [0.78, 0.96],
      slices: [
        { thicknessMm: 5, spacingMm: 5 },
        { thicknessMm: 7, spacingMm: 5 },
      ],
      kernelFwhmMm: [1.7, 2.2],
      noisePeakPerMm: [0.12, 0.16],
      noiseHu: [22, 27],
      dose: [0.7, 1],
      offsetHu: [-4, 4],
    },
  },
  {
    name: "low-dose",
    title: "Screening centre: a fifth of the dose, iterative reconstruction with coarse noise",
    number: 4,
    distribution: "out",
    protocol: {
      inPlaneMm: [0.7, 0.9],
      slices: [{ thicknessMm: 2, spacingMm: 2 }],
      kernelFwhmMm: [1.5, 1.9],
      noisePeakPerMm: [0.1, 0.14],
      noiseHu: [13, 16],
      dose: [0.15, 0.3],
      offsetHu: [-3, 3],
    },
  },
  {
    name: "sharp-kernel",
    title: "Trauma centre: thin slices, a sharp kernel, grainy noise",
    number: 5,
    distribution: "out",
    protocol: {
      inPlaneMm: [0.6, 0.78],
      slices: [{ thicknessMm: 1, spacingMm: 1 }],
      kernelFwhmMm: [0.7, 0.9],
      noisePeakPerMm: [0.38, 0.48],
      noiseHu: [32, 42],
      dose: [0.8, 1.2],
      offsetHu: [-3, 3],
    },
  },
];

/** Finds a hospital by its name. Throws a LabError that lists them. */
export function findHospital(name: string): Hospital {
  const found = hospitals.find((hospital) => hospital.name === name);
  if (!found) throw new LabError("hospital", name, `one of ${hospitals.map((each) => each.name).join(", ")}`);
  return found;
}

/** The settings of one scan. */
export interface Protocol {
  inPlaneMm: number;
  sliceThicknessMm: number;
  sliceSpacingMm: number;
  kernelFwhmMm: number;
  noisePeakPerMm: number;
  /** Noise in HU at full dose; see {@link Hospital}. */
  noiseHu: number;
  dose: number;
  offsetHu: number;
}

/** Draws the settings of one scan at a hospital. */
export function sampleProtocol({ protocol }: Hospital, draw: RandomStream): Protocol {
  const between = ([low, high]: readonly [number, number]): number => draw.uniformBetween(low, high);
  const slices = draw.choose(protocol.slices);
  return {
    inPlaneMm: Number(between(protocol.inPlaneMm).toFixed(3)),
    sliceThicknessMm: slices.thicknessMm,
    sliceSpacingMm: slices.spacingMm,
    kernelFwhmMm: between(protocol.kernelFwhmMm),
    noisePeakPerMm: between(protocol.noisePeakPerMm),
    noiseHu: between(protocol.noiseHu),
    dose: between(protocol.dose),
    offsetHu: between(protocol.offsetHu),
  };
}
