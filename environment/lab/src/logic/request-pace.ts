/** What waits to be sent. */
interface Waiting<T> {
  values: T;
  settled: boolean;
}

/** A request with its number. */
export interface PacedRequest<T> extends Waiting<T> {
  sequence: number;
}

/**
 * One request at a time: while one is not answered only the latest values wait, since a slider that is dragged moves faster than
 * pictures are drawn.
 */
export class RequestPace<T> {
  private sequence = 0;
  private isOpen = false;
  private waiting: Waiting<T> | undefined;

  /** @param send is given each request when its turn comes. */
  constructor(private readonly send: (request: PacedRequest<T>) => void) {}

  /** @param settled whether the reader has let go; what waits stays settled only where its values are the latest. */
  ask(values: T, settled: boolean): void {
    this.waiting = { values, settled };
    this.sendNext();
  }

  /** @returns whether this answers the request that is open; answers to others are passed over. */
  answered(sequence: number): boolean {
    if (!this.isOpen || sequence !== this.sequence) return false;
    this.isOpen = false;
    this.sendNext();
    return true;
  }

  /** Forgets what is open or waits: whoever would answer is gone. */
  reset(): void {
    this.isOpen = false;
    this.waiting = undefined;
  }

  /** Whether an answer is awaited. */
  get isBusy(): boolean {
    return this.isOpen;
  }

  private sendNext(): void {
    if (this.isOpen || !this.waiting) return;
    const { values, settled } = this.waiting;
    this.waiting = undefined;
    this.isOpen = true;
    this.send({ values, settled, sequence: ++this.sequence });
  }
}
