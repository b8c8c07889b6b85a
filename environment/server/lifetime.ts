import type { RunningServer } from "./server.js";

/** How the process is to end. */
export interface LifetimeOptions {
  server: RunningServer;
  print: (text: string) => void;
  printError: (text: string) => void;
}

/** Whatever hangs then is left behind; the kernels are killed. */
const longestEndMs = 15_000;

/** Ends the server once; what follows meanwhile is ignored, but for a second Ctrl-C. */
export type EndProcess = (reason: string, exitCode: number) => void;

/**
 * Sees to it that kernels end with the server, however it ends: signals, a closed terminal, a defect. (Where it is
 * killed outright, the kernels notice that their parent is gone.)
 */
export function watchLifetime({ server, print, printError }: LifetimeOptions): EndProcess {
  let isEnding = false;

  const end: EndProcess = (reason, exitCode) => {
    if (isEnding) return;
    isEnding = true;
    const kernels = server.kernelCount;
    const what =
      kernels === 0 ? "" : kernels === 1 ? "; shutting down 1 kernel" : `; shutting down ${kernels} kernels`;
    print(`${reason}${what}.`);
    setTimeout(() => process.exit(1), longestEndMs).unref();
    server.close().then(
      () => process.exit(exitCode),
      (error: unknown) => {
        printError(`The server did not end cleanly: ${String(error)}`);
        process.exit(1);
      },
    );
  };

  const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const [signal, code] of Object.entries(signals)) {
    process.on(signal as keyof typeof signals, () => {
      if (isEnding && signal === "SIGINT") {
        print("Ending at once.");
        process.exit(code);
      }
      end(signal === "SIGINT" ? "\nStopping (Ctrl-C again to end at once)" : `\nStopping (${signal})`, code);
    });
  }
  const onDefect = (error: unknown) => {
    printError(
      `The server has a defect and ends: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    end("Stopping", 1);
  };
  process.on("uncaughtException", onDefect);
  process.on("unhandledRejection", onDefect);
  // A terminal that is gone must not end us before the kernels are.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  process.on("exit", () => server.killKernels());
  return end;
}
