import type { KernelSpec } from "../../kernel/spec.js";
import { HttpError } from "../http/errors.js";
import { Kernel } from "./kernel.js";

/** A kernelspec under its name, with the folder of its resources (logos, kernel.js) if it has one. */
export interface NamedKernelSpec {
  name: string;
  spec: KernelSpec;
  resourceDir?: string;
  /** Resources by file name for a kernelspec that is not on disk. */
  resources?: Readonly<Record<string, string>>;
}

/** All kernels of a server. */
export interface KernelManager {
  readonly specs: readonly NamedKernelSpec[];
  readonly kernels: readonly Kernel[];
  /** Throws a 404 {@link HttpError} when there is none. */
  get(id: string): Kernel;
  /**
   * Begins to start a kernel and returns without waiting for it.
   *
   * @param name of the kernelspec; the first one when left out
   * @param cwd folder of the notebook
   * @throws HttpError 501 when no kernelspec has the name
   */
  start(name: string | undefined, cwd: string): Kernel;
  /** Ends a kernel and forgets it. */
  shutdown(id: string): Promise<void>;
  /** Called with each kernel that was shut down. */
  onShutdown(listener: (kernel: Kernel) => void): void;
  /** Ends all kernels. */
  close(): Promise<void>;
  /** Ends all kernels at once, for a process that can't wait. */
  killAll(): void;
}

/** Settings of a kernel manager. */
export interface KernelManagerOptions {
  specs: readonly NamedKernelSpec[];
  log: (text: string) => void;
  startTimeoutMs?: number;
  graceMs?: number;
  outputLimitBytes?: number;
}

/** Makes the manager. The first spec is the default. */
export function createKernelManager({ specs, ...options }: KernelManagerOptions): KernelManager {
  const kernels = new Map<string, Kernel>();
  const listeners: ((kernel: Kernel) => void)[] = [];

  function get(id: string): Kernel {
    const kernel = kernels.get(id);
    if (!kernel) throw new HttpError(404, `Kernel does not exist: ${id}`);
    return kernel;
  }

  return {
    specs,
    get kernels() {
      return [...kernels.values()];
    },
    get,
    start(name, cwd) {
      const found = name === undefined ? specs[0] : specs.find((entry) => entry.name === name);
      if (!found) {
        const names = specs.map((entry) => JSON.stringify(entry.name)).join(", ");
        throw new HttpError(
          501,
          `The kernel ${JSON.stringify(name)} is not available here. Choose ${names}.`,
        );
      }
      const kernel = new Kernel({ name: found.name, spec: found.spec, cwd, ...options });
      kernels.set(kernel.id, kernel);
      // A kernel that can't start says so by its state and its reason.
      kernel.start().catch(() => undefined);
      return kernel;
    },
    async shutdown(id) {
      const kernel = get(id);
      kernels.delete(id);
      await kernel.shutdown();
      for (const listener of listeners) listener(kernel);
    },
    onShutdown: (listener) => void listeners.push(listener),
    async close() {
      await Promise.all([...kernels.keys()].map((id) => this.shutdown(id)));
    },
    killAll() {
      for (const kernel of kernels.values()) kernel.killNow();
    },
  };
}
