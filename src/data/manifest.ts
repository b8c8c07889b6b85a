import type { JsonSchemaFault } from "../core/json-schema.js";

/**
 * A data set as its manifest tells of it; the published form is `data-manifests/cohorts/cohort.schema.json`.
 * `null` is what no source says: it is never a guess and never stands for none.
 */
export interface CohortManifest {
  /** Lower case with hyphens, the name of its file and of the command line. */
  name: string;
  title: string;
  description: string;
  /** As in nnU-Net's dataset.json. */
  channel_names: Readonly<Record<string, string>>;
  /** Structure name to label value with `background` 0; null for sets without label maps or with unknown values. */
  labels: Readonly<Record<string, number>> | null;
  numTraining: number | null;
  numTest: number | null;
  file_ending: string | null;
  citation: { text: string; doi: string | null; year: number | null } | null;
  creators: readonly string[] | null;
  /** Year, month or day, as far as known. */
  datePublished: string | null;
  homepage: string | null;
  licence: CohortLicence;
  access: CohortAccess;
  downloads: readonly CohortDownload[];
  layout: CohortLayout | null;
  structures: readonly CohortStructure[];
  splits: readonly CohortSplit[];
  contrastPhase: { phases: readonly ContrastPhase[]; note: string | null } | null;
  counts: Readonly<Record<"scans" | "patients" | "tumors" | "controls", number | null>>;
  knownIssues: readonly { text: string; source: string }[];
  overlaps: readonly CohortOverlap[];
  /** Tables of the paper's published numbers that speak of this set, and which of their rows do. */
  published: readonly { table: string; rows: Readonly<Record<string, string | number>> }[];
  /** What the keys of sources stand for. */
  sources: Readonly<Record<string, { what: string; url: string | null }>>;
  /** Field name to the keys of the sources that state it. */
  provenance: Readonly<Record<string, readonly string[]>>;
}

/** What may be done with a set. */
export interface CohortLicence {
  /** SPDX id, `LicenseRef-...` for terms without one. */
  spdx: string | null;
  /** Whether copies and works derived from them may be passed on, under the licence's conditions. */
  redistribution: boolean | null;
  note: string | null;
}

/** How to obtain the data set: `generated` means that this project makes it. */
export interface CohortAccess {
  kind: "open" | "registration" | "proprietary" | "generated";
  /** Where to ask for it. */
  askAt: string | null;
  note: string | null;
}

/** A file that can be fetched, or with `range` a numbered row of them. */
export interface CohortDownload {
  /** Path inside the folder of the download. */
  name: string;
  url: string;
  bytes: number | null;
  /** 64 hexadecimal digits, lower case. */
  sha256: string | null;
  /** The server rebuilds the archive at each request. */
  unstable: boolean;
  content: "images" | "labels" | "images and labels" | "metadata";
  range?: { from: number; to: number; width: number };
}

/** Where a case's files lie once unpacked: `{case}` and `{structure}` are to be filled in. */
export interface CohortLayout {
  kind: "abdomenatlas" | "msd" | "nnunet" | "kits" | "totalsegmentator" | "dicom" | "other";
  image: string | null;
  labels: string | null;
  segmentations: string | null;
  note: string | null;
}

/** A labelled structure. */
export interface CohortStructure {
  name: string;
  kind: "organ" | "lesion" | "vessel" | "other";
  /** The organ a lesion grows in, or the name in this project's organ table. */
  organ: string | null;
  aliases: readonly string[];
}

/** A part of the set as its makers cut it. */
export interface CohortSplit {
  name: string;
  scans: number | null;
  patients: number | null;
  /** Whether its labels are public. */
  labelled: boolean | null;
  note: string | null;
}

/** When the scan was taken after the contrast agent was given. */
export type ContrastPhase = "plain" | "arterial" | "venous" | "nephrographic" | "delayed" | "unknown";

