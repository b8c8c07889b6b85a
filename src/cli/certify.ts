import { LabError } from "../core/errors.js";
import { readHashes } from "../paper/certificate/certificate-hashes.js";
import { findCertificateSet, certificateScales } from "../paper/certificate/certificate-set.js";
import { compareHashes, describeComparison } from "../paper/certificate/compare-hashes.js";
import type { HashComparison } from "../paper/certificate/compare-hashes.js";
import { locateExpected } from "../paper/certificate/expected-hashes.js";
import { issueCertificate } from "../paper/certificate/issue-certificate.js";
import { describeMachine } from "../platform/machine.js";
import { createBar } from "./bar.js";
import type { Bar } from "./bar.js";
import { parseOptions, toJson, UsageError } from "./command.js";
import type { Command, CommandIo, ParsedOptions } from "./command.js";
import { isCount } from "./engine-options.js";

/** `tumorlab certify` */
export const certifyCommand: Command = {
  name: "certify",
  summary: "runs a fixed set of steps on this machine and writes a folder that a reviewer can sign",
  usage: `tumorlab certify [DIR] [options]
tumorlab certify --compare DIR DIR [--json]

  DIR                where the folder goes (default certificate)
  --scale NAME       ${certificateScales.join(" or ")}: under 3 or 20 minutes on two quiet cores (default tiny)
  --workers W        scans and networks made at the same time (default: one per core)
  --expected FILE    hashes to compare with (default: the project's, data-manifests/certificate.json)
  --update-expected  writes this run's hashes where the expected ones are; those of other arithmetic stay
  --force            replaces a certificate that is there; never another folder
  --compare          compares two folders that were written before, and runs nothing
  --json             prints the comparison as JSON

Runs, with fixed seeds: phantoms; lesions, each made again from its record; fits of the published curves; the ledger; the gradients of
two engines, and one against the other; a training, a prediction and its scores; a small experiment. Writes their outputs with hashes.json
(their sha256), certificate.html to read and sign, codecheck.yml, ro-crate-metadata.json (RO-Crate 1.2), environment.json, run.json, the
ledger, claim-2024.md and tripod-ai.md (what the records answer of the checklists, and what stays open), model-card.md and
data-card.md. The folder appears when it is complete. It has no name of a machine, a person or a folder in it.
Two machines with the same code, inputs and arithmetic get the same hashes. If a step differs, it is named and the exit code is 1;
the first one is where the difference begins. Steps whose arithmetic has no expected hashes, or that read other files, are not
compared, and the output says so; with --compare the exit code is then 1 too.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["scale", "workers", "expected"],
      flags: ["update-expected", "force", "compare", "json"],
    });
    if (options.has("compare")) return compareFolders(options, io);
    const [folder = "certificate", ...more] = options.positionals;
    if (more.length > 0) throw new UsageError(`unexpected ${more[0]}: two folders go with --compare`);
    return certify(folder, options, io);
  },
};

async function certify(folder: string, options: ParsedOptions, io: CommandIo): Promise<number> {
  const scale = options.value("scale") ?? "tiny";
  if (!certificateScales.some((each) => each === scale))
    throw new UsageError(
      `--scale: found ${JSON.stringify(scale)}, expected ${certificateScales.join(" or ")}`,
    );
  const expected = options.value("expected") ?? locateExpected();
  const updateExpected = options.has("update-expected");
  let bar: Bar | undefined;
  const { comparison, sha256 } = await issueCertificate({
    folder,
    set: findCertificateSet(scale),
    workers: options.number("workers", describeMachine().cores, isCount, "a whole number from 1"),
    expected,
    updateExpected,
    overwrite: options.has("force"),
    signal: io.signal,
    progress: (update) => bar?.update(update),
    onEvent(event) {
      const place = `step ${event.index + 1} of ${event.total}`;
      if (event.kind === "start") bar = createBar(`${place}, ${event.step.id}`, io);
      else {
        bar?.end();
        io.err(`${place}, ${event.record.id}: ${event.record.seconds.toFixed(1)} s\n`);
      }
    },
  }).finally(() => bar?.end());
  if (updateExpected) io.err(`${expected}: hashes of set ${scale} written\n`);
  if (options.has("json")) io.out(`${toJson({ folder, set: scale, sha256, comparison })}\n`);
  else io.out(`${folder}: ${describeComparison(comparison)}\nsha256 of hashes.json: ${sha256}\n`);
  return comparison.first && !updateExpected ? 1 : 0;
}

async function compareFolders(options: ParsedOptions, io: CommandIo): Promise<number> {
  const [one, other, ...more] = options.positionals;
  if (other === undefined || more.length > 0)
    throw new UsageError(`--compare: found ${options.positionals.length} folders, expected two`);
  const [here, there] = [await readHashes(one), await readHashes(other)];
  if (here.set !== there.set)
    throw new LabError(
      other,
      `set ${there.set}`,
      `set ${here.set}, as in ${one}`,
      "Compare two runs of one set",
    );
  const comparison: HashComparison = compareHashes(there.steps, here.steps);
  if (options.has("json")) io.out(`${toJson({ folders: [one, other], set: here.set, comparison })}\n`);
  else {
    io.out(`${other} beside ${one}: ${describeComparison(comparison)}\n`);
    const [odd] = comparison.steps.filter(({ files }) => files.length > 0);
    for (const { name, found, expected } of odd?.files ?? [])
      io.out(
        `  ${name}\n    ${one}  ${expected ?? "no such file"}\n    ${other}  ${found ?? "no such file"}\n`,
      );
  }
  return comparison.steps.every(({ state }) => state === "same") ? 0 : 1;
}
