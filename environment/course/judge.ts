import { once } from "node:events";
import path from "node:path";
import { MessageChannel, Worker } from "node:worker_threads";
import type { Grade } from "tumorlab/internal/lessons/grade";
import type { CallReply, JudgeJob, JudgeReply } from "./judge-worker.js";
import { type StudentProcess, StudentProcessEnd } from "./student-process.js";
import type { StudentReply } from "./student-program.js";

/** What is to be judged, and with which tries. */
export interface Judgement {
  exercise: string;
  seed: number;
  hiddenSeed?: number;
}

/** A grade, with what the answer's calls threw. */
export interface Judged {
  grade: Grade;
  /** What the answer threw when it was called, the first; empty where it did not. */
  fault: string;
  /** Why the answer's process ended meanwhile; empty where it did not. */
  end: string;
}

/** A thread that judges one answer at a time. */
export interface Judge {
  judge(task: Judgement, answer: StudentReply, student: StudentProcess): Promise<Judged>;
  close(): Promise<void>;
}

/** Starts a thread that judges. */
export function startJudge(): Judge {
  const worker = new Worker(path.join(__dirname, "judge-worker.js"));
  let isBusy = false;
  return {
    close: async () => {
      if (isBusy) return void (await worker.terminate());
      const ended = once(worker, "exit");
      worker.postMessage("close");
      await ended;
    },
    judge: async (task, answer, student) => {
      isBusy = true;
      const { port1, port2 } = new MessageChannel();
      const flag = new SharedArrayBuffer(4);
      const judged = { fault: "", end: "" };
      port1.on("message", (given: unknown[]) => {
        void student
          .ask({ call: given })
          .catch((error: unknown): CallReply => {
            judged.end ||= error instanceof StudentProcessEnd ? error.message : String(error);
            return { kind: "end" };
          })
          .then((reply) => {
            if (reply.kind === "fault") judged.fault ||= reply.fault;
            port1.postMessage(reply);
            const bell = new Int32Array(flag);
            Atomics.store(bell, 0, 1);
            Atomics.notify(bell, 0);
          });
      });
      const job: JudgeJob = { ...task, answer, port: port2, flag };
      try {
        const reply = await new Promise<JudgeReply>((settle, fail) => {
          worker.once("message", settle);
          worker.once("error", fail);
          worker.postMessage(job, [port2]);
        });
        if ("error" in reply) throw new Error(reply.error);
        return { grade: reply.grade, ...judged };
      } finally {
        worker.removeAllListeners("message");
        worker.removeAllListeners("error");
        port1.close();
        isBusy = false;
      }
    },
  };
}
