import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type InstallOptions, installHelp, readInstallOptions } from "./install-options.js";
import { findJupyterDataFolder, kernelsFolder } from "./jupyter-paths.js";
import { kernelLogo } from "./logo.js";
import { findProjectRoot } from "./project-root.js";
import { createKernelSpec, kernelDisplayName } from "./spec.js";

/**
 * Writes a kernelspec: the whole folder appears at once, in place of an older one.
 *
 * @param kernels folder of all kernels.
 * @returns the folder of this one. Throws where it can't be written and where another program's kernel has the name.
 */
export function installKernel(kernels: string, name: string, root: string): string {
  const folder = join(kernels, name);
  refuseForeign(folder, name);
  mkdirSync(kernels, { recursive: true });
  const fresh = mkdtempSync(join(kernels, `.${name}-`));
  try {
    // Others than its owner may use a kernel below a shared prefix.
    chmodSync(fresh, 0o755);
    writeFileSync(join(fresh, "kernel.json"), `${JSON.stringify(createKernelSpec(root), null, 2)}\n`);
    writeFileSync(join(fresh, "logo-svg.svg"), kernelLogo);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

/** Takes a kernelspec away. Returns whether there was one. Throws where another program's kernel has the name. */
export function removeKernel(kernels: string, name: string): boolean {
  const folder = join(kernels, name);
  if (!existsSync(folder)) return false;
  refuseForeign(folder, name);
  rmSync(folder, { recursive: true });
  return true;
}

function refuseForeign(folder: string, name: string): void {
  if (!existsSync(join(folder, "kernel.json"))) return;
  const { env } = readSpec(join(folder, "kernel.json"));
  if (env && "TUMORLAB_ROOT" in env) return;
  throw new Error(`${folder} holds another program's kernel. Give this one another name: --name ${name}-2`);
}

function readSpec(path: string): { env?: Record<string, string> } {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as { env?: Record<string, string> };
  } catch {
    return {};
  }
}

function describeUse(folder: string, { prefix, name }: InstallOptions): string {
  const path =
    prefix === undefined
      ? ""
      : `
A Jupyter from elsewhere finds it with JUPYTER_PATH=${join(resolve(prefix), "share", "jupyter")}
`;
  return `Installed the kernel "${kernelDisplayName}" in ${folder}
${path}
JupyterLab and Notebook: choose "${kernelDisplayName}" in the launcher or by Kernel > Change Kernel.
VS Code: open a notebook, then Select Kernel > Jupyter Kernel > ${kernelDisplayName}.
On the command line: jupyter nbconvert --execute --to notebook --ExecutePreprocessor.kernel_name=${name} FILE.ipynb
`;
}

/** The command line. Returns the exit code. */
export function runInstall(args: readonly string[]): number {
  try {
    const options = readInstallOptions(args, process.env);
    if (options.help) {
      process.stdout.write(installHelp);
      return 0;
    }
    const { platform, env } = process;
    const dataFolder = findJupyterDataFolder({ platform, home: homedir(), env });
    const kernels = kernelsFolder(
      options.prefix === undefined ? { dataFolder } : { prefix: resolve(options.prefix) },
    );
    if (options.remove) {
      const wasThere = removeKernel(kernels, options.name);
      const place = join(kernels, options.name);
      process.stdout.write(wasThere ? `Removed ${place}\n` : `There is no kernel in ${place}\n`);
      return 0;
    }
    process.stdout.write(describeUse(installKernel(kernels, options.name, findProjectRoot()), options));
    return 0;
  } catch (error) {
    process.stderr.write(
      `kernel:install: ${(error as Error).message}\nSee npm run kernel:install -- --help\n`,
    );
    return 1;
  }
}

if (require.main === module) process.exitCode = runInstall(process.argv.slice(2));
