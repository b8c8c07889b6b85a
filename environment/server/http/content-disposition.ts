/** A `Content-Disposition` value for a file of any name. */
export function describeDisposition(name: string, download: boolean): string {
  return `${download ? "attachment" : "inline"}; filename*=UTF-8''${encodeRfc5987(name)}`;
}

function encodeRfc5987(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
