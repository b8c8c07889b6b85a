import { threadStartKey } from "./page-key.js";

/**
 * What a thread of a page is handed before any code of the library runs, and the few things of a web worker that
 * `platform/browser/` uses and Node's type declarations leave out.
 */

/** A file that the site serves: read where it is first asked for. */
export interface ServedFile {
  /** Absolute, within the page's own files. */
  readonly path: string;
  /** Where it is fetched from. */
  readonly url: string;
  /** Bytes. */
  readonly size: number;
}

/** Something that happened to the files of a page, as its threads tell one another. */
export type FileChange =
  | {
      readonly kind: "file";
      readonly path: string;
      readonly content: Uint8Array | Blob;
      readonly mtimeMs: number;
    }
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "gone"; readonly path: string };

/** What a thread of a page starts with. */
export interface ThreadStart {
  /** Address of the folder with the site's scripts, ending in `/`. */
  readonly scripts: string;
  /** The folder that relative paths count from. */
  readonly folder: string;
  readonly served: readonly ServedFile[];
  /** What was written before it started, in order. */
  readonly changes: readonly FileChange[];
  /** Number of the kernel or program that it belongs to, as processes have one. */
  readonly pid: number;
  /** Number of what started its program; absent in a kernel. */
  readonly parentPid?: number;
  /** 0 for the kernel's own thread. */
  readonly threadId: number;
  /** Built file that it runs, and what that is handed; absent in a kernel. */
  readonly script?: string;
  readonly workerData?: unknown;
}

const scope = globalThis as unknown as Record<symbol, unknown>;

/** What this thread was started with; that of a bare one where nobody said. */
export const threadStart: ThreadStart = (scope[threadStartKey] as ThreadStart | undefined) ?? {
  scripts: "",
  folder: "/",
  served: [],
  changes: [],
  pid: 1,
  threadId: 0,
};

/** A message event, as far as it is used. */
export interface Told {
  readonly data: unknown;
}

/** An end of a channel. */
export interface PagePort {
  onmessage: ((event: Told) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** A worker of the browser. */
export interface WebWorker {
  onmessage: ((event: Told) => void) | null;
  onerror: ((event: { message?: string; preventDefault(): void }) => void) | null;
  postMessage(message: unknown): void;
  terminate(): void;
}

/** The global scope of a worker, with the parts that older browsers lack as optional ones. */
export interface WorkerScope {
  readonly Worker: new (url: string) => WebWorker;
  readonly FileReaderSync: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };
  readonly XMLHttpRequest: new () => {
    responseType: string;
    readonly status: number;
    readonly response: unknown;
    open(method: string, url: string, isAsync: boolean): void;
    send(): void;
  };
  readonly OffscreenCanvas: new (width: number, height: number) => object;
  readonly FontFace?: new (
    family: string,
    source: Uint8Array,
    look: { weight: string; style: string },
  ) => object;
  readonly fonts?: { add(font: object): void };
  readonly crossOriginIsolated?: boolean;
  readonly navigator: {
    readonly userAgent: string;
    readonly hardwareConcurrency?: number;
    readonly deviceMemory?: number;
  };
  onmessage: ((event: Told) => void) | null;
  postMessage(message: unknown): void;
  importScripts(...urls: string[]): void;
}

export const workerScope: WorkerScope = globalThis as unknown as WorkerScope;
