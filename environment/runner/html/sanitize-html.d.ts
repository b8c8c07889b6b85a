declare module "sanitize-html" {
  interface Options {
    allowedTags: readonly string[];
    allowedAttributes: Readonly<Record<string, readonly string[]>>;
    allowedSchemes: readonly string[];
    allowedSchemesByTag?: Readonly<Record<string, readonly string[]>>;
    allowedStyles?: Readonly<Record<string, Readonly<Record<string, readonly RegExp[]>>>>;
    allowProtocolRelative?: boolean;
    disallowedTagsMode?: "discard" | "escape";
    transformTags?: Readonly<
      Record<
        string,
        (
          tag: string,
          attributes: Record<string, string>,
        ) => { tagName: string; attribs: Record<string, string>; text?: string }
      >
    >;
  }
  function sanitizeHtml(dirty: string, options: Options): string;
  export = sanitizeHtml;
}
