/** An answer other than success, with a message for the person at the browser. */
export class HttpError extends Error {
  readonly status: number;
  /** Sent beside the message, such as `reason` or `traceback`. */
  readonly extra: Record<string, unknown>;

  constructor(status: number, message: string, extra: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = "HttpError";
    this.status = status;
    this.extra = extra;
  }
}

const statusOfCode: Record<string, [status: number, what: string]> = {
  ENOENT: [404, "no such file or folder"],
  ENOTDIR: [404, "a part of the path is a file, not a folder"],
  EEXIST: [409, "it exists already"],
  ENOTEMPTY: [400, "the folder is not empty"],
  EISDIR: [400, "it is a folder"],
  EINVAL: [400, "the system refuses this name or move"],
  ENAMETOOLONG: [400, "the name is too long"],
  ELOOP: [400, "the links go in a circle"],
  EACCES: [403, "permission denied"],
  EPERM: [403, "the system does not permit it"],
  EROFS: [403, "the disk is read-only"],
  EXDEV: [400, "it lies on another disk"],
  EFBIG: [413, "the file is larger than the disk allows"],
  ENOSPC: [507, "the disk is full"],
  EDQUOT: [507, "the disk quota is used up"],
  EMFILE: [503, "too many files are open"],
  ENFILE: [503, "too many files are open"],
};

/** The code of a system error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}

/**
 * Turns whatever was thrown into an {@link HttpError}: system errors get their status and name `path` instead of
 * the place on this machine; anything else is a defect and becomes 500.
 */
export function toHttpError(error: unknown, path = ""): HttpError {
  if (error instanceof HttpError) return error;
  const known = statusOfCode[codeOf(error) ?? ""];
  if (known) {
    const [status, what] = known;
    return new HttpError(status, path === "" ? what : `${path}: ${what}`, {}, { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new HttpError(500, message, {}, { cause: error });
}
