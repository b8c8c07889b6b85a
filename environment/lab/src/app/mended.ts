import { CodeMirrorEditor } from "@jupyterlab/codemirror";
import { NotebookSearchProvider } from "@jupyterlab/notebook";
import type { CommandRegistry } from "@lumino/commands";
import { clampPosition } from "../logic/clamp-position";

/** Mends what JupyterLab does wrong; to be called once, before it starts. */
export function mendJupyterLab(commands: CommandRegistry): void {
  keepCursorInText();
  findNothing();
  waitForConsole(commands);
}

/**
 * "Run Selected Text or Current Line in Console" sets the cursor on the line behind what it runs, and ended there, with nothing run,
 * where the last line of a cell was run. The end of the text will do.
 */
function keepCursorInText(): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called for the editor at hand
  const set = CodeMirrorEditor.prototype.setCursorPosition;
  CodeMirrorEditor.prototype.setCursorPosition = function (position, options) {
    const inside = clampPosition(position, this.lineCount, (line) => this.getLine(line)?.length ?? 0);
    set.call(this, { ...inside }, options);
  };
}

/** "Find Next" and "Find Previous" of a notebook failed before anything was searched for: where nothing is found they stay. */
function findNothing(): void {
  const { prototype } = NotebookSearchProvider;
  for (const name of ["highlightNext", "highlightPrevious"] as const) {
    const step = prototype[name];
    prototype[name] = async function (loop, options) {
      return (this.matchesCount ?? 0) === 0 ? undefined : step.call(this, loop, options);
    };
  }
}

/** What opens a console gives it code to run at once; code that came before the console had its kernel was dropped. */
function waitForConsole(commands: CommandRegistry): void {
  const execute = commands.execute.bind(commands);
  commands.execute = async (id, args) => {
    const opened: unknown = await execute(id, args);
    if (id === "console:open") await (opened as Partial<ConsolePanel> | undefined)?.sessionContext?.ready;
    return opened;
  };
}

/** What is known here of JupyterLab's panel of a console. */
interface ConsolePanel {
  sessionContext: { ready: Promise<void> };
}
