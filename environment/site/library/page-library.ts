/** The library as `library.js` leaves it for whoever loads that script. */
export interface PageLibrary {
  /** What `import "tumorlab"` gives. */
  readonly lab: object;
  /** What `import "tumorlab/lessons"` gives. */
  readonly lessons: object;
  /** Modules of the library that the kernel's own script shares with it, by their paths in `src/`. */
  readonly internal: Readonly<Record<string, object>>;
  /** Runs a script of the library in this thread, by the path it has on disk. */
  runScript(path: string): Promise<void>;
}

/** The global under which `library.js` leaves it. */
export const libraryKey: symbol = Symbol.for("tumorlab.page.library");

/** Loads `library.js`, once, and gives what it leaves; for workers. */
export function loadLibrary(scripts: string): PageLibrary {
  const scope = globalThis as unknown as Record<symbol, PageLibrary | undefined> & {
    importScripts(url: string): void;
  };
  if (!scope[libraryKey]) scope.importScripts(`${scripts}library.js`);
  return scope[libraryKey]!;
}
