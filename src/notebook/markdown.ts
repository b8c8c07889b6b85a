import { displayBundle } from "./session.js";

/**
 * Shows Markdown in the notebook. Front ends strip scripts from it; what comes from data should go through
 * `escapeMarkdown` so that it is read as text.
 */
export function markdown(text: string): void {
  displayBundle({ "text/markdown": text, "text/plain": text });
}