/** Scans that are also in another set. */
export interface CohortOverlap {
  with: string;
  /** `holds`: the other set is a source of this one; `within`: this one is a source of it; `same`: one set, two names. */
  relation: "holds" | "within" | "same" | null;
  scans: number | null;
  /** Which of this set's cases they are, where that is known. */
  cases: readonly string[] | null;
  note: string | null;
  source: string;
}

/** Fields whose value is a fact of the world and so needs a source. */
const sourcedFields: readonly (keyof CohortManifest)[] = [
  "labels",
  "numTraining",
  "numTest",
  "file_ending",
  "citation",
  "creators",
  "datePublished",
  "homepage",
  "licence",
  "access",
  "downloads",
  "layout",
  "splits",
  "contrastPhase",
  "counts",
];

/**
 * What a schema cannot say: every fact has a source that is described, structures and labels name the same things,
 * and no two names mean different things.
 *
 * @returns one line for each fault, empty when there is none.
 */
export function checkManifest(manifest: CohortManifest): JsonSchemaFault[] {
  const faults: JsonSchemaFault[] = [];
  const fault = (where: string, found: unknown, expected: string): void => {
    faults.push({ where, found, expected });
  };
  const { sources, provenance, structures, labels } = manifest;
  const described = Object.keys(sources);
  for (const field of sourcedFields) {
    if (statesSomething(manifest[field]) && !provenance[field])
      fault(`/provenance/${field}`, undefined, "the source of what the field states");
  }
  const cited = [
    ...Object.entries(provenance).flatMap(([field, keys]) =>
      keys.map((key) => [`/provenance/${field}`, key] as const),
    ),
    ...manifest.knownIssues.map(({ source }, i) => [`/knownIssues/${i}/source`, source] as const),
    ...manifest.overlaps.map(({ source }, i) => [`/overlaps/${i}/source`, source] as const),
  ];
  for (const [where, key] of cited)
    if (!described.includes(key)) fault(where, key, `a key of sources: ${described.join(", ")}`);
  for (const field of Object.keys(provenance))
    if (!Object.hasOwn(manifest, field))
      fault(`/provenance/${field}`, field, "the name of a field of the manifest");

  if (labels) {
    const names = Object.keys(labels).filter((name) => name !== "background");
    const known = structures.map(({ name }) => name);
    for (const name of names)
      if (!known.includes(name)) fault("/structures", name, "a row for each name in labels");
    for (const name of known)
      if (!names.includes(name)) fault(`/labels/${name}`, undefined, "a value for each structure");
    const values = Object.values(labels);
    for (const [name, value] of Object.entries(labels))
      if (values.indexOf(value) !== Object.keys(labels).indexOf(name))
        fault(`/labels/${name}`, value, "a value of its own");
  }
  const meanings = new Map<string, string>();
  for (const { name, aliases } of structures)
    for (const word of [name, ...aliases]) {
      const other = meanings.get(word);
      if (other !== undefined) fault(`/structures/${name}`, word, `a word that does not also mean ${other}`);
      meanings.set(word, name);
    }
  manifest.downloads.forEach(({ name, url, range }, i) => {
    if ([name, url].some((text) => text.includes("{n}") !== (range !== undefined)))
      fault(`/downloads/${i}`, name, "{n} in name and url exactly where there is a range");
    if (range && range.to < range.from) fault(`/downloads/${i}/range`, range, "from not above to");
  });
  return faults;
}

/** Files of a set with every `range` written out, in order. */
export function listDownloads(manifest: CohortManifest): CohortDownload[] {
  return manifest.downloads.flatMap(({ range, ...file }) => {
    if (!range) return [file];
    return Array.from({ length: range.to - range.from + 1 }, (_, i) => {
      const number = String(range.from + i).padStart(range.width, "0");
      return {
        ...file,
        name: file.name.replaceAll("{n}", number),
        url: file.url.replaceAll("{n}", number),
      };
    });
  });
}

function statesSomething(value: unknown): boolean {
  if (value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object") return Object.values(value).some((each) => each !== null);
  return true;
}
