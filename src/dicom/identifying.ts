import { type DicomDataSet, textOf } from "./parse.js";

/** Elements that tell who a patient is, of the list that PS3.15 (table E.1-1) gives for de-identification. */
const identifyingElements: Readonly<Record<string, string>> = {
  x00080050: "Accession Number",
  x00080080: "Institution Name",
  x00080081: "Institution Address",
  x00080090: "Referring Physician's Name",
  x00080092: "Referring Physician's Address",
  x00080094: "Referring Physician's Telephone Numbers",
  x00081010: "Station Name",
  x00081040: "Institutional Department Name",
  x00081048: "Physician(s) of Record",
  x00081050: "Performing Physician's Name",
  x00081060: "Name of Physician(s) Reading Study",
  x00081070: "Operators' Name",
  x00081080: "Admitting Diagnoses Description",
  x00100010: "Patient's Name",
  x00100020: "Patient ID",
  x00100021: "Issuer of Patient ID",
  x00100030: "Patient's Birth Date",
  x00100032: "Patient's Birth Time",
  x00100050: "Patient's Insurance Plan Code Sequence",
  x00101000: "Other Patient IDs",
  x00101001: "Other Patient Names",
  x00101002: "Other Patient IDs Sequence",
  x00101005: "Patient's Birth Name",
  x00101040: "Patient's Address",
  x00101060: "Patient's Mother's Birth Name",
  x00102150: "Country of Residence",
  x00102154: "Patient's Telephone Numbers",
  x00102160: "Ethnic Group",
  x00102180: "Occupation",
  x001021b0: "Additional Patient History",
  x001021f0: "Patient's Religious Preference",
  x00104000: "Patient Comments",
  x00181000: "Device Serial Number",
  x00181030: "Protocol Name",
  x00200010: "Study ID",
  x00321032: "Requesting Physician",
  x00380010: "Admission ID",
  x00380300: "Current Patient Location",
  x00380400: "Patient's Institution Residence",
  x00400006: "Scheduled Performing Physician's Name",
  x00400275: "Request Attributes Sequence",
  x0040a123: "Person Name",
  x00204000: "Image Comments",
};

/** Elements of equipment that may not be empty (PS3.3, C.7.5.2), so that writers without such a number put zeros there. */
const neverEmpty: ReadonlySet<string> = new Set(["x00181000"]);

/**
 * Adds one for each identifying element that has a value here, by its name; private elements, which may hold anything, count
 * together. Values are looked at for nothing but whether there are any, and are never kept: padding is none, nor is a sequence
 * without items, nor zeros where the standard asks for something.
 */
export function countIdentifying(data: DicomDataSet, counts: Record<string, number>): void {
  let hasPrivate = false;
  for (const tag of Object.keys(data.elements)) {
    const element = data.elements[tag];
    if (!element || element.length === 0) continue;
    const name = identifyingElements[tag];
    if (name !== undefined && hasValue(data, tag)) counts[name] = (counts[name] ?? 0) + 1;
    if ((parseInt(tag.slice(4, 5), 16) & 1) === 1) hasPrivate = true;
  }
  if (hasPrivate) counts["private elements"] = (counts["private elements"] ?? 0) + 1;
}

function hasValue(data: DicomDataSet, tag: string): boolean {
  const { items } = data.elements[tag]!;
  if (items) return items.length > 0;
  const text = textOf(data, tag);
  return text !== undefined && !(neverEmpty.has(tag) && /^[0\s._/-]*$/.test(text));
}
