import { protocolVersion } from "../wire/message.js";
import { kernelDisplayName } from "./spec.js";
import { tslabVersion } from "./tslab/patches.js";

/**
 * Content of the `kernel_info_reply`.
 *
 * @param host what runs the kernel, such as `Node.js v20.19.0`.
 */
export function createKernelInfo(
  version: string,
  typescriptVersion: string,
  host: string,
): Record<string, unknown> {
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: "tumorlab",
    implementation_version: version,
    banner: `${kernelDisplayName} ${version}: TypeScript ${typescriptVersion} on ${host}, compiled by tslab ${tslabVersion}`,
    language_info: {
      name: "typescript",
      version: typescriptVersion,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
    },
    help_links: [
      { text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/handbook/intro.html" },
    ],
    debugger: false,
    supported_features: [],
  };
}
