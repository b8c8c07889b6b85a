import { listDownloads } from "./manifest.js";
import type { CohortDownload, CohortManifest } from "./manifest.js";

/** A Croissant description: JSON-LD. */
export type CroissantDataset = Readonly<Record<string, unknown>>;

/** A manifest as Croissant, and what that format asks for and no source gives. */
export interface CroissantExport {
  dataset: CroissantDataset;
  /** Properties that Croissant requires and that are left out rather than made up; empty where all are there. */
  missing: string[];
  /**
   * Files whose sha256 no source gives, unless their server changes them. Croissant leaves the sum to the author, but its
   * reference implementation, mlcroissant, refuses such a file.
   */
  withoutChecksum: string[];
}

/**
 * A manifest as Croissant 1.1: the set, its files, where cases lie in them, its splits and its label values, with the
 * known issues as `rai:dataLimitations`. It says nothing that the manifest does not say. mlcroissant 1.1 reads it without
 * errors where `withoutChecksum` is empty.
 */
export function exportCroissant(manifest: CohortManifest): CroissantExport {
  const { licence, homepage, creators, datePublished, citation, knownIssues, overlaps, contrastPhase } =
    manifest;
  const files = listDownloads(manifest);
  const distribution = [...files.map(describeFile), ...describeLayout(manifest, files)];
  const isLive = files.some(({ unstable }) => unstable);
  const required = {
    license: licence.spdx === null ? undefined : licenceUrl(licence.spdx, homepage),
    url: homepage ?? undefined,
    creator: creators?.map((name) => ({ "@type": "sc:Organization", name })),
    datePublished: datePublished ?? undefined,
    distribution: distribution.length > 0 ? distribution : undefined,
  };
  const limitations = [
    ...knownIssues.map(({ text }) => text),
    ...overlaps.map(
      ({ with: other, scans, note }) =>
        `Shares ${scans ?? "an unknown number of"} scans with ${other}.${note === null ? "" : ` ${note}`}`,
    ),
  ];
  const dataset = dropUndefined({
    "@context": context,
    "@type": "sc:Dataset",
    conformsTo: ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
    name: manifest.name,
    alternateName: manifest.title,
    description: manifest.description,
    ...required,
    citeAs: citation?.text,
    keywords: ["computed tomography", ...manifest.structures.map(({ name }) => name)],
    isLiveDataset: isLive || undefined,
    "rai:dataLimitations": limitations.length > 0 ? limitations : undefined,
    "rai:dataCollection": contrastPhase
      ? `Contrast phases: ${contrastPhase.phases.join(", ")}.${contrastPhase.note === null ? "" : ` ${contrastPhase.note}`}`
      : undefined,
    recordSet: [describeSplits(manifest), describeLabels(manifest)].filter((set) => set !== undefined),
  });
  const missing = Object.entries(required).flatMap(([name, value]) => (value === undefined ? [name] : []));
  const withoutChecksum = isLive ? [] : files.filter(({ sha256 }) => sha256 === null).map(({ name }) => name);
  return { dataset, missing, withoutChecksum };
}

function describeFile({ name, url, bytes, sha256, content }: CohortDownload): Record<string, unknown> {
  return dropUndefined({
    "@type": "cr:FileObject",
    "@id": name,
    name,
    description: `Holds ${content}.`,
    contentUrl: url,
    contentSize: bytes === null ? undefined : `${bytes} B`,
    encodingFormat: encodingOf(name),
    sha256: sha256 ?? undefined,
  });
}

/** Images and label maps as sets of files inside the archives. */
function describeLayout(
  { layout }: CohortManifest,
  files: readonly CohortDownload[],
): Record<string, unknown>[] {
  if (layout === null) return [];
  const sets: [string, string | null, string][] = [
    ["images", layout.image, "CT, one file a case."],
    ["label-maps", layout.labels, "Label maps, one file a case."],
    ["masks", layout.segmentations, "Masks, one file a case and structure."],
  ];
  return sets.flatMap(([id, pattern, description]) => {
    if (pattern === null) return [];
    const kind = id === "images" ? "images" : "labels";
    const sources = files
      .filter(({ content }) => content.includes(kind))
      .map(({ name }) => ({ "@id": name }));
    return [
      dropUndefined({
        "@type": "cr:FileSet",
        "@id": id,
        name: id,
        description,
        containedIn: sources.length > 0 ? sources : undefined,
        encodingFormat: encodingOf(pattern),
        includes: pattern.replaceAll(/\{\w+\}/g, "*"),
      }),
    ];
  });
}

