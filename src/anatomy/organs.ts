/**
 * The one table of organs: names, label ids, colours and lesion names. Nothing else in the project
 * names a colour for an organ or spells an organ's label.
 *
 * Ids and names are those of AbdomenAtlas 2.0 (class map in the data set's own README). The
 * plausibility ranges are this project's own wide bounds for a healthy organ's mean attenuation in any
 * contrast phase, with the usual content of hollow organs: outside them a label or a rescale is probably
 * wrong. They are not published reference values.
 */

/** The six organs whose tumors the paper studies, in the order of its figures. */
export const tumorOrgans = ["liver", "pancreas", "kidney", "colon", "esophagus", "uterus"] as const;

/** One of the six organs whose tumors the paper studies. */
export type TumorOrgan = (typeof tumorOrgans)[number];

/** A row of the organ table. */
export interface Organ {
  /** Label value in AbdomenAtlas 2.0's `combined_labels.nii.gz`. */
  labelId: number;
  /** Name in snake case, as in AbdomenAtlas 2.0's file names. */
  name: string;
  /** Name for people. */
  displayName: string;
  /** `#rrggbb`; the colours of the six tumor organs are Okabe and Ito's, safe for colour-blind readers. */
  color: string;
  /** Lowest and highest mean attenuation that is plausible, in HU. */
  plausibleHu: readonly [number, number];
  /** Other spellings in public data sets, lower case. */
  aliases: readonly string[];
  /** Name of its lesion label, where the data set has one. */
  lesionName?: string;
}

/** A row of the lesion table. */
export interface Lesion {
  labelId: number;
  name: string;
  displayName: string;
  tumorOrgan: TumorOrgan;
  aliases: readonly string[];
}

/** Lesions are drawn in one bright colour whatever their organ, so that they stand out on any of them. */
export const lesionColor = "#F0E442";

/** The name of lesions of no organ in particular, as in a set that calls them only "tumor". */
export const anyLesion = "tumor";

/** Colour of a structure that is not in the table. */
export const otherStructureColor = "#9E9E9E";

/** All organs, by label id. */
export const organs: readonly Organ[] = [
  organ(1, "aorta", "Aorta", "#B2182B", [20, 500], []),
  organ(2, "gall_bladder", "Gall bladder", "#66A61E", [-20, 60], ["gallbladder"]),
  organ(3, "kidney_left", "Left kidney", "#009E73", [10, 280], ["left_kidney"], "kidney_lesion"),
  organ(4, "kidney_right", "Right kidney", "#00BF8B", [10, 280], ["right_kidney"], "kidney_lesion"),
  organ(5, "liver", "Liver", "#D55E00", [20, 180], [], "liver_lesion"),
  organ(6, "pancreas", "Pancreas", "#E69F00", [-20, 170], [], "pancreatic_lesion"),
  organ(7, "postcava", "Inferior vena cava", "#2166AC", [20, 300], ["inferior_vena_cava", "ivc"]),
  organ(8, "spleen", "Spleen", "#8E7CC3", [20, 220], []),
  organ(9, "stomach", "Stomach", "#A6761D", [-500, 250], []),
  organ(10, "adrenal_gland_left", "Left adrenal gland", "#E7298A", [-30, 150], []),
  organ(11, "adrenal_gland_right", "Right adrenal gland", "#F06FB4", [-30, 150], []),
  organ(12, "bladder", "Urinary bladder", "#BFA300", [-20, 400], ["urinary_bladder"]),
  organ(13, "celiac_trunk", "Celiac trunk", "#D6604D", [20, 500], ["celiac_aa", "celiac_artery"]),
  organ(14, "colon", "Colon", "#56B4E9", [-800, 250], [], "colon_lesion"),
  organ(15, "duodenum", "Duodenum", "#8DA0CB", [-200, 250], []),
  organ(16, "esophagus", "Esophagus", "#CC79A7", [-500, 200], ["oesophagus"], "esophagus_tumor"),
  organ(17, "femur_left", "Left femur", "#B8B8B8", [100, 1200], []),
  organ(18, "femur_right", "Right femur", "#A3A3A3", [100, 1200], []),
  organ(19, "hepatic_vessel", "Hepatic vessels", "#92C5DE", [20, 300], ["hepatic_vein"]),
  organ(20, "intestine", "Small intestine", "#B5B35C", [-300, 250], ["small_bowel", "small_intestine"]),
  organ(
    21,
    "lung_left",
    "Left lung",
    "#C7D9E5",
    [-950, -300],
    ["lung_upper_lobe_left", "lung_lower_lobe_left", "left_lung"],
  ),
  organ(
    22,
    "lung_right",
    "Right lung",
    "#AFC8DA",
    [-950, -300],
    ["lung_upper_lobe_right", "lung_middle_lobe_right", "lung_lower_lobe_right", "right_lung"],
  ),
  organ(
    23,
    "portal_vein_and_splenic_vein",
    "Portal and splenic vein",
    "#4393C3",
    [20, 300],
    ["portal_vein", "veins"],
  ),
  organ(24, "prostate", "Prostate", "#80B1D3", [0, 150], []),
  organ(25, "rectum", "Rectum", "#7FC7F0", [-800, 200], []),
  organ(26, "uterus", "Uterus", "#0072B2", [0, 200], [], "endometrioma_tumor"),
];

