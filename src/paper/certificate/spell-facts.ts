import type { SummaryRow } from "../../metrics/summary.js";
import type { CertificateFacts } from "./certificate-facts.js";
import type { Certificate } from "./certificate.js";

/** A number with so many decimals; `none` for one that is missing. */
export function spell(value: number, digits = 0): string {
  return Number.isNaN(value) ? "none" : value.toFixed(digits);
}

/** Facts of the steps, all of which every set has. */
export function factsOf({ facts }: Certificate): Omit<CertificateFacts, "experiment"> {
  return facts as CertificateFacts;
}

/** Dice by class, such as `liver 0.771 (3 scans of 2 patients, 95 % 0.702 to 0.811)`. */
export function spellDice({ facts }: Certificate): string {
  const rows = facts.scores!.summary.filter((row) => row.metric === "dice" && row.scope === "label");
  return rows.map((row) => `${row.name} ${spell(row.mean, 3)} (${spellInterval(row)})`).join(", ");
}

/** How many scans and patients a mean has, and its interval over the patients where there is one. */
export function spellInterval({ cases, patients, interval }: SummaryRow): string {
  const over = `${spellCount(cases, "scan")} of ${spellCount(patients, "patient")}`;
  if (Number.isNaN(interval.low)) return `${over}, too few for an interval`;
  return `${over}, 95 % ${spell(interval.low, 3)} to ${spell(interval.high, 3)}`;
}

function spellCount(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** Patients and scans on each side of the training. */
export function spellSplit({ facts }: Certificate): string {
  const { training, heldOut } = facts.training!;
  const count = (scans: readonly { patient: string }[]): string =>
    `${spellCount(scans.length, "scan")} of ${spellCount(new Set(scans.map(({ patient }) => patient)).size, "patient")}`;
  return `${count(training)} learned from, ${count(heldOut)} held out`;
}

/** Sizes, ages and phases of the phantoms in a sentence. */
export function spellPhantoms({ facts }: Certificate): string {
  const scans = facts.phantoms!;
  const people = [...new Map(scans.map((scan) => [scan.patientId, scan])).values()];
  const ages = people.map(({ ageYears }) => ageYears);
  const counts = (of: readonly string[]): string =>
    [...new Set(of)]
      .sort()
      .map((name) => `${of.filter((each) => each === name).length} ${name}`)
      .join(", ");
  const withTumor = scans.filter(({ tumors }) => tumors.length > 0).length;
  return `${scans.length} scans of ${people.length} phantom patients (sex ${counts(people.map(({ sex }) => sex))}; age ${Math.min(...ages)} to ${Math.max(...ages)}; phase ${counts(scans.map(({ phase }) => phase))}), ${withTumor} scans with tumors`;
}
