import { messageLines, type Poison } from "../modem/storage.ts";
import { type Action, failure, OK, type Outcome } from "./outcome.ts";

type Call = Parameters<Action>[0];

const INVALID_INDEX = "+CMS ERROR: 321";
const NOT_SUPPORTED = "+CMS ERROR: 303";
const ALL = 4;

function storageState({ modem }: Call): Outcome {
  const parts = modem.memories.map((name) => `"${name}",${modem.storage(name).used},${modem.storage(name).capacity}`);
  return { lines: [`+CPMS: ${parts.join(",")}`, "OK"] };
}

function selectStorage({ modem, argument }: Call): Outcome {
  const names = argument.split(",").map((name) => name.trim().replaceAll('"', ""));
  if (names.length > 3 || !names.every((name) => modem.hasStorage(name))) return failure("+CMS ERROR: 302");
  modem.memories = [0, 1, 2].map((i) => names[i] ?? modem.memories[i] ?? "ME");
  const parts = modem.memories.map((name) => `${modem.storage(name).used},${modem.storage(name).capacity}`);
  return { lines: [`+CPMS: ${parts.join(",")}`, "OK"] };
}

function read(call: Call, empty: Outcome): Outcome {
  const { modem, argument } = call;
  if (modem.get("cmgf") !== "0") return failure(NOT_SUPPORTED);
  const index = Number.parseInt(argument, 10);
  const storage = modem.storage(modem.memories[0] ?? "ME");
  if (Number.isNaN(index) || !storage.has(index)) return failure(INVALID_INDEX);
  const message = storage.read(index);
  if (!message) return empty;
  if (message.poison) return hang(call, message.poison);
  return { lines: [...messageLines("+CMGR: ", message), "OK"] };
}

function hang({ modem }: Call, poison: Poison): Outcome {
  modem.hangUp(poison.healedBy);
  return { lines: [] };
}

/** `AT+CMGL=4` lists all, other values one status (27.005, 3.4.2). */
function list(call: Call): Outcome {
  const { modem, argument } = call;
  if (modem.get("cmgf") !== "0") return failure(NOT_SUPPORTED);
  const wanted = argument === "" ? 0 : Number.parseInt(argument, 10);
  const storage = modem.storage(modem.memories[0] ?? "ME");
  const entries = storage.entries().filter(({ message }) => wanted === ALL || message.status === wanted);
  const poison = entries.find(({ message }) => message.poison)?.message.poison;
  if (poison) return hang(call, poison);
  const lines = entries.flatMap(({ index }) => {
    const message = storage.read(index);
    return message ? messageLines(`+CMGL: ${index},`, message) : [];
  });
  return { lines: [...lines, "OK"] };
}

/** With a flag, more than one: 1–3 read (and sent), 4 all (27.005, 3.5.4). */
function remove({ modem, argument }: Call): Outcome {
  const [index = Number.NaN, flag = 0] = argument.split(",").map((part) => Number.parseInt(part, 10));
  const storage = modem.storage(modem.memories[0] ?? "ME");
  if (flag === ALL) storage.clear();
  else if (flag > 0) {
    for (const { index: i, message } of storage.entries()) if (message.status !== 0) storage.delete(i);
  } else if (!storage.has(index)) return failure(INVALID_INDEX);
  else storage.delete(index);
  return { ...OK, afterwards: () => modem.lookAround() };
}

function send({ modem, argument }: Call): Outcome {
  if (modem.get("cmgf") !== "0") return failure(NOT_SUPPORTED);
  const length = Number.parseInt(argument, 10);
  if (Number.isNaN(length)) return failure("+CMS ERROR: 304");
  const commandAt = modem.now();
  return { lines: [], prompt: (body) => modem.submit({ hex: body.trim(), length, commandAt }) };
}

export const MESSAGE_ACTIONS: Readonly<Record<string, Action>> = {
  "storage-state": storageState,
  "select-storage": selectStorage,
  read: (call) => read(call, failure(INVALID_INDEX)),
  "read-or-nothing": (call) => read(call, OK),
  list,
  delete: remove,
  send,
};
