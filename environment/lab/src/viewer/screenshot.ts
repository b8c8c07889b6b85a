const gap = 12;
const wordsHeight = 26;

/**
 * Saves pictures side by side as a PNG file, as they are on the screen with their marks, and words below them.
 *
 * @param name of the file, without its ending
 */
export async function saveScreenshot(
  pictures: readonly HTMLCanvasElement[],
  words: string,
  name: string,
): Promise<void> {
  const density = Math.max(...pictures.map(({ width, clientWidth }) => width / Math.max(1, clientWidth)));
  const between = Math.round(gap * density);
  const foot = Math.round(wordsHeight * density);
  const sheet = document.createElement("canvas");
  sheet.width = pictures.reduce((sum, { width }) => sum + width, between * (pictures.length - 1));
  sheet.height = Math.max(...pictures.map(({ height }) => height)) + foot;
  const context = sheet.getContext("2d");
  if (!context) return;
  context.fillStyle = "#000";
  context.fillRect(0, 0, sheet.width, sheet.height);
  let left = 0;
  for (const picture of pictures) {
    context.drawImage(picture, left, 0);
    left += picture.width + between;
  }
  context.fillStyle = "#f2f4f8";
  context.font = `${13 * density}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.fillText(words, 8 * density, sheet.height - foot / 2, sheet.width - 16 * density);
  const blob = await new Promise<Blob | null>((resolve) => sheet.toBlob(resolve, "image/png"));
  if (!blob) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name}.png`;
  link.click();
  // The download has begun by then; kept longer, the picture would stay in memory.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
