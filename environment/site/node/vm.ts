/** Code that runs as a script of this thread, under a name of its own. */
export class Script {
  private readonly code: string;

  /** @param filename under which stacks name it; V8 takes none with spaces. */
  constructor(code: string, { filename }: { filename: string }) {
    this.code = `${code}\n//# sourceURL=${encodeURI(filename)}`;
  }

  runInThisContext(): unknown {
    return runInThisContext(this.code);
  }
}

/** Runs code as a script: its variables are those of the thread. */
export function runInThisContext(code: string): unknown {
  // What cells are is code, and a page has no other way to run it.
  // oxlint-disable-next-line no-eval
  return (0, eval)(code);
}

export default { Script, runInThisContext };
