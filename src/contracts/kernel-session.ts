/** An object of JSON. */
type Content = Record<string, unknown>;

/** What the running kernel offers to the code of a cell and to the library it calls. The project's own kernel sets it up. */
export interface KernelSession {
  /**
   * Sends one bundle of the same thing in several MIME types. Order is kept and nothing is dropped.
   * With `update: true` it replaces what was shown under `displayId`. Throws a TypeError where the bundle is none or not
   * JSON.
   */
  display(bundle: Content, options?: DisplayOptions): void;
  /** Aborted when the reader interrupts the cell that the calling code belongs to; a fresh one for each cell. */
  readonly signal: AbortSignal;
  /** Asks the reader for a line of text. Rejects where the front end allows no input. */
  input(prompt: string, options?: { password?: boolean }): Promise<string>;
  /** Removes the output of the cell; with `wait` only when the next output arrives. */
  clearOutput(wait?: boolean): void;
  /** Registers what the front end may open a comm to; a later handler of the same name takes its place. */
  onComm(target: string, handler: CommTarget): void;
  /** Opens a comm to a target of the front end. */
  openComm(target: string, data?: Content, options?: CommOptions): Comm;
}

/** Where a bundle goes. */
export interface DisplayOptions {
  displayId?: string;
  update?: boolean;
  metadata?: Content;
}

/** What travels beside the data of a comm. */
export interface CommOptions {
  metadata?: Content;
  buffers?: Uint8Array[];
}

/** What arrives through a comm. */
export interface CommMessage {
  data: Content;
  metadata: Content;
  buffers: Uint8Array[];
}

/** A two-way channel between a cell's code and a piece of the front end, such as a widget. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  /** Sends data, which must be JSON, and raw bytes beside it. Throws once the comm is closed. */
  send(data: Content, options?: CommOptions): void;
  /** Sets what is called with each message from the front end. */
  onMessage(handler: (message: CommMessage) => unknown): void;
  /** Sets what is called when the front end closes the comm. */
  onClose(handler: (message: CommMessage) => unknown): void;
  /** Closes the comm; harmless when it is closed. */
  close(data?: Content): void;
}

/** Called when the front end opens a comm to a target. */
export type CommTarget = (comm: Comm, message: CommMessage) => unknown;

/** The global under which the kernel leaves its session. */
export const kernelSessionKey: symbol = Symbol.for("tumorlab.kernel");

/** The session of the running kernel; `undefined` in stock tslab and in plain Node. */
export function kernelSession(): KernelSession | undefined {
  return (globalThis as Record<symbol, unknown>)[kernelSessionKey] as KernelSession | undefined;
}
