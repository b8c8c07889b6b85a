/**
 * Keeps the notebook's shortcuts (arrows change the cell, D D deletes it) from firing while a control below `root`
 * has the focus. The lab looks for the mark on the focused element itself before it looks at its parents, so each
 * control carries it.
 */
export function keepShortcutsOut(root: HTMLElement): void {
  for (const control of root.querySelectorAll("canvas, input, select, button")) {
    control.setAttribute("data-lm-suppress-shortcuts", "true");
  }
}

/**
 * Hands what is meant for the lab on to it, so that saving works wherever the focus is: shortcuts with Ctrl or Cmd;
 * Escape, Shift+Enter and Ctrl+Enter, after which the cell has the focus as when they are pressed in its editor.
 */
export function passOnLabKeys(root: HTMLElement, event: KeyboardEvent): void {
  const { key, code, keyCode, ctrlKey, metaKey, shiftKey, altKey } = event;
  const leaves = key === "Escape" || (key === "Enter" && (shiftKey || ctrlKey || metaKey));
  const place = root.closest<HTMLElement>(".jp-Cell") ?? root.parentElement;
  if (!place || !(leaves || ctrlKey || metaKey)) return;
  if (leaves) place.focus({ preventScroll: true });
  const init = { key, code, keyCode, ctrlKey, metaKey, shiftKey, altKey };
  const copy = new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true });
  if (!place.dispatchEvent(copy)) event.preventDefault();
}
