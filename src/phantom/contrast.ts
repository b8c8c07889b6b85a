import type { PhantomPhase, Patient } from "./patient.js";

/** Tissues whose attenuation a body is made of. */
export type Tissue =
  | "fat"
  | "mesentery"
  | "skin"
  | "muscle"
  | "corticalBone"
  | "marrow"
  | "disc"
  | "cartilage"
  | "cord"
  | "lung"
  | "heart"
  | "artery"
  | "cava"
  | "portal"
  | "hepaticVein"
  | "liver"
  | "spleen"
  | "cortex"
  | "medulla"
  | "renalPelvis"
  | "pancreas"
  | "adrenal"
  | "bowelWall"
  | "stomachWall"
  | "esophagusWall"
  | "fluid"
  | "stool"
  | "gas"
  | "bile"
  | "urine"
  | "bladderWall"
  | "uterus"
  | "endometrium"
  | "prostate"
  | "couch";

/** Attenuation of every tissue in one scan, in HU. */
export type Attenuation = Readonly<Record<Tissue, number>>;

/**
 * Attenuation in HU without contrast agent, in the late arterial phase (35 s) and in the portal venous phase (70 s).
 * These are this project's choices within what textbooks of abdominal CT give; measureRealism shows them beside
 * published measurements.
 */
const table: Readonly<Record<Tissue, readonly [number, number, number]>> = {
  fat: [-104, -104, -103],
  mesentery: [-98, -94, -92],
  skin: [30, 36, 42],
  muscle: [52, 57, 63],
  corticalBone: [620, 620, 625],
  marrow: [175, 182, 190],
  disc: [80, 82, 85],
  cartilage: [95, 98, 100],
  cord: [28, 30, 32],
  lung: [-855, -845, -840],
  heart: [44, 210, 150],
  artery: [42, 310, 155],
  cava: [41, 85, 150],
  portal: [42, 125, 172],
  hepaticVein: [42, 70, 160],
  liver: [58, 72, 112],
  spleen: [49, 120, 122],
  cortex: [34, 165, 182],
  medulla: [29, 62, 160],
  renalPelvis: [6, 8, 12],
  pancreas: [40, 102, 88],
  adrenal: [24, 65, 70],
  bowelWall: [38, 82, 84],
  stomachWall: [38, 76, 88],
  esophagusWall: [38, 62, 72],
  fluid: [14, 14, 14],
  stool: [38, 38, 38],
  gas: [-960, -960, -960],
  bile: [8, 8, 9],
  urine: [4, 4, 6],
  bladderWall: [35, 45, 58],
  uterus: [46, 88, 112],
  endometrium: [36, 52, 70],
  prostate: [38, 52, 66],
  couch: [-420, -420, -420],
};

const columns: Readonly<Record<PhantomPhase, number>> = { plain: 0, arterial: 1, venous: 2 };

/** HU of a tissue as in the table, before what differs from patient to patient. */
export function huOfTissue(tissue: Tissue, phase: PhantomPhase): number {
  return table[tissue][columns[phase]];
}

/**
 * Attenuation of a patient's tissues in one phase. How much agent reaches an organ, and when, differs by patient: the
 * enhancement over the plain scan is scaled by a factor for the patient and a smaller one for each tissue.
 */
export function attenuationOf(patient: Patient, phase: PhantomPhase): Attenuation {
  const strength = patient.key.split("enhancement").stream().uniformBetween(0.85, 1.15);
  const entries = Object.entries(table).map(([tissue, values]) => {
    const stream = patient.key.split("enhancement").split(tissue).stream();
    const plain = values[0] + 2 * Math.max(-2, Math.min(2, stream.normal()));
    const enhancement = (values[columns[phase]] - values[0]) * strength * stream.uniformBetween(0.93, 1.07);
    const fat = tissue === "liver" ? patient.liverFatHu : 0;
    return [tissue, plain + enhancement - fat] as const;
  });
  return Object.fromEntries(entries) as Record<Tissue, number>;
}
