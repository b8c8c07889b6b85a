/**
 * What the compiler reads beside a reader's own files: the library's declarations, those of Node and of the language,
 * from one compressed file of the site.
 */
export type TypeFiles = ReadonlyMap<string, string>;

/** Fetches and unpacks them. Throws where the site does not answer. */
export async function loadTypeFiles(url: string): Promise<TypeFiles> {
  const answer = await fetch(url);
  if (!answer.ok || !answer.body)
    throw new Error(`${url}: HTTP ${answer.status}, expected the declarations of the library`);
  // Packed by the build, so that hosts which do not compress send as little; some unpack it on the way.
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = isPacked
    ? await new Response(
        new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip") as never),
      ).text()
    : new TextDecoder().decode(bytes);
  return new Map(Object.entries(JSON.parse(text) as Record<string, string>));
}
