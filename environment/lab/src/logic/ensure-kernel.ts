/** A notebook's session, as far as it gets a kernel. */
export interface KernelHost {
  readonly session: { readonly kernel: unknown } | null;
  /** Finds or starts the kernel as the notebook opens; later calls give the first one's promise. */
  initialize(): Promise<boolean>;
  /** True where it could not tell which kernel to start. */
  startKernel(): Promise<boolean>;
}

const starts = new WeakMap<KernelHost, Promise<void>>();

/**
 * Waits until a notebook has a kernel: the one that it gets as it opens, else one that is started now, once for all who ask. Those
 * who asked first go on first.
 *
 * @param select lets the reader choose a kernel where none can be told
 * @returns whether there is one now
 */
export async function ensureKernel(host: KernelHost, select: () => Promise<unknown>): Promise<boolean> {
  await host.initialize().catch(() => undefined);
  if (!hasKernel(host)) {
    const start = starts.get(host) ?? startOne(host, select).finally(() => starts.delete(host));
    starts.set(host, start);
    await start;
  }
  return hasKernel(host);
}

export function hasKernel({ session }: KernelHost): boolean {
  return Boolean(session?.kernel);
}

async function startOne(host: KernelHost, select: () => Promise<unknown>): Promise<void> {
  if (await host.startKernel()) await select();
}
