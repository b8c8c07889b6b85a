import type { TumorOrgan } from "tumorlab/internal/anatomy/organs";
import type { SizeClass } from "tumorlab/internal/anatomy/size-class";
import { LabError } from "tumorlab/internal/core/errors";
import { createKey } from "tumorlab/internal/core/random";
import { openSample } from "tumorlab/internal/data/samples";
import type { Synthesizer } from "tumorlab/internal/tumor/synthesizer";

/** What lesions of one organ, generator and exophytic share took the place of in the scan that ships. */
export interface HostRow {
  organ: TumorOrgan;
  method: string;
  /** Share asked to lie out of the organ; 0 for lesions within it. */
  asked: number;
  made: number;
  refused: string[];
  /** `parameters.otherTissueShare` of each lesion: what showed no tissue of the organ before, within the organ. */
  otherTissueShares: number[];
  /** Share of each that lies out of the organ. */
  shares: number[];
}

const organs: readonly TumorOrgan[] = ["liver", "kidney", "pancreas"];
const sizes: readonly SizeClass[] = ["small", "medium"];
const askedShares = [0, 0.25, 0.5] as const;

/** Draws small and medium lesions in turn in the solid organs of the scan that ships. */
export async function lookAtHosts(
  draws: number,
  methods: readonly Synthesizer[],
  log: (line: string) => void,
): Promise<HostRow[]> {
  const scan = await openSample("abdomen-ct");
  const rows: HostRow[] = [];
  for (const organ of organs)
    for (const synthesizer of methods)
      for (const asked of askedShares) {
        const row: HostRow = { ...empty(), organ, method: synthesizer.name, asked };
        for (let seed = 0; seed < draws; seed++) {
          const size = { sizeClass: sizes[seed % sizes.length] };
          const options = asked > 0 ? { exophyticShare: asked } : {};
          try {
            const request = { ...scan, organ, size, key: createKey(seed), options };
            const { record } = await synthesizer.synthesize(request);
            row.made++;
            row.otherTissueShares.push(record.parameters.otherTissueShare as number);
            row.shares.push(record.exophytic?.share ?? 0);
          } catch (error) {
            if (!(error instanceof LabError)) throw error;
            row.refused.push(error.message);
          }
        }
        rows.push(row);
        log(`${organ}, ${synthesizer.name}, ${asked}`);
      }
  return rows;
}

function empty(): Pick<HostRow, "made" | "refused" | "otherTissueShares" | "shares"> {
  return { made: 0, refused: [], otherTissueShares: [], shares: [] };
}

/** The rows as a table. */
export function describeHosts(rows: readonly HostRow[]): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const lines = rows.map(({ organ, method, asked, made, refused, otherTissueShares, shares }) => {
    const middle = [...otherTissueShares].sort((a, b) => a - b)[Math.floor(made / 2)] ?? NaN;
    const missed = shares.map((share) => Math.abs(share - asked));
    return [
      organ.padEnd(9),
      method.padEnd(12),
      `${made} made, ${refused.length} refused`.padEnd(22),
      `otherTissueShare ${percent(middle)} in the middle, ${percent(Math.max(...otherTissueShares))} at most`.padEnd(
        54,
      ),
      asked === 0
        ? "within the organ"
        : `out of the organ ${percent(asked)} asked, ${percent(Math.min(...shares))} to ${percent(Math.max(...shares))} reached, ${missed.filter((each) => each <= 0.1).length} within 10`,
      refused[0] ?? "",
    ].join("  ");
  });
  return ["What lesions took the place of, in the scan that ships:", ...lines].join("\n");
}
