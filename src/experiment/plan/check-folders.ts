import { requireThat } from "../../core/errors.js";
import { isAbsolute } from "../../platform/paths.js";
import { type FolderScans, tumorScansOf } from "./folder-scans.js";
import type { FolderPlan } from "./plan.js";
import { patientsTestOf } from "./tests.js";

/**
 * Refuses sets of folders that cannot be or do not go together, naming the field: a case twice; tests that share a scan with
 * the training or another test, or in one folder a patient; those without a patient for one of the organs. The files are not
 * opened.
 */
export function checkFolders({ cohort, tests, organs }: FolderPlan): void {
  checkScans("cohort", cohort);
  tests.forEach((test, at) => {
    const name = `tests[${at}]`;
    checkScans(name, test);
    const { distribution, acknowledgement } = test;
    const possible = test.folder === cohort.folder ? ["in"] : ["in", "out"];
    requireThat(
      possible.includes(distribution),
      `${name}.distribution`,
      distribution,
      `${possible.join(" or ")} for ${test.folder} beside a training in ${cohort.folder}`,
    );
    for (const { organ } of organs)
      requireThat(
        tumorScansOf(test, organ).length > 0,
        `${name}.scans with a tumor of the ${organ}`,
        0,
        "at least 1",
        "Hold more patients back, or leave the organ out",
      );
    const others = [
      { name: "cohort", set: cohort },
      ...tests
        .slice(0, at)
        .filter((set) => patientsTestOf(tests, set) !== patientsTestOf(tests, test))
        .map((set) => ({ name: set.name, set })),
    ];
    for (const other of others) {
      const bytes = new Set(other.set.scans.map(({ sha256 }) => sha256));
      const shared = test.scans.find(({ sha256 }) => bytes.has(sha256));
      requireThat(
        shared === undefined || acknowledgement !== undefined,
        `${name}.scans`,
        shared?.name,
        `no scan of ${other.name}: one with these bytes is there`,
      );
      if (other.set.folder !== test.folder) continue;
      const patients = new Set(other.set.scans.map(({ patient }) => patient));
      const both = test.scans.find(({ patient }) => patients.has(patient));
      requireThat(
        both === undefined,
        `${name}.scans`,
        both && `${both.name} of ${both.patient}`,
        `no patient of ${other.name}`,
        "All scans of a patient belong to one set",
      );
    }
  });
}

function checkScans(field: string, { folder, names, scans }: FolderScans): void {
  requireThat(isAbsolute(folder), `${field}.folder`, folder, "the absolute path of a folder of scans");
  const strange = Object.keys(names).find((value) => !/^[1-9]\d*$/.test(value));
  requireThat(
    strange === undefined,
    `${field}.names`,
    strange,
    "structures by label value, whole numbers from 1",
  );
  const seen = new Set<string>();
  scans.forEach(({ name, tumors, healthy }, at) => {
    const place = `${field}.scans[${at}]`;
    requireThat(!seen.has(name), `${place}.name`, name, "each case once");
    seen.add(name);
    const both = tumors.find((organ) => healthy.includes(organ));
    requireThat(both === undefined, `${place}.healthy`, both, "no organ that shows a tumor");
  });
}
