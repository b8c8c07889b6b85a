import sanitizeHtml from "sanitize-html";

const textTags = [
  ..."h1 h2 h3 h4 h5 h6 p br hr ul ol li dl dt dd blockquote pre code kbd samp var".split(" "),
  ..."strong em b i u s del ins sub sup mark small q cite abbr time span div details summary".split(" "),
  ..."table caption colgroup col thead tbody tfoot tr th td figure figcaption img a progress meter".split(
    " ",
  ),
];

// No url(), not even of a bare name, no expression, nothing that leaves its box.
const plainValue = [/^(?!.*(url|image|expression)\s*\()[\w\s#%.,()+-]{1,80}$/i];
const styles = Object.fromEntries(
  [
    ..."background background-color border border-bottom border-collapse border-left border-radius".split(
      " ",
    ),
    ..."border-right border-spacing border-top color display font-family font-size font-style".split(" "),
    ..."font-variant-numeric font-weight height line-height margin margin-bottom margin-left margin-right".split(
      " ",
    ),
    ..."margin-top max-width min-width overflow padding padding-left padding-right text-align".split(" "),
    ..."vertical-align white-space width".split(" "),
  ].map((property) => [property, plainValue]),
);

/**
 * HTML that shows the same but can do nothing: no script, no event handler, no form, no frame, no address
 * other than a link to click on, no picture that is not in the text itself.
 */
export function sanitize(html: string): string {
  return sanitizeHtml(html, {
    allowedTags: textTags,
    allowedAttributes: {
      "*": ["class", "id", "title", "lang", "dir", "role", "aria-label", "aria-hidden", "style", "data-math"],
      a: ["href"],
      img: ["src", "alt", "width", "height"],
      th: ["scope", "colspan", "rowspan", "align"],
      td: ["colspan", "rowspan", "align"],
      col: ["span"],
      ol: ["start"],
      details: ["open"],
      progress: ["value", "max"],
      meter: ["value", "min", "max"],
    },
    allowedSchemes: ["http", "https", "mailto"],
    allowedSchemesByTag: { img: ["data"] },
    allowedStyles: { "*": styles },
    allowProtocolRelative: false,
    transformTags: { img: keepOnlyInlinePictures },
  });
}

/** The text with the five characters that HTML reads specially written as references. */
export function escapeHtml(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[character]!,
  );
}

function keepOnlyInlinePictures(
  tag: string,
  attribs: Record<string, string>,
): { tagName: string; attribs: Record<string, string>; text?: string } {
  if (/^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/.test(attribs.src ?? ""))
    return { tagName: tag, attribs };
  return { tagName: "span", attribs: { class: "missing-picture" }, text: attribs.alt ?? "" };
}