function describeSplits({ splits }: CohortManifest): Record<string, unknown> | undefined {
  if (splits.length === 0) return undefined;
  return {
    "@type": "cr:RecordSet",
    "@id": "splits",
    name: "splits",
    dataType: "cr:Split",
    key: { "@id": "splits/name" },
    field: [
      { "@type": "cr:Field", "@id": "splits/name", name: "name", dataType: "sc:Text" },
      { "@type": "cr:Field", "@id": "splits/url", name: "url", dataType: ["sc:URL", "cr:Split"] },
      { "@type": "cr:Field", "@id": "splits/scans", name: "scans", dataType: "sc:Integer" },
    ],
    // Each row of inline data holds every field: what is not known is null.
    data: splits.map(({ name, scans }) => ({
      "splits/name": name,
      "splits/url": splitUrls.find(([pattern]) => pattern.test(name))?.[1] ?? null,
      "splits/scans": scans,
    })),
  };
}

const splitUrls: readonly (readonly [RegExp, string])[] = [
  [/train/, "cr:TrainingSplit"],
  [/val/, "cr:ValidationSplit"],
  [/test/, "cr:TestSplit"],
];

function describeLabels({ labels }: CohortManifest): Record<string, unknown> | undefined {
  if (labels === null) return undefined;
  return {
    "@type": "cr:RecordSet",
    "@id": "labels",
    name: "labels",
    description: "What the values of the label maps stand for.",
    dataType: "sc:Enumeration",
    key: { "@id": "labels/value" },
    field: [
      { "@type": "cr:Field", "@id": "labels/value", name: "value", dataType: "sc:Integer" },
      { "@type": "cr:Field", "@id": "labels/name", name: "name", dataType: ["sc:Text", "sc:name"] },
    ],
    data: Object.entries(labels).map(([name, value]) => ({ "labels/value": value, "labels/name": name })),
  };
}

function licenceUrl(spdx: string, homepage: string | null): unknown {
  if (!spdx.startsWith("LicenseRef-")) return `https://spdx.org/licenses/${spdx}.html`;
  return dropUndefined({
    "@type": "sc:CreativeWork",
    name: spdx.slice("LicenseRef-".length),
    url: homepage ?? undefined,
  });
}

/** Medical formats have no type of their own: a NIfTI file is what it is packed in. */
function encodingOf(name: string): string {
  const types: [string, string][] = [
    [".tar", "application/x-tar"],
    [".gz", "application/gzip"],
    [".zip", "application/zip"],
    [".json", "application/json"],
    [".csv", "text/csv"],
    [".dcm", "application/dicom"],
  ];
  return types.find(([ending]) => name.endsWith(ending))?.[1] ?? "application/octet-stream";
}

function dropUndefined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/** The terms that Croissant 1.1 adds to schema.org's, by its own prefix. */
const croissantTerms = [
  "annotation",
  "arrayShape",
  "citeAs",
  "column",
  "containedIn",
  "equivalentProperty",
  "excludes",
  "extract",
  "field",
  "fileObject",
  "fileProperty",
  "fileSet",
  "format",
  "includes",
  "isArray",
  "isLiveDataset",
  "jsonPath",
  "key",
  "md5",
  "parentField",
  "readLines",
  "recordSet",
  "references",
  "regex",
  "sdVersion",
  "separator",
  "source",
  "subField",
  "transform",
  "unArchive",
  "value",
];

/** schema.org by its https address, which is the only one that mlcroissant knows. */
const context: Readonly<Record<string, unknown>> = {
  "@language": "en",
  "@vocab": "https://schema.org/",
  sc: "https://schema.org/",
  cr: "http://mlcommons.org/croissant/",
  rai: "http://mlcommons.org/croissant/RAI/",
  dct: "http://purl.org/dc/terms/",
  conformsTo: "dct:conformsTo",
  data: { "@id": "cr:data", "@type": "@json" },
  dataType: { "@id": "cr:dataType", "@type": "@vocab" },
  examples: { "@id": "cr:examples", "@type": "@json" },
  ...Object.fromEntries(croissantTerms.map((term) => [term, `cr:${term}`])),
};
