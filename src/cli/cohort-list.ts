import type { CohortManifest } from "../data/manifest.js";
import { openAllCohorts } from "../data/open-cohort.js";
import { parseOptions, toJson, UsageError } from "./command.js";
import type { Command } from "./command.js";
import { formatTable } from "./table.js";

/** `tumorlab cohort list` */
export const cohortListCommand: Command = {
  name: "cohort list",
  summary: "data sets with a manifest: scans, lesions, licence, how to obtain them",
  usage: `tumorlab cohort list [options]

  --organ NAME  only sets with lesions of this organ, such as pancreas
  --json        prints [{name, title, scans, lesions, licence, access, homepage}] as JSON

A dash means that no source says it.`,
  async run(args, io) {
    const options = parseOptions(args, { values: ["organ"], flags: ["json"] });
    if (options.positionals.length > 0) throw new UsageError(`unexpected ${options.positionals[0]}`);
    const organ = options.value("organ");
    const manifests = (await openAllCohorts()).filter(
      (manifest) => organ === undefined || lesionOrgans(manifest).includes(organ),
    );
    const rows = manifests.map((manifest) => ({
      name: manifest.name,
      title: manifest.title,
      scans: manifest.counts.scans,
      lesions: lesionOrgans(manifest),
      licence: manifest.licence.spdx,
      access: manifest.access.kind,
      homepage: manifest.homepage,
    }));
    if (options.has("json")) {
      io.out(`${toJson(rows)}\n`);
      return 0;
    }
    const cells = rows.map(({ name, scans, lesions, licence, access, title }) => [
      name,
      scans ?? NaN,
      lesions.join(", ") || "-",
      licence ?? "-",
      access,
      title,
    ]);
    io.out(`${formatTable(["name", "scans", "lesions of", "licence", "access", "title"], cells)}\n`);
    return 0;
  },
};

/** Organs whose lesions a set labels, each once, sorted. */
function lesionOrgans({ structures }: CohortManifest): string[] {
  const organs = structures.flatMap(({ kind, organ }) =>
    kind === "lesion" && organ !== null ? [organ] : [],
  );
  return [...new Set(organs)].sort();
}
