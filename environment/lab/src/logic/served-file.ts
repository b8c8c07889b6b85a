/** Files larger than this are not read by a page: 64 MiB. */
export const maxFileBytes: number = 64 * 1024 * 1024;

/**
 * Opens a file below the project's root through the lab's server, and no other address: the parts of the path are escaped
 * one by one, no redirect is followed, and what a payload names was checked before.
 *
 * @param base address of the server, with a slash at its end
 * @throws Error with a sentence for the reader where there is no such file, it is not given away, or it is too large for a page
 */
export async function openServedFile(
  base: string,
  path: string,
  signal: AbortSignal,
  ask: typeof fetch = fetch,
): Promise<ReadableStream<Uint8Array>> {
  // A scan that is not there is nothing unusual, and the browser need not note it as an error.
  const url = `${base}files/${path.split("/").map(encodeURIComponent).join("/")}?optional=1`;
  const response = await ask(url, { signal, redirect: "error", credentials: "same-origin" });
  const absent = response.headers.get("Tumorlab-Absent");
  if (absent !== null) throw new Error(decodeURIComponent(absent).replace(/[^.]$/, "$&."));
  if (!response.ok || !response.body)
    throw new Error(`${path} could not be read: ${response.status} ${response.statusText}.`);
  const bytes = Number(response.headers.get("Content-Length"));
  if (bytes <= maxFileBytes) return response.body;
  await response.body.cancel();
  const inMegabytes = (count: number) => `${Math.ceil(count / 2 ** 20)} MB`;
  throw new Error(
    `${path} has ${inMegabytes(bytes)}, and a page reads ${inMegabytes(maxFileBytes)} at most.`,
  );
}
