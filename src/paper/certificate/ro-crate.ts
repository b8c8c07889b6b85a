import type { Certificate } from "./certificate.js";

/** A file in the certificate's folder as it lies there. */
export interface PackedFile {
  name: string;
  bytes: number;
  /** Of the bytes, packed or not. */
  sha256: string;
}

type Entity = Readonly<Record<string, unknown>> & { "@id": string };

const ref = (id: string): { "@id": string } => ({ "@id": id });
const processProfile = "https://w3id.org/ro/wfrun/process/0.5";
const software = "#tumorlab";

/**
 * `ro-crate-metadata.json` (RO-Crate 1.2, Process Run Crate 0.5): every file of the folder, each step as an action with what it
 * used, read and gave. Who ran it is not known and is left out.
 */
export function formatRoCrate(certificate: Certificate, files: readonly PackedFile[]): string {
  const { set, environment, records, finishedAt, comparison } = certificate;
  const { version, commit } = environment;
  const graph: Entity[] = [
    {
      "@id": "ro-crate-metadata.json",
      "@type": "CreativeWork",
      about: ref("./"),
      conformsTo: ref("https://w3id.org/ro/crate/1.2"),
    },
    {
      "@id": "./",
      "@type": "Dataset",
      conformsTo: ref(processProfile),
      name: `Certificate of a run of Tumorlab, set ${set.name}`,
      description: `${records.length} steps run by tumorlab certify, ${comparison.compared} of them compared with expected hashes. Phantoms and published numbers alone: no patient data.`,
      datePublished: finishedAt,
      license: ref("https://spdx.org/licenses/MIT"),
      hasPart: files.map(({ name }) => ref(idOf(name))),
      mentions: records.map(({ id }) => ref(`#step-${id}`)),
    },
    {
      "@id": processProfile,
      "@type": "CreativeWork",
      name: "Process Run Crate",
      version: "0.5",
    },
    {
      "@id": "https://spdx.org/licenses/MIT",
      "@type": "CreativeWork",
      name: "MIT License",
      description: "May be used, changed and passed on, with its notice.",
    },
    {
      "@id": software,
      "@type": "SoftwareApplication",
      name: "Tumorlab",
      softwareVersion: commit === null ? version : `${version}, commit ${commit}`,
      softwareRequirements: ref("#node"),
    },
    {
      "@id": "#node",
      "@type": "SoftwareApplication",
      name: "Node.js",
      softwareVersion: environment.nodeVersion,
      url: "https://nodejs.org/",
    },
    ...records.map((record): Entity => ({
      "@id": `#step-${record.id}`,
      "@type": "CreateAction",
      name: record.what,
      description: record.call,
      instrument: ref(software),
      object: [
        ...record.after.flatMap((id) => outputsOf(certificate, id)),
        ...record.reads.map(({ name }) => ref(`#read/${idOf(name)}`)),
      ],
      result: outputsOf(certificate, record.id),
      startTime: record.startedAt,
      endTime: record.finishedAt,
      actionStatus: "http://schema.org/CompletedActionStatus",
    })),
    ...uniqueReads(certificate).map(({ name, sha256 }): Entity => ({
      "@id": `#read/${idOf(name)}`,
      "@type": "CreativeWork",
      name,
      description: "A file of the project's own folder.",
      sha256,
    })),
    ...files.map(({ name, bytes, sha256 }): Entity => ({
      "@id": idOf(name),
      "@type": "File",
      name: name.split("/").at(-1)!,
      description: describe(name, certificate),
      contentSize: String(bytes),
      encodingFormat: encodingOf(name),
      sha256,
    })),
  ];
  return `${JSON.stringify({ "@context": "https://w3id.org/ro/crate/1.2/context", "@graph": graph }, null, 2)}\n`;
}

/** Paths in a crate are URIs. */
function idOf(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}

function outputsOf({ records }: Certificate, id: string): { "@id": string }[] {
  return (records.find((record) => record.id === id)?.outputs ?? []).map(({ name }) => ref(idOf(name)));
}

function uniqueReads({ records }: Certificate): { name: string; sha256: string }[] {
  return [...new Map(records.flatMap(({ reads }) => reads).map((file) => [file.name, file])).values()];
}

const descriptions: Readonly<Record<string, string>> = {
  "certificate.html": "The certificate to read and sign.",
  "codecheck.yml": "Outputs to be made again, and fields for who checks and signs.",
  "hashes.json":
    "sha256 of what each step read and gave; the same bytes where arithmetic and inputs are the same.",
  "environment.json": "Versions, machine and engine.",
  "run.json": "Each step with its call, seed, times and hashes.",
  "claim-2024.md": "What the records answer of CLAIM 2024, and what stays open.",
  "tripod-ai.md": "What the records answer of TRIPOD+AI, and what stays open.",
  "model-card.md": "The network that was trained, from the record of its training.",
  "data-card.md": "The phantoms it was trained on, from their records.",
};

function describe(name: string, { records }: Certificate): string {
  const step = records.find(({ outputs }) => outputs.some((file) => file.name === name));
  return descriptions[name] ?? (step ? `Output of step ${step.id}.` : "Kept beside the outputs of a step.");
}

function encodingOf(name: string): string {
  const types: [string, string][] = [
    [".gz", "application/gzip"],
    [".json", "application/json"],
    [".jsonl", "application/jsonl"],
    [".csv", "text/csv"],
    [".html", "text/html"],
    [".md", "text/markdown"],
    [".yml", "application/yaml"],
  ];
  return types.find(([ending]) => name.endsWith(ending))?.[1] ?? "application/octet-stream";
}
