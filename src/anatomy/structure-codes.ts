import { canonicalName, isLesionName } from "./organs.js";
import { describeLabels } from "./structures.js";

/** A code of SNOMED CT (scheme `SCT`), as DICOM's context groups list it. */
export interface StructureCode {
  value: string;
  meaning: string;
}

/** What a structure is in the codes of DICOM (PS3.16). */
export interface CodedStructure {
  /** Of context group 7150: what kind of thing it is. */
  category: StructureCode;
  /** Of context group 7151. */
  type: StructureCode;
  /** Of context group 244: the side of a paired organ. */
  side?: StructureCode;
  /** The organ that a lesion lies in. */
  region?: StructureCode;
}

const code = (value: string, meaning: string): StructureCode => ({ value, meaning });

const anatomical = code("123037004", "Anatomical Structure");
const abnormal = code("49755003", "Morphologically Abnormal Structure");
const tissue = code("85756007", "Tissue");
const neoplasm = code("108369006", "Neoplasm");
const cyst = code("367643001", "Cyst");
const sides = { left: code("7771000", "Left"), right: code("24028007", "Right") } as const;

/** By canonical name, without the side. Vessels that no single code means have that of a vein or an artery. */
const organCodes: Readonly<Record<string, StructureCode | undefined>> = {
  adrenal_gland: code("23451007", "Adrenal gland"),
  aorta: code("15825003", "Aorta"),
  bladder: code("89837001", "Bladder"),
  celiac_trunk: code("51114001", "Artery"),
  colon: code("71854001", "Colon"),
  duodenum: code("38848004", "Duodenum"),
  esophagus: code("32849002", "Esophagus"),
  femur: code("71341001", "Femur"),
  gall_bladder: code("28231008", "Gallbladder"),
  hepatic_vessel: code("29092000", "Vein"),
  intestine: code("30315005", "Small intestine"),
  kidney: code("64033007", "Kidney"),
  liver: code("10200004", "Liver"),
  lung: code("39607008", "Lung"),
  pancreas: code("15776009", "Pancreas"),
  portal_vein_and_splenic_vein: code("29092000", "Vein"),
  postcava: code("64131007", "Inferior Vena Cava"),
  prostate: code("41216001", "Prostate"),
  rectum: code("34402009", "Rectum"),
  spleen: code("78961009", "Spleen"),
  stomach: code("69695003", "Stomach"),
  uterus: code("35039007", "Uterus"),
};

/**
 * The codes of each label by its name, under any of its spellings. A lesion is a neoplasm in its organ, where the names say
 * which; a structure that the tables do not have is tissue, as other programs code what they do not know.
 */
export function codeStructures(names: Readonly<Record<number, string>>): Record<number, CodedStructure> {
  return Object.fromEntries(
    describeLabels(names).map(({ value, name, lesionOf }) => [value, codeStructure(name, lesionOf)]),
  );
}

function codeStructure(name: string, lesionOf: string | undefined): CodedStructure {
  const region = organCodes[lesionOf ?? ""];
  if (lesionOf !== undefined || isLesionName(name))
    return { category: abnormal, type: neoplasm, ...(region ? { region } : {}) };
  const plain = canonicalName(name);
  const [, organ, side] = /^(.+?)(?:_(left|right))?$/.exec(plain) ?? [];
  const type = organCodes[organ];
  if (type) return { category: anatomical, type, ...(side ? { side: sides[side as "left"] } : {}) };
  const cystOf = /^(.*?)_?cysts?$/.exec(plain);
  if (!cystOf) return { category: tissue, type: tissue };
  const place = organCodes[cystOf[1]];
  return { category: abnormal, type: cyst, ...(place ? { region: place } : {}) };
}
