import { type SignedFrames, verifyFrames } from "./frames.js";

/** Signatures that are remembered, as many as ipykernel does. */
const defaultMost = 65_536;

/**
 * Makes a check for what arrives at one end of a connection: as {@link verifyFrames}, and a signed message counts once.
 * Whoever records one and sends it again, on whichever channel, is not heard. Messages without a signature are not
 * told apart.
 *
 * @param most signatures that are remembered; the oldest are forgotten first.
 */
export function createVerifier(
  key: string,
  most: number = defaultMost,
): (frames: readonly Buffer[]) => SignedFrames | undefined {
  const seen = new Set<string>();
  return (frames) => {
    const verified = verifyFrames(frames, key);
    if (!verified || key === "") return verified;
    const signature = frames[verified.identities.length + 1].toString();
    if (seen.has(signature)) return undefined;
    seen.add(signature);
    if (seen.size > most) seen.delete(seen.values().next().value as string);
    return verified;
  };
}
