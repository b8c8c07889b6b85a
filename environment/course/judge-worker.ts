/** Judges answers in a thread of its own, so that a test can wait for a function that runs in another process. */
import { type MessagePort, parentPort, receiveMessageOnPort } from "node:worker_threads";
import { createKey } from "tumorlab/internal/core/random";
import { judgeExercise } from "tumorlab/internal/lessons/exercises/judge";
import { findExercise } from "tumorlab/internal/lessons/exercises/list";
import type { Grade } from "tumorlab/internal/lessons/grade";
import type { StudentReply } from "./student-program.js";
import { fromWire, toWire } from "./wire-value.js";

/** What is to be judged. */
export interface JudgeJob {
  exercise: string;
  /** The student's. */
  seed: number;
  /** The course's, for tries that no notebook shows; absent: those of the notebook. */
  hiddenSeed?: number;
  answer: StudentReply;
  /** Where calls of the answer go, and their results come from. */
  port: MessagePort;
  /** Becomes 1 when a result has been posted. */
  flag: SharedArrayBuffer;
}

/** A grade, or what went wrong in judging. */
export type JudgeReply = { grade: Grade } | { error: string };

/** What a call of the answer gave; `end`: the process has ended. */
export type CallReply = StudentReply | { kind: "end" };

parentPort?.on("message", (job: JudgeJob | "close") => {
  if (job === "close") return parentPort!.close();
  void judge(job)
    .then((grade): JudgeReply => ({ grade }))
    .catch((error: unknown): JudgeReply => ({ error: String(error) }))
    .then((reply) => parentPort!.postMessage(reply));
});

function judge({ exercise, seed, hiddenSeed, answer, port, flag }: JudgeJob): Promise<Grade> {
  const reader = createKey(seed);
  const tries = hiddenSeed === undefined ? undefined : createKey(hiddenSeed).split("hidden").split(exercise);
  return judgeExercise(findExercise(exercise, "exercise"), valueOf(answer, port, flag), {
    reader,
    ...(tries ? { tries } : {}),
  });
}

function valueOf(answer: StudentReply, port: MessagePort, flag: SharedArrayBuffer): unknown {
  if (answer.kind === "function") return (...given: unknown[]) => call(given, port, new Int32Array(flag));
  if (answer.kind === "promise") return Promise.resolve();
  return answer.kind === "value" ? fromWire(answer.value) : undefined;
}

function call(given: readonly unknown[], port: MessagePort, flag: Int32Array): unknown {
  Atomics.store(flag, 0, 0);
  port.postMessage(given.map((each) => toWire(each)));
  // A bell of the call before may ring late and wake this one too early.
  while (Atomics.load(flag, 0) === 0) Atomics.wait(flag, 0, 0);
  const received = receiveMessageOnPort(port);
  const reply = received?.message as CallReply | undefined;
  if (reply?.kind === "value") return fromWire(reply.value);
  if (reply?.kind === "resolved") return Promise.resolve(fromWire(reply.value));
  throw new Error(reply?.kind === "fault" ? reply.fault : "no answer");
}