/** The six lesion labels, in the order of {@link tumorOrgans}. The uterus label is called endometrioma upstream. */
export const lesions: readonly Lesion[] = [
  {
    labelId: 27,
    name: "liver_lesion",
    displayName: "Liver lesion",
    tumorOrgan: "liver",
    aliases: ["liver_tumor"],
  },
  {
    labelId: 28,
    name: "pancreatic_lesion",
    displayName: "Pancreatic lesion",
    tumorOrgan: "pancreas",
    aliases: ["pancreas_tumor", "pancreatic_tumor", "pancreas_lesion", "pdac", "pdac_lesion"],
  },
  {
    labelId: 29,
    name: "kidney_lesion",
    displayName: "Kidney lesion",
    tumorOrgan: "kidney",
    aliases: ["kidney_tumor"],
  },
  {
    labelId: 30,
    name: "colon_lesion",
    displayName: "Colon lesion",
    tumorOrgan: "colon",
    aliases: ["colon_tumor", "colon_cancer_primaries"],
  },
  {
    labelId: 32,
    name: "esophagus_tumor",
    displayName: "Esophageal lesion",
    tumorOrgan: "esophagus",
    aliases: ["esophagus_lesion", "esophageal_tumor"],
  },
  {
    labelId: 31,
    name: "endometrioma_tumor",
    displayName: "Uterine lesion",
    tumorOrgan: "uterus",
    aliases: ["uterus_tumor", "uterus_lesion", "uterine_lesion"],
  },
];

/**
 * Finds an organ by its name or an alias, ignoring case and taking spaces and hyphens for underscores.
 *
 * @returns `undefined` for a structure the table does not have.
 */
export function findOrgan(name: string): Organ | undefined {
  return organsByName.get(normalizeName(name));
}

/** Finds a lesion label by its name or an alias, as {@link findOrgan} does. */
export function findLesion(name: string): Lesion | undefined {
  return lesionsByName.get(normalizeName(name));
}

/**
 * The one name of a structure under all its spellings: that of the tables where they have it (`Left Kidney` is
 * `kidney_left`, `gallbladder` is `gall_bladder`), else its own in lower case, with underscores and the side last. A lobe
 * of a lung keeps its name: where lobes are told apart they are structures of their own. Lesions of no organ in particular are
 * `anyLesion`. Regions keep the names that `findRegions` gives them: `liver with lesions`.
 */
export function canonicalName(name: string): string {
  const [, organName, rest] = regionName.exec(name.trim()) ?? [];
  if (rest !== undefined) return `${canonicalName(organName)} ${rest.toLowerCase().replaceAll("_", " ")}`;
  const plain = normalizeName(name);
  if (isAnyLesion(name)) return anyLesion;
  if (/(^|_)lobe(_|$)/.test(plain)) return plain;
  return findLesion(name)?.name ?? findOrgan(name)?.name ?? plain;
}

const regionName = /^(.+?)[ _](with[ _]lesions|lesions[ _]and[ _]cysts)$/i;

/**
 * Whether a name is that of a lesion in the tables, or says tumor, lesion or cancer, as classes over several organs do. An organ
 * with its lesions is none.
 */
export function isLesionName(name: string): boolean {
  if (/[ _]with[ _]lesions$/i.test(name)) return false;
  return findLesion(name) !== undefined || /(^|[^a-z])(tumou?r|lesion|cancer)s?([^a-z]|$)/i.test(name);
}

/** Whether a name says lesion, and of no organ. */
export function isAnyLesion(name: string): boolean {
  return /^(tumor|cancer|lesion)s?$/.test(normalizeName(name));
}

/** How to draw a structure of any data set: known ones from the tables, others by their own name in grey. */
export function describeStructure(name: string): { displayName: string; color: string; lesion: boolean } {
  const lesion = findLesion(name);
  if (lesion) return { displayName: lesion.displayName, color: lesionColor, lesion: true };
  const plain = normalizeName(name);
  if (/^(tumou?r|lesion)s?$/.test(plain))
    return { displayName: humanize(name), color: lesionColor, lesion: true };
  // Both kidneys as one structure, as models and the Decathlon's successors have them.
  const organ =
    findOrgan(name) ??
    (plain === "kidney" ? { ...findOrgan("kidney_left")!, displayName: "Kidney" } : undefined);
  if (!organ) return { displayName: humanize(name), color: otherStructureColor, lesion: false };
  // A lobe of a lung is drawn like the lung but keeps its own name.
  const displayName =
    organ.name.startsWith("lung") && normalizeName(name) !== organ.name ? humanize(name) : organ.displayName;
  return { displayName, color: organ.color, lesion: false };
}

function organ(
  labelId: number,
  name: string,
  displayName: string,
  color: string,
  plausibleHu: readonly [number, number],
  aliases: readonly string[],
  lesionName?: string,
): Organ {
  return { labelId, name, displayName, color, plausibleHu, aliases, ...(lesionName ? { lesionName } : {}) };
}

/**
 * A structure's name as the tables spell names: lower case, underscores for spaces and hyphens, American spelling, the side
 * at the end (`Left-Kidney` is `kidney_left`), one organ of a kind in the singular.
 */
export function normalizeName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, "_")
    .replaceAll("tumour", "tumor")
    .replace(/^(left|right)_(.+)$/, "$2_$1")
    .replace(/(kidney|lung|tumor|lesion|cyst|adrenal_gland|femur)s(?=$|_left$|_right$)/, "$1");
}

function humanize(name: string): string {
  const words = name.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function indexByName<T extends { name: string; aliases: readonly string[] }>(
  rows: readonly T[],
): Map<string, T> {
  return new Map(
    rows.flatMap((row) => [row.name, ...row.aliases].map((name) => [normalizeName(name), row] as const)),
  );
}

const organsByName = indexByName(organs);
const lesionsByName = indexByName(lesions);
