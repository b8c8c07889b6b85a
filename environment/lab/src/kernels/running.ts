import { ServerConnection, type ServiceManager } from "@jupyterlab/services";

/** A kernel that runs for a notebook or another document, as the server tells of it. */
export interface RunningKernel {
  sessionId: string;
  kernelId: string;
  path: string;
  state: string;
  lastActivity: Date;
  /** Absent where the server's system doesn't tell. */
  memoryBytes?: number;
  /** A cell that the kernel's process did not survive. */
  lost?: { cell_id: string; reason: string; traceback: string[] };
}

interface SessionReply {
  id: string;
  path: string;
  kernel: {
    id: string;
    execution_state: string;
    last_activity: string;
    memory_bytes?: number;
    lost?: RunningKernel["lost"];
  } | null;
}

/** Asks the server; JupyterLab's own list of sessions leaves out memory and lost cells. */
export async function listRunning({ serverSettings }: ServiceManager.IManager): Promise<RunningKernel[]> {
  const url = `${serverSettings.baseUrl}api/sessions`;
  const response = await ServerConnection.makeRequest(url, {}, serverSettings);
  if (!response.ok) return [];
  const sessions = (await response.json()) as SessionReply[];
  return sessions.flatMap(({ id, path, kernel }) =>
    kernel
      ? [
          {
            sessionId: id,
            kernelId: kernel.id,
            path,
            state: kernel.execution_state,
            lastActivity: new Date(kernel.last_activity),
            ...(kernel.memory_bytes === undefined ? {} : { memoryBytes: kernel.memory_bytes }),
            ...(kernel.lost === undefined ? {} : { lost: kernel.lost }),
          },
        ]
      : [],
  );
}
