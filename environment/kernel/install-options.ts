import { parseArgs } from "node:util";
import { kernelName } from "./spec.js";

/** What `npm run kernel:install` was asked to do. */
export interface InstallOptions {
  help: boolean;
  remove: boolean;
  /** Name of the kernel's folder. */
  name: string;
  /** An installation's prefix; undefined installs for the user. */
  prefix?: string;
}

/** Text of `--help`. */
export const installHelp = `npm run kernel:install -- [options]

Registers the TypeScript kernel with the Jupyter you already have, so that
JupyterLab, Notebook, nbconvert and VS Code offer it. Nothing is copied: the
kernel runs from this project's folder.

  --user          for you alone, in Jupyter's data folder (the default)
  --prefix DIR    below DIR/share/jupyter, such as the folder of a virtual environment
  --sys-prefix    below the active environment (VIRTUAL_ENV or CONDA_PREFIX)
  --name NAME     under another name than "${kernelName}"
  --remove        takes the kernel away again
  --help          this text
`;

/**
 * Reads the command line. Throws an Error that says what is wrong with it.
 *
 * @param env where the active environment is looked up for `--sys-prefix`.
 */
export function readInstallOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): InstallOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", default: false },
      remove: { type: "boolean", default: false },
      user: { type: "boolean", default: false },
      prefix: { type: "string" },
      "sys-prefix": { type: "boolean", default: false },
      name: { type: "string", default: kernelName },
    },
  });
  const { help, remove, user, prefix, name } = values;
  const isSystem = values["sys-prefix"];
  if ([user, prefix !== undefined, isSystem].filter(Boolean).length > 1) {
    throw new Error("--user, --prefix and --sys-prefix exclude each other; give one of them.");
  }
  if (!/^[a-z0-9._-]+$/.test(name)) {
    throw new Error(
      `--name: found ${JSON.stringify(name)}, expected small letters, digits, dots, dashes and underscores.`,
    );
  }
  const active = env.VIRTUAL_ENV || env.CONDA_PREFIX;
  if (isSystem && !active) {
    throw new Error(
      "--sys-prefix: neither VIRTUAL_ENV nor CONDA_PREFIX is set. Activate an environment, or give its folder by --prefix.",
    );
  }
  return { help, remove, name, prefix: isSystem ? active : prefix };
}
