import { createMessage, type Message } from "../../wire/message.js";
import type { Cell } from "../cell/cell.js";

/** Questions to the reader, answered by the stdin channel. */
export interface Inputs {
  /** Asks and waits. Rejects where the front end allows no input and when the cell is interrupted. */
  ask(cell: Cell | undefined, prompt: string, isPassword: boolean): Promise<string>;
  /** Hands over an answer; `parentId` is the id of the question, empty in front ends that don't say. */
  answer(parentId: string, value: string): void;
}

interface Question {
  id: string;
  resolve(value: string): void;
}

/** @param send sends a question to the front end that a cell came from. */
export function createInputs(session: string, send: (cell: Cell, message: Message) => void): Inputs {
  const questions: Question[] = [];
  return {
    async ask(cell, prompt, isPassword) {
      if (!cell?.allowStdin) {
        throw new Error(
          `input(${JSON.stringify(prompt)}): nobody can be asked here, as this cell's front end takes no input. Give the value in the code instead.`,
        );
      }
      cell.signal.throwIfAborted();
      const message = createMessage("input_request", session, { prompt, password: isPassword }, cell.header);
      return new Promise((resolve, reject) => {
        const question: Question = { id: message.header.msg_id, resolve };
        questions.push(question);
        cell.signal.addEventListener("abort", () => {
          const at = questions.indexOf(question);
          if (at >= 0) questions.splice(at, 1);
          reject(cell.signal.reason as Error);
        });
        send(cell, message);
      });
    },
    answer(parentId, value) {
      const at = Math.max(
        0,
        questions.findIndex(({ id }) => id === parentId),
      );
      const [question] = questions.splice(at, 1);
      question?.resolve(value);
    },
  };
}
