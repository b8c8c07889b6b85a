import type { TumorOrgan } from "../anatomy/organs.js";
import type { RandomStream } from "../core/random.js";
import { sampleExophyticShare } from "./exophytic.js";
import type { PhantomPhase, Patient } from "./patient.js";

/** Sizes and looks of reference tumors in one organ. */
export interface TumorStatistics {
  /** Median volume in ml and spread of its logarithm (natural), of a log-normal law. */
  medianMl: number;
  logSpread: number;
  /** Smallest and largest volume drawn, in ml: a radius of 2.5 mm, and what the organ can hold. */
  limitsMl: readonly [number, number];
  /** Where median and spread come from; `null` for this project's own assumption. */
  source: string | null;
  /** Kinds of lesion: share among them and attenuation of living tumor, in HU, plain, arterial and venous. */
  kinds: readonly { share: number; hu: readonly [number, number, number] }[];
}

const smallestMl = 0.066;

/**
 * Volumes follow the published medians and ranges of the public tumor sets (table `lesion-looks`), which count scans. Spreads
 * put the published smallest and largest at the ends expected of a set of that size. Livers hold several tumors: there
 * median and spread are those that give the tumors of a scan together the published median and range, found by simulating
 * 200,000 patients. The median published for LiTS, 0.04 ml, is not used: its own page has a mean of 16 ml beside it.
 *
 * Kinds, their shares and their HU are this project's own choices, as are those of the generators: `compareTumorLooks` says
 * where the two agree.
 */
export const tumorStatistics: Readonly<Record<TumorOrgan, TumorStatistics>> = {
  liver: {
    medianMl: 4.43,
    logSpread: 1.74,
    limitsMl: [smallestMl, 350],
    source:
      "3D-IRCADb: all tumors of a scan, median 13.37 ml, 1.6 to 425 ml, 14 scans (openmedlab/Awesome-Medical-Dataset)",
    kinds: [
      { share: 0.75, hu: [44, 52, 66] },
      { share: 0.25, hu: [50, 112, 88] },
    ],
  },
  pancreas: {
    medianMl: 6,
    logSpread: 1.25,
    limitsMl: [smallestMl, 90],
    source: "MSD Pancreas: median 6 ml, 0.4 to 732 ml (openmedlab/Awesome-Medical-Dataset)",
    kinds: [
      { share: 0.8, hu: [35, 56, 60] },
      { share: 0.2, hu: [40, 140, 112] },
    ],
  },
  kidney: {
    medianMl: 32.26,
    logSpread: 1.55,
    limitsMl: [smallestMl, 260],
    source: "KiTS23: median 32.26 ml, 0.2 to 2591 ml (openmedlab/Awesome-Medical-Dataset)",
    kinds: [
      { share: 0.75, hu: [36, 128, 104] },
      { share: 0.25, hu: [38, 58, 68] },
    ],
  },
  colon: {
    medianMl: 22,
    logSpread: 1.18,
    limitsMl: [smallestMl, 110],
    source: "MSD Colon: median 22 ml, 1 to 468 ml (openmedlab/Awesome-Medical-Dataset)",
    kinds: [{ share: 1, hu: [40, 84, 92] }],
  },
  esophagus: {
    medianMl: 9,
    logSpread: 0.8,
    limitsMl: [smallestMl, 30],
    source: null,
    kinds: [{ share: 1, hu: [40, 74, 84] }],
  },
  uterus: {
    medianMl: 12,
    logSpread: 1,
    limitsMl: [smallestMl, 70],
    source: null,
    kinds: [
      { share: 0.6, hu: [42, 62, 78] },
      { share: 0.4, hu: [26, 28, 30] },
    ],
  },
};

/** A tumor as it is to grow. */
export interface TumorPlan {
  organ: TumorOrgan;
  /** The structure it starts in, such as `kidney_left`. */
  structure: string;
  /** Wanted volume in the patient, in ml. */
  volumeMl: number;
  /** Attenuation of living tumor by phase. */
  hu: Readonly<Record<PhantomPhase, number>>;
  /** Share of it that is to lie out of the organ's surface, 0 to 1; absent for organs whose tumors stay within. */
  exophyticShare?: number;
  /** Number among the patient's tumors, which names its randomness. */
  index: number;
}

/**
 * The tumors of a patient: none for a control, else those of one organ. Men have none of the uterus.
 *
 * @param controlShare share of patients without a tumor, 0 to 1.
 */
export function planTumors(
  patient: Patient,
  organs: readonly TumorOrgan[],
  controlShare: number,
): TumorPlan[] {
  const draw = patient.key.split("tumors").stream();
  const possible = organs.filter((organ) => organ !== "uterus" || patient.sex === "female");
  if (draw.uniform() < controlShare || possible.length === 0) return [];
  const organ = draw.choose(possible);
  const count = sampleCount(organ, draw);
  return Array.from({ length: count }, (_, index) => {
    const statistics = tumorStatistics[organ];
    const structure = organ === "kidney" ? draw.choose(["kidney_left", "kidney_right"]) : organ;
    const volumeMl = sampleVolumeMl(statistics, draw);
    const [plain, arterial, venous] = sampleKind(statistics, draw);
    const shift = 4 * Math.max(-2, Math.min(2, draw.normal()));
    return {
      organ,
      structure,
      volumeMl,
      hu: { plain: plain + shift / 2, arterial: arterial + shift, venous: venous + shift },
      // A key of its own: what was drawn before there were exophytic tumors stays as it was.
      ...(organ === "kidney"
        ? { exophyticShare: sampleExophyticShare(patient.key.split("exophytic").split(index)) }
        : {}),
      index,
    };
  });
}

/** Livers often hold several tumors, the other organs nearly always one. */
function sampleCount(organ: TumorOrgan, draw: RandomStream): number {
  const more = organ === "liver" ? 0.55 : organ === "kidney" ? 0.08 : 0;
  let count = 1;
  while (count < 6 && draw.uniform() < more) count++;
  return count;
}

function sampleVolumeMl({ medianMl, logSpread, limitsMl }: TumorStatistics, draw: RandomStream): number {
  for (;;) {
    const volume = medianMl * Math.exp(logSpread * draw.normal());
    if (volume >= limitsMl[0] && volume <= limitsMl[1]) return volume;
  }
}

function sampleKind({ kinds }: TumorStatistics, draw: RandomStream): readonly [number, number, number] {
  let rest = draw.uniform();
  for (const kind of kinds) {
    if (rest < kind.share) return kind.hu;
    rest -= kind.share;
  }
  return kinds[kinds.length - 1].hu;
}
