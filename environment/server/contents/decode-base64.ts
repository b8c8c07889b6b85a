import { HttpError } from "../http/errors.js";

/** Throws a 400 {@link HttpError} where a letter doesn't belong; Node would leave it out and save the rest. */
export function decodeBase64(text: string, path: string): Buffer {
  const plain = text.replace(/[\r\n]/g, "");
  const bytes = Buffer.from(plain, "base64");
  const letters = plain.replace(/={0,2}$/, "");
  const isWhole = letters.length % 4 !== 1 && (plain.length === letters.length || plain.length % 4 === 0);
  if (!isWhole || /[^A-Za-z0-9+/]/.test(letters) || bytes.length !== Math.floor((letters.length * 3) / 4))
    throw new HttpError(400, `${path}: "content" is not base64.`);
  return bytes;
}
