import { libraryFolder } from "../platform/locations.js";
import { join } from "../platform/paths.js";
import { runProgram } from "../platform/processes.js";
import { readJson } from "./files.js";

/** Which code made a result, for run records. */
export interface CodeVersion {
  /** Of this package. */
  version: string;
  /** Where it runs from a checkout, with `+` where tracked files differ from it; else `null`. */
  commit: string | null;
}

/** Version of this package, and the commit where it runs from a checkout. */
export async function describeCode(): Promise<CodeVersion> {
  const version = await readVersion();
  const git = async (...args: string[]): Promise<string> =>
    (await runProgram("git", args, libraryFolder)).trim();
  try {
    const [commit, changes] = [
      await git("rev-parse", "HEAD"),
      await git("status", "--porcelain", "--untracked-files=no"),
    ];
    return { version, commit: changes === "" ? commit : `${commit}+` };
  } catch {
    return { version, commit: null };
  }
}

/** Version of this package. */
export async function readVersion(): Promise<string> {
  const path = join(libraryFolder, "package.json");
  const { version } = (await readJson(path, "the package's own description")) as { version: string };
  return version;
}
