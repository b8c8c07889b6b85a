/** Threads that share nothing but what they are sent. */
export { parentPort, threadId, Worker, workerData } from "node:worker_threads";
