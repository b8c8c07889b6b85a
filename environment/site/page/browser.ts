/** What of a page's window is used here; the project's type declarations are those of Node. */

/** A worker of the browser. */
export interface PageWorker {
  onmessage: ((event: { data: unknown }) => void) | null;
  onerror: ((event: { message?: string }) => void) | null;
  postMessage(message: unknown): void;
  terminate(): void;
}

/** A folder of the origin-private file system. */
export interface PrivateFolder {
  readonly kind: "directory";
  getDirectoryHandle(name: string, options?: { create: boolean }): Promise<PrivateFolder>;
  getFileHandle(name: string, options?: { create: boolean }): Promise<PrivateFile>;
  removeEntry(name: string, options?: { recursive: boolean }): Promise<void>;
  entries(): AsyncIterable<[name: string, handle: PrivateFolder | PrivateFile]>;
}

/** A file of it. */
export interface PrivateFile {
  readonly kind: "file";
  getFile(): Promise<Blob & { lastModified: number }>;
  createWritable(): Promise<{ write(data: unknown): Promise<void>; close(): Promise<void> }>;
}

/** A link, as far as it is used. */
interface PageLink {
  href: string;
  download: string;
  click(): void;
}

/** A click somewhere in the page. */
export interface PageClick {
  readonly target: { closest?(selector: string): PageLink | null };
  preventDefault(): void;
  stopPropagation(): void;
}

interface PageWindow {
  readonly Worker: new (url: string) => PageWorker;
  readonly crossOriginIsolated?: boolean;
  readonly location: { readonly href: string; readonly origin: string; readonly search: string };
  addEventListener(type: "load", listener: () => void): void;
  readonly navigator: {
    readonly serviceWorker?: { register(url: string): Promise<unknown> };
    readonly storage?: { getDirectory?(): Promise<PrivateFolder>; persist?(): Promise<boolean> };
  };
  readonly document: {
    readonly currentScript: { readonly src: string } | null;
    readonly readyState: string;
    addEventListener(type: "readystatechange", listener: () => void): void;
    addEventListener(type: "click", listener: (event: PageClick) => void, isFirst: boolean): void;
    createElement(name: "a"): PageLink;
    querySelectorAll(
      selector: string,
    ): Iterable<{ href: string; setAttribute(name: string, value: string): void }>;
    getElementById(id: string): { textContent: string | null } | null;
  };
  readonly history: { replaceState(state: null, title: string, url: string): void };
  fetch: typeof fetch;
  WebSocket: unknown;
}

export const page: PageWindow = globalThis as unknown as PageWindow;

export function startWorker(url: string): PageWorker {
  return new page.Worker(url);
}

/** Whether threads of this page can share memory. */
export function sharesMemory(): boolean {
  return page.crossOriginIsolated === true;
}
