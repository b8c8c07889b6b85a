import { PageConfig } from "@jupyterlab/coreutils";
import type { ServiceManager } from "@jupyterlab/services";
import { hasWebGl2 } from "../webgl";

/** One line of the environment's state as the browser can see it. */
export interface EnvironmentLine {
  /** "tip" is no finding but advice. */
  state: "OK" | "note" | "tip";
  name: string;
  detail: string;
}

/** What this page can tell of the environment; `npm run check` in a terminal tells the rest. */
export async function checkEnvironment(manager: ServiceManager.IManager): Promise<EnvironmentLine[]> {
  await manager.kernelspecs.ready.catch(() => undefined);
  const spec = manager.kernelspecs.specs?.kernelspecs.tumorlab;
  return [
    {
      state: spec ? "OK" : "note",
      name: "Kernel",
      detail: spec
        ? `${spec.display_name} is ready to start.`
        : "The server knows no kernel named tumorlab: start the lab with npm start.",
    },
    {
      state: hasWebGl2() ? "OK" : "note",
      name: "3D view",
      detail: hasWebGl2()
        ? "This browser draws 3D (WebGL 2)."
        : "This browser has no WebGL 2: CT is shown in three planes, without 3D.",
    },
    {
      state: "OK",
      name: "JupyterLab",
      detail: `${PageConfig.getOption("appVersion") || "bundled"}, all of it served from this computer.`,
    },
    {
      state: "tip",
      name: "More",
      detail: "Run npm run check in a terminal to test Node, the engines, the samples, memory and disk.",
    },
  ];
}
