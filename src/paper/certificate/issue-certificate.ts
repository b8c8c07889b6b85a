import { LabError, locateErrorsOf } from "../../core/errors.js";
import { isThere, makeFolder, requireWritable, unwritable, writeFileWhole } from "../../core/files.js";
import { toJson } from "../../core/missing.js";
import { sweepTemporary, temporaryBeside } from "../../core/temporary.js";
import { encodeText } from "../../platform/bytes.js";
import { readdir, readFile, rename, rm } from "../../platform/files.js";
import { sha256 } from "../../platform/hash.js";
import { currentTime, monotonicMs, peakMemoryBytes } from "../../platform/machine.js";
import { dirname, join, resolve } from "../../platform/paths.js";
import { describeEnvironment } from "./certificate-environment.js";
import { hashesFile, hashesOf } from "./certificate-hashes.js";
import { certificatePage } from "./certificate-page.js";
import type { Certificate } from "./certificate.js";
import { formatChecklist } from "./checklist.js";
import { claimItems } from "./claim-items.js";
import { formatCodecheck } from "./codecheck.js";
import { compareHashes } from "./compare-hashes.js";
import { formatDataCard } from "./data-card.js";
import { locateExpected, readExpected, updateExpected } from "./expected-hashes.js";
import { listFiles } from "./hashed-file.js";
import { formatModelCard } from "./model-card.js";
import { formatRoCrate } from "./ro-crate.js";
import type { PackedFile } from "./ro-crate.js";
import { runSteps } from "./run-steps.js";
import type { StepsOptions } from "./run-steps.js";
import { tripodItems } from "./tripod-items.js";

/** How a certificate is made. */
export interface CertificateOptions extends StepsOptions {
  /** Expected hashes to compare with; default those that come with the project. */
  expected?: string;
  /** Whether the hashes of this run are written there in place of those of its set and arithmetic; default false. */
  updateExpected?: boolean;
  /** Whether a certificate that is there is replaced; default false. */
  overwrite?: boolean;
}

/**
 * Runs a set on this machine and writes a folder that a reviewer can sign: outputs with their hashes, what they were computed
 * on, the ledger, checklists and cards from the records, an RO-Crate and a `codecheck.yml`. The folder appears under its name when
 * it is whole; until then, and after a failure, there is none.
 *
 * @throws LabError where something of that name is there (with `overwrite` unless it is a certificate), expected hashes
 *   that cannot be read, or the step that failed; the signal's reason when aborted.
 */
export async function issueCertificate(options: CertificateOptions): Promise<Certificate> {
  const { folder, set, expected = locateExpected(), overwrite = false } = options;
  const { updateExpected: isUpdated = false } = options;
  await requireFreeFolder(folder, overwrite);
  if (isUpdated) await requireWritable(expected);
  const isNew = isUpdated && !(await isThere(expected));
  const known = isNew ? [] : await readExpected(expected, set.name);
  await makeFolder(dirname(resolve(folder)));
  await sweepTemporary(folder, true);
  const temporary = temporaryBeside(folder);
  try {
    // Whoever asked knows the folder by its own name.
    await locateErrorsOf(
      (input) => (input === temporary ? folder : input),
      () => makeFolder(temporary),
    );
    const [startedAt, startMs] = [currentTime(), monotonicMs()];
    const environment = await describeEnvironment();
    const { records, facts } = await runSteps({ ...options, folder: temporary });
    const hashes = hashesOf(set.name, records);
    const certificate: Certificate = {
      set,
      environment,
      records,
      facts,
      hashes,
      sha256: sha256(spell(hashes)),
      comparison: compareHashes(hashes.steps, known),
      startedAt,
      finishedAt: currentTime(),
      seconds: (monotonicMs() - startMs) / 1000,
      peakMemoryMb: peakMemoryBytes() / 1e6,
    };
    await writeDocuments(temporary, certificate);
    options.signal?.throwIfAborted();
    await takeName(temporary, folder, overwrite);
    if (isUpdated) await updateExpected(expected, hashes);
    return certificate;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    if (options.signal?.aborted || error instanceof LabError || !(error as { code?: string }).code)
      throw error;
    throw unwritable(error, folder);
  }
}

async function writeDocuments(folder: string, certificate: Certificate): Promise<void> {
  const { environment, records, hashes, comparison, facts, set } = certificate;
  const { startedAt, finishedAt, seconds, peakMemoryMb } = certificate;
  const { version, commit } = environment;
  const times = { startedAt, finishedAt, seconds, peakMemoryMb };
  const run = {
    format: "tumorlab-certificate-run",
    formatVersion: 1,
    set: set.name,
    version,
    commit,
    ...times,
  };
  const documents: [string, string][] = [
    [hashesFile, spell(hashes)],
    ["environment.json", spell(environment)],
    [
      "run.json",
      spell({ ...run, sha256: certificate.sha256, comparison, steps: records, engines: facts.engines }),
    ],
    ["claim-2024.md", formatChecklist(claimItems, certificate)],
    ["tripod-ai.md", formatChecklist(tripodItems, certificate)],
    ["model-card.md", formatModelCard(certificate)],
    ["data-card.md", formatDataCard(certificate)],
    ["certificate.html", certificatePage(certificate)],
    ["codecheck.yml", formatCodecheck(certificate)],
  ];
  for (const [name, text] of documents) await writeFileWhole(join(folder, name), [encodeText(text)]);
  const files: PackedFile[] = [];
  for (const name of await listFiles(folder)) {
    const bytes = await readFile(join(folder, name));
    files.push({ name, bytes: bytes.length, sha256: sha256(bytes) });
  }
  const crate = formatRoCrate(certificate, files);
  await writeFileWhole(join(folder, "ro-crate-metadata.json"), [encodeText(crate)]);
}

function spell(value: unknown): string {
  return `${toJson(value, 2)}\n`;
}

async function requireFreeFolder(folder: string, overwrite: boolean): Promise<void> {
  if (!(await isThere(folder))) return;
  const names = await readdir(folder).catch((): string[] => {
    throw new LabError(folder, "a file", "a name that is free", "Choose another name");
  });
  if (names.length === 0) return;
  if (!overwrite)
    throw new LabError(
      folder,
      "something of that name",
      "a name that is free",
      "Choose another name, or replace the certificate with --force",
    );
  if (!names.includes(hashesFile) || !names.includes("ro-crate-metadata.json"))
    throw new LabError(
      folder,
      "a folder that is no certificate",
      "a certificate to replace",
      "Choose another name, or remove the folder yourself",
    );
}

/** Gives a folder that is whole its name; one that is there is removed after, so that one of both is there at any time. */
async function takeName(temporary: string, folder: string, overwrite: boolean): Promise<void> {
  await requireFreeFolder(folder, overwrite);
  const isReplaced = await isThere(folder);
  const former = temporaryBeside(folder);
  if (isReplaced) await rename(folder, former);
  try {
    await rename(temporary, folder);
  } catch (error) {
    if (isReplaced) await rename(former, folder).catch(() => undefined);
    throw error;
  }
  if (isReplaced) await rm(former, { recursive: true, force: true });
}
