/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** What asks another site for something, or sends it something, without a click. */
const outside = /^\s*(https?:|\/\/)/i;
const askingAttributes = ["src", "srcset", "poster", "background", "data"] as const;

/**
 * Takes out of HTML what asks another site for something as soon as it is shown, and forms: pictures and films of other sites
 * give way to their descriptions, `url(...)` in styles is dropped, a form is only its content. Links to click on stay.
 *
 * @param parse makes a document of HTML without running or loading any of it, as DOMParser does.
 */
export function keepInside(html: string, parse: (html: string) => Document): string {
  if (
    !/<(form|img|video|audio|source|track|input|picture|image)\b|url\s*\(|srcset|poster|background\s*=|\\/i.test(
      html,
    )
  )
    return html;
  const { body } = parse(html);
  for (const form of body.querySelectorAll("form")) form.replaceWith(...form.childNodes);
  for (const button of body.querySelectorAll("button[formaction], input[formaction]"))
    button.removeAttribute("formaction");
  for (const element of body.querySelectorAll("*")) {
    for (const name of askingAttributes)
      if (asks(element.getAttribute(name), name)) dropSource(element, name);
    const style = element.getAttribute("style");
    if (style !== null && /url\s*\(|image-set\s*\(|\\/i.test(style))
      element.setAttribute("style", withoutUrls(style));
  }
  return body.innerHTML;
}

function asks(value: string | null, name: string): boolean {
  if (value === null) return false;
  return name === "srcset" ? value.split(",").some((each) => outside.test(each)) : outside.test(value);
}

function dropSource(element: Element, name: string): void {
  if (element.tagName !== "IMG" || name !== "src") return element.removeAttribute(name);
  const words = element.ownerDocument.createElement("span");
  words.textContent = element.getAttribute("alt") ?? "";
  words.className = "missing-picture";
  element.replaceWith(words);
}

/** A backslash may spell url() in another way, so what has one goes too. */
function withoutUrls(style: string): string {
  return style
    .split(";")
    .filter((declaration) => !/url\s*\(|image-set\s*\(|\\/i.test(declaration))
    .join(";");
}
