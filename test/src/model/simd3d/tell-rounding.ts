import { openEngine } from "tumorlab/internal/model/engines";
import { probeRounding } from "tumorlab/internal/model/simd3d/wasm";

/** Prints how this process rounds products and sums, and what the engine says of it. */
async function tellRounding(): Promise<void> {
  const { arithmetic, detail } = await openEngine({ engine: "simd", threads: 1 });
  process.stdout.write(JSON.stringify({ rounding: probeRounding(), arithmetic, detail }));
}

void tellRounding();
