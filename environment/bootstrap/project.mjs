import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project these files belong to. */
export const projectRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/**
 * Where everything lies that the set-up reads or writes, from the root of a project.
 *
 * @param {string} root
 */
export function locate(root) {
  const modules = join(root, "node_modules");
  const state = join(root, ".tumorlab");
  const environment = join(root, "environment");
  return {
    root,
    modules,
    /** What npm was asked to install. */
    lockfile: join(root, "package-lock.json"),
    /** What npm says it has installed; npm writes it last. */
    installedLockfile: join(modules, ".package-lock.json"),
    /** For which platform this project's last complete install was made. */
    installStamp: join(modules, ".tumorlab-install.json"),
    /** Files of this machine that no commit holds. */
    state,
    setupLock: join(state, "setup.lock"),
    openLabs: join(state, "open"),
    testLogs: join(state, "test"),
    /** A folder for JUPYTER_PATH. */
    jupyterPath: join(state, "share", "jupyter"),
    labBuild: join(environment, "lab", "build.mjs"),
    kernelSpecModule: join(environment, "dist", "kernel", "spec.js"),
    /** What each command runs once the set-up is done. */
    entries: {
      start: join(environment, "dist", "server", "main.js"),
      notebooks: join(environment, "dist", "runner", "main.js"),
      docs: join(environment, "dist", "docs", "main.js"),
      prose: join(environment, "dist", "prose", "main.js"),
      teaching: join(environment, "dist", "teaching", "main.js"),
      site: join(environment, "dist", "site", "main.js"),
      check: join(environment, "dist", "check", "main.js"),
      "kernel-install": join(environment, "dist", "kernel", "install.js"),
      bench: join(root, "test", "dist", "bench", "main.js"),
    },
  };
}

/** @typedef {ReturnType<typeof locate>} Project */
