/* eslint-disable no-control-regex -- control characters are what is looked for */
// Controls but tab and line end, and the marks that turn the direction of a line.
const acting =
  /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** What our own bars and boards begin with: back by some lines, to the line's start, erase. */
const redraw = /^(?:\u001b\[\d{1,3}A)?\r\u001b\[[JK]/;

/**
 * A text as a terminal may show it: what would move its cursor, set its title, hide or turn words is written out as
 * `\u001b`, as JSON does. Names, notes and titles come from files that anyone may have made.
 */
export function showControls(text: string): string {
  return text.replace(acting, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** As {@link showControls}, for a text that may redraw a bar or a board: at its beginning alone. */
export function showControlsAfterRedraw(text: string): string {
  const [start = ""] = redraw.exec(text) ?? [];
  return start + showControls(text.slice(start.length));
}
