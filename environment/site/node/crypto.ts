import { toBase64 } from "tumorlab/internal/platform/bytes";
import { createSha256 } from "tumorlab/internal/platform/hash";
import { createId } from "../../wire/identity.js";

export const randomUUID: () => string = createId;

/** Random bytes that can be asked for their hexadecimal digits. */
export function randomBytes(count: number): Uint8Array {
  const bytes = crypto.getRandomValues(new Uint8Array(count));
  const toString = (): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return Object.defineProperty(bytes, "toString", { value: toString });
}

/** SHA-256 alone. */
export function createHash(name: string): {
  update(data: string | Uint8Array): ReturnType<typeof createHash>;
  digest(encoding: "hex" | "base64"): string;
} {
  if (name !== "sha256") throw new Error(`${name}: a page has sha256 alone`);
  const hash = createSha256();
  const made = {
    update(data: string | Uint8Array) {
      hash.update(data);
      return made;
    },
    digest(encoding: "hex" | "base64") {
      const digits = hash.digest();
      if (encoding === "hex") return digits;
      return toBase64(Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
    },
  };
  return made;
}

export default { createHash, randomBytes, randomUUID };
