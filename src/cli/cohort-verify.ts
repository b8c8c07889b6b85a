import { openLabelMap } from "../anatomy/label-maps.js";
import { folderLayouts } from "../data/layouts.js";
import type { FolderLayout } from "../data/layouts.js";
import { openCohort } from "../data/open-cohort.js";
import { cohortChecks } from "../data/verify/finding.js";
import type { CheckName } from "../data/verify/finding.js";
import { verifyCohort } from "../data/verify/verify.js";
import type { CohortReport } from "../data/verify/verify.js";
import { describeMachine } from "../platform/machine.js";
import { createBar } from "./bar.js";
import { parseOptions, toJson, UsageError } from "./command.js";
import type { Command } from "./command.js";
import { forceHelp, requireFree } from "./output.js";
import { readingHelp, readingOf, readingOptions } from "./reading.js";
import { formatTable } from "./table.js";
import { writeFileWhole } from "./write-file.js";

/** `tumorlab cohort verify` */
export const cohortVerifyCommand: Command = {
  name: "cohort verify",
  summary: "checks a cohort folder before any compute is spent on it",
  usage: `tumorlab cohort verify [NAME] DIR [options]

  NAME                       manifest of the set (see tumorlab cohort list): says layout, labels and their aliases
  --label-map NAME|FILE.json names of label values (default: the manifest, else classes.json or dataset.json, else the layout's own)
  --layout NAME              ${folderLayouts.join(", ")} (default: what the files show)
  --images DIR               images of cases that have none beside their labels: CASE.nii.gz or CASE_0000.nii.gz
  ${readingHelp(29)}
  --metadata FILE.csv        which scans show tumors, and whose they are (default: DIR/metadata.csv where there is one)
  --min-lesion-voxels N      lesions with fewer voxels are reported (default 10)
  --organ-gap-mm T           a lesion farther from its organ lies outside it (default 5)
  --headers-only             reads only the file headers
  --workers N                cases read at the same time (default: one per core)
  --out FILE.json            also writes the report, for tumorlab cohort split and leaks
  --force                    ${forceHelp}
  --json                     prints the report as JSON

Each line names the case, the check, the file, the value and what was expected. The exit code is 1 if there are errors;
with only warnings it is 0. Masks of one case may overlap by up to 0.05 ml, a part in its whole and a lesion in its organ
by any volume. Metadata have a column case (or BDMAP ID, PanTS ID), and may have patient, tumor, and one
for each tumor organ with Y or N.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: [
        "label-map",
        "layout",
        "images",
        "metadata",
        "min-lesion-voxels",
        "organ-gap-mm",
        "workers",
        "out",
        ...readingOptions,
      ],
      flags: ["headers-only", "json", "force"],
    });
    const { positionals } = options;
    if (positionals.length < 1 || positionals.length > 2) throw new UsageError("expected [NAME] DIR");
    const [name, folder] = positionals.length === 2 ? positionals : [undefined, positionals[0]];
    const isCount = (count: number): boolean => Number.isInteger(count) && count >= 1;
    const isWhole = (count: number): boolean => Number.isInteger(count) && count >= 0;
    const isLength = (mm: number): boolean => Number.isFinite(mm) && mm >= 0;
    const workers = options.number("workers", describeMachine().cores, isCount, "a whole number from 1");
    const minLesionVoxels = options.number("min-lesion-voxels", 10, isWhole, "a whole number from 0");
    const organGapMm = options.number("organ-gap-mm", 5, isLength, "millimetres from 0");
    const layout = options.value("layout");
    if (layout !== undefined && !folderLayouts.some((each) => each === layout))
      throw new UsageError(`--layout: found ${JSON.stringify(layout)}, expected ${folderLayouts.join(", ")}`);
    const manifest = name === undefined ? undefined : await openCohort(name);
    const mapName = options.value("label-map");
    const map = mapName === undefined ? undefined : await openLabelMap(mapName);

    const out = options.value("out");
    if (out !== undefined)
      await requireFree(
        [out],
        [folder, name, mapName, ...["metadata", "images"].map((each) => options.value(each))],
        options.has("force"),
      );
    const bar = createBar("verify", io);
    const report = await verifyCohort(folder, {
      manifest,
      layout: layout as FolderLayout | undefined,
      ...(map ? { labels: map.labels, labelsFrom: `label map ${map.name}` } : {}),
      images: options.value("images"),
      ...readingOf(options),
      metadata: options.value("metadata"),
      minLesionVoxels,
      organGapMm,
      headersOnly: options.has("headers-only"),
      workers,
      progress: (update) => bar.update(update),
      signal: io.signal,
    }).finally(() => bar.end());

    if (out !== undefined) await writeFileWhole(out, `${toJson(report)}\n`);
    io.out(options.has("json") ? `${toJson(report)}\n` : formatReport(report));
    if (!manifest && !map && report.findings.some(({ check }) => check === "unexpected-label"))
      io.err(
        `Labels were held against ${report.labelsFrom}: for another set, give its NAME or a --label-map.\n`,
      );
    return report.errors > 0 ? 1 : 0;
  },
};

function formatReport({
  folder,
  layout,
  labelsFrom,
  cases,
  notes = [],
  findings,
  errors,
  warnings,
}: CohortReport): string {
  const title = `${folder}: ${cases.length} cases, layout ${layout}, labels from ${labelsFrom}\n`;
  const head = title + notes.map((note) => `note: ${note}\n`).join("");
  if (findings.length === 0) return `${head}Nothing wrong was found.\n`;
  const order = ["error", "warning", "note"] as const;
  const lines = order.flatMap((severity) =>
    findings.filter((each) => each.severity === severity).map(({ message }) => `${severity}: ${message}`),
  );
  const rows = (Object.keys(cohortChecks) as CheckName[]).flatMap((check) => {
    const count = findings.filter((each) => each.check === check).length;
    return count > 0 ? [[check, count, cohortChecks[check]]] : [];
  });
  const table = formatTable(["check", "found", "what it asks for"], rows);
  return `${head}\n${lines.join("\n")}\n\n${table}\n\n${errors} errors, ${warnings} warnings\n`;
}
