import { startLab } from "./app/start";

startLab().catch((error: unknown) => {
  console.error(error);
  document.body.textContent = `Tumorlab could not start: ${error instanceof Error ? error.message : String(error)}`;
});
