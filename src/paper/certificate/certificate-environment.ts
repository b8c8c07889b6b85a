import { describeCode } from "../../core/code-version.js";
import type { CodeVersion } from "../../core/code-version.js";
import { readJson } from "../../core/files.js";
import { openEngine } from "../../model/engines.js";
import { libraryFolder } from "../../platform/locations.js";
import { describeMachine, describeSystem } from "../../platform/machine.js";
import type { Machine, SystemDescription } from "../../platform/machine.js";
import { join } from "../../platform/paths.js";

/** `environment.json`: what a certificate ran on. No name of a machine, a person or a folder stands in it. */
export interface CertificateEnvironment extends CodeVersion, Machine, SystemDescription {
  engine: { name: string; arithmetic: string; detail: string; threads: number };
  /** Packages that the library uses, at the version it is pinned to. */
  packages: Readonly<Record<string, string>>;
}

/** Looks at what this program runs on. */
export async function describeEnvironment(): Promise<CertificateEnvironment> {
  const { name, arithmetic, detail, threads } = await openEngine({ engine: "simd" });
  const path = join(libraryFolder, "package.json");
  const { dependencies } = (await readJson(path, "the package's own description")) as {
    dependencies: Record<string, string>;
  };
  return {
    ...(await describeCode()),
    ...describeMachine(),
    ...describeSystem(),
    engine: { name, arithmetic, detail, threads },
    packages: dependencies,
  };
}
