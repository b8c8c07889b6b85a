import type { PhantomPhase } from "./patient.js";

/** What is measured of a scan to see how real it is; the unit stands in the name. */
export type RealismQuantity =
  | "volumeMl"
  | "meanHu"
  | "spreadHu"
  | "tumorContrastHu"
  | "tumorBorderShare"
  | "noiseHu"
  | "noisePeakPerMm";

/** A published measurement of patients, to hold a phantom against. */
export interface PublishedMeasure {
  structure: string;
  quantity: RealismQuantity;
  /** Phase of contrast the attenuation belongs to; `null` where it does not matter. */
  phase: PhantomPhase | null;
  /** `null` where the source gives a range alone. */
  mean: number | null;
  low: number;
  high: number;
  /** What `low` and `high` are. */
  range: "mean and standard deviation" | "smallest and largest" | "women's and men's mean" | "range given";
  /** Subjects measured; `null` where the source does not say. */
  subjects: number | null;
  /** Who measured what, where it can be read. */
  source: string;
}

const handOutlined =
  "Normal organ volume assessment from abdominal CT, outlined by hand, Abdominal Imaging 29(4):482-490, 2004";
const jasper = "Jasper 2019, CT, doi:10.7860/JCDR/2019/41932.13038";
const radiopaedia = "Radiopaedia, article on the late arterial phase of CT, revised 2023";
const pancreaticCancer =
  "49 pancreatic carcinomas darker than the gland, multi-detector CT before surgery, PubMed 17961951";
const kits =
  "outlines of kidneys and tumors of 8 of the 300 scans of KiTS19 (15, 21, 23, 37, 41, 87, 94, 121; arXiv:1904.00445), measured here by shareOfBorder";
const clinicalNoise =
  "clinical abdominal CT of one scanner, from filtered back projection (0.27) to model-based reconstruction (0.09), SFPM congress 2017, abstract 150242";

/**
 * Published measurements, and one of published outlines. A structure and quantity that is not here has none that could be found with its source; nothing
 * is filled in. Where sources differ, all stand here.
 */
export const publishedAnatomy: readonly PublishedMeasure[] = [
  organVolume("liver", 1560.5, 1411, 1710, "women's and men's mean", 149, handOutlined),
  organVolume("liver", 1281, 1062, 1500, "mean and standard deviation", 100, jasper),
  organVolume(
    "liver",
    1510,
    1260,
    1760,
    "mean and standard deviation",
    77,
    "normal livers in contrast-enhanced CT, 2012, doi:10.1016/j.acra.2012.01.015",
  ),
  organVolume("spleen", 209.1, 179.8, 238.4, "women's and men's mean", 149, handOutlined),
  organVolume("spleen", 194.6, 116.6, 272.6, "mean and standard deviation", 100, jasper),
  organVolume(
    "spleen",
    214.6,
    107.2,
    314.5,
    "smallest and largest",
    140,
    "Prassopoulos et al. 1997, CT, European Radiology 7(2):246-248",
  ),
  organVolume("pancreas", 75.9, 64.4, 87.4, "women's and men's mean", 149, handOutlined),
  organVolume("kidney_left", 174.8, 156.5, 193.1, "women's and men's mean", 149, handOutlined),
  organVolume("kidney_right", 174.8, 156.5, 193.1, "women's and men's mean", 149, handOutlined),
  organVolume(
    "gall_bladder",
    24.2,
    11.1,
    50.9,
    "smallest and largest",
    400,
    "fasting, ultrasound, Idris et al. 2016, doi:10.4103/0331-8540.174595",
  ),
  attenuation(
    "liver",
    "plain",
    58.32,
    49.41,
    67.23,
    "mean and standard deviation",
    64,
    "livers without disease, post-mortem CT, doi:10.1007/s00414-019-02016-1",
  ),
  attenuation("aorta", "arterial", null, 290, 360, "range given", null, radiopaedia),
  attenuation("portal_vein_and_splenic_vein", "arterial", 145, 125, 165, "range given", null, radiopaedia),
  attenuation(
    "kidney_lesion",
    "plain",
    null,
    27.5,
    39.7,
    "range given",
    189,
    "193 renal cell carcinomas, means of the darkest and of the brightest place, PubMed 22528901",
  ),
  tumorContrast("pancreatic_lesion", "arterial", -60.2, -84.8, -35.6, pancreaticCancer),
  tumorContrast("pancreatic_lesion", "venous", -40.5, -63.5, -17.5, pancreaticCancer),
  {
    structure: "kidney_lesion",
    quantity: "tumorBorderShare",
    phase: null,
    mean: 0.52,
    low: 0.23,
    high: 0.8,
    range: "mean and standard deviation",
    subjects: 8,
    source: kits,
  },
  {
    structure: "liver",
    quantity: "noisePeakPerMm",
    phase: null,
    mean: null,
    low: 0.09,
    high: 0.27,
    range: "range given",
    subjects: 10,
    source: clinicalNoise,
  },
];

function organVolume(
  structure: string,
  mean: number,
  low: number,
  high: number,
  range: PublishedMeasure["range"],
  subjects: number,
  source: string,
): PublishedMeasure {
  return { structure, quantity: "volumeMl", phase: null, mean, low, high, range, subjects, source };
}

function attenuation(
  structure: string,
  phase: PhantomPhase,
  mean: number | null,
  low: number,
  high: number,
  range: PublishedMeasure["range"],
  subjects: number | null,
  source: string,
): PublishedMeasure {
  return { structure, quantity: "meanHu", phase, mean, low, high, range, subjects, source };
}

function tumorContrast(
  structure: string,
  phase: PhantomPhase,
  mean: number,
  low: number,
  high: number,
  source: string,
): PublishedMeasure {
  const range = "mean and standard deviation";
  return { structure, quantity: "tumorContrastHu", phase, mean, low, high, range, subjects: 49, source };
}
