/** A published measurement of healthy adults, to hold a phantom against. */
export interface PublishedMeasure {
  structure: string;
  quantity: "volumeMl" | "meanHu";
  /** Phase of contrast the attenuation belongs to; volumes have none. */
  phase?: "plain";
  mean: number;
  /** Range or mean plus and minus one standard deviation, whichever the source gives. */
  low: number;
  high: number;
  source: string;
}

/** What is not in this list has no published value here: `null` in the table, never a guess. */
export const publishedAnatomy: readonly PublishedMeasure[] = [
  {
    structure: "liver",
    quantity: "volumeMl",
    mean: 1281,
    low: 1062,
    high: 1500,
    source: "Jasper 2019, CT of 100 adults, mean and SD, doi:10.7860/JCDR/2019/41932.13038",
  },
  {
    structure: "spleen",
    quantity: "volumeMl",
    mean: 214.6,
    low: 107.2,
    high: 314.5,
    source: "Prassopoulos et al. 1997, CT of 140 adults, mean and range, European Radiology 7(2):246-248",
  },
  {
    structure: "liver",
    quantity: "meanHu",
    phase: "plain",
    mean: 58.32,
    low: 49.41,
    high: 67.23,
    source:
      "64 livers without disease, post-mortem CT without contrast agent, mean and SD, doi:10.1007/s00414-019-02016-1",
  },
];
