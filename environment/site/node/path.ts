import * as paths from "tumorlab/internal/platform/browser/paths";

export * from "tumorlab/internal/platform/browser/paths";
export const posix: typeof paths = paths;

export default { ...paths, posix };
