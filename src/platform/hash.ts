import { createHash } from "node:crypto";

/** A hash that is fed bit by bit. */
export interface Hash {
  /** Text counts as UTF-8. */
  update(data: string | Uint8Array): Hash;
  /** 64 hexadecimal digits; the hash takes nothing more after it. */
  digest(): string;
  /** The digits of what it was fed so far; it goes on. */
  peek(): string;
}

/** A new SHA-256. */
export function createSha256(): Hash {
  const hash = createHash("sha256");
  const created: Hash = {
    update(data) {
      hash.update(data);
      return created;
    },
    digest: () => hash.digest("hex"),
    peek: () => hash.copy().digest("hex"),
  };
  return created;
}

/** SHA-256 of text (as UTF-8) or bytes, as 64 hexadecimal digits. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
