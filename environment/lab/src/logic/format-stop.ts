/** A slider's value with as many decimals as its stops have, so that the text does not jump in width. */
export function formatStop(value: number, { min = 0, step = 1 }: { min?: number; step?: number }): string {
  const decimals = Math.max(decimalsOf(min), decimalsOf(step));
  return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

function decimalsOf(value: number): number {
  const [digits, exponent = "0"] = String(value).split("e");
  const behind = digits.split(".")[1]?.length ?? 0;
  return Math.min(12, Math.max(0, behind - Number(exponent)));
}
