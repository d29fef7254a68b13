import { MESSAGE_ACTIONS } from "./message-actions.ts";
import { type Action, failure, OK, type Outcome } from "./outcome.ts";

const PIN_STATE = { ready: "READY", pin: "SIM PIN", puk: "SIM PUK" } as const;

function pinState({ modem }: Parameters<Action>[0]): Outcome {
  const { state } = modem.sim;
  return state === "absent" ? failure("+CME ERROR: 10") : { lines: [`+CPIN: ${PIN_STATE[state]}`, "OK"] };
}

function enterPin({ modem, argument }: Parameters<Action>[0]): Outcome {
  if (modem.sim.state === "absent") return failure("+CME ERROR: 10");
  if (modem.sim.state === "ready") return failure("+CME ERROR: 3");
  const [code = "", newPin] = argument.split(",").map(unquote);
  if (modem.sim.unlock(code, newPin)) return { ...OK, afterwards: () => modem.lookAround() };
  return failure(modem.sim.state === "puk" ? "+CME ERROR: 12" : "+CME ERROR: 16");
}

export function unquote(text: string): string {
  return text.trim().replace(/^"(.*)"$/, "$1");
}

function radio({ modem, argument }: Parameters<Action>[0]): Outcome {
  modem.set("cfun", argument);
  return { ...OK, afterwards: () => modem.lookAround() };
}

/** Stateful commands by the name that transcripts give after `!`. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  ...MESSAGE_ACTIONS,
  "pin-state": pinState,
  "enter-pin": enterPin,
  radio,
  echo: ({ argument, setEcho }) => {
    setEcho(argument !== "0");
    return OK;
  },
  restart: ({ modem }) => ({ ...OK, afterwards: () => modem.restart() }),
  "power-off": ({ modem }) => ({ ...OK, afterwards: () => modem.powerOff() }),
};

/** `remember NAME` keeps the argument for `{NAME}` in later answers, until the next boot. */
export function findAction(name: string): Action | undefined {
  const setting = /^remember (\w+)$/.exec(name)?.[1];
  if (setting === undefined) return ACTIONS[name];
  return ({ modem, argument }) => {
    modem.set(setting, argument);
    return OK;
  };
}
