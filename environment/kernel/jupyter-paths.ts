import { join, posix, win32 } from "node:path";

/** What of this machine decides where Jupyter keeps its data. */
export interface JupyterPlace {
  platform: NodeJS.Platform;
  home: string;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * The folder in which Jupyter looks for a user's own kernels and extensions: `JUPYTER_DATA_DIR` where it is set, else
 * the platform's usual place.
 */
export function findJupyterDataFolder({ platform, home, env }: JupyterPlace): string {
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  if (platform === "win32")
    return win32.join(env.APPDATA || win32.join(home, "AppData", "Roaming"), "jupyter");
  if (platform === "darwin") return posix.join(home, "Library", "Jupyter");
  return posix.join(env.XDG_DATA_HOME || posix.join(home, ".local", "share"), "jupyter");
}

/** The folder for kernels below a data folder, or below the prefix of an installation such as a virtual environment. */
export function kernelsFolder(base: { dataFolder: string } | { prefix: string }): string {
  return "prefix" in base
    ? join(base.prefix, "share", "jupyter", "kernels")
    : join(base.dataFolder, "kernels");
}
