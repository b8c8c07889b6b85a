/** A viewer that holds a volume at its own resolution. */
export interface Holder {
  readonly bytes: number;
  /** Whether it is in sight. */
  readonly isSeen: boolean;
  /** Lets go of the volume. */
  release(): void;
}

/** What the viewers of a page hold together: a notebook may have more of them than the page has memory for. */
export class HeldVolumes {
  private readonly holders: Holder[] = [];

  constructor(private readonly maxBytes: number) {}

  /** Those out of sight let go, the earliest first, until all fit; what is in sight stays. */
  add(holder: Holder): void {
    this.holders.push(holder);
    for (const other of [...this.holders]) {
      if (this.holders.reduce((sum, { bytes }) => sum + bytes, 0) <= this.maxBytes) return;
      if (other === holder || other.isSeen) continue;
      this.remove(other);
      other.release();
    }
  }

  remove(holder: Holder): void {
    const at = this.holders.indexOf(holder);
    if (at >= 0) this.holders.splice(at, 1);
  }
}
