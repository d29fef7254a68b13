import type { Modem } from "../../core/model/inventory.ts";
import { SECRETS_FOLDER } from "../inventory/secrets.ts";
import { devicePath, type Seat } from "./assign.ts";
import { type ConfModem, type Effective, numbers } from "./conf-modems.ts";
import { decideSetting } from "./decide-setting.ts";
import { dropped, type Outcome } from "./fate.ts";
import { shortened } from "./shown-line.ts";
import { deviceName } from "./survey.ts";

/** A PIN that has to leave smsd.conf for a file of its own. */
export interface MovedPin {
  readonly modem: string;
  /** Absolute path on the target. */
  readonly path: string;
  readonly value: string;
  readonly outcome: Outcome;
}

export interface ModemDecision {
  readonly outcomes: readonly Outcome[];
  readonly pin?: MovedPin;
}

/** What becomes of the sections that make one modem of smsd.conf. `ours`: the modem as the inventory has it so far. */
export function decideModem(seat: Seat, conf: ConfModem, index: number, ours: Modem): ModemDecision {
  const settings = ["modems", index, "smsd"] as const;
  const place = { section: "modem", settings, extra: [...settings, "extra"], ours: ours.smsd } as const;
  const pin = movedPin(conf, index);
  const outcomes = [...conf.settings.values()].map((setting) => {
    if (setting.name === "device") return device(setting, seat);
    if (setting.name === "pin") return pin?.outcome ?? noPin(setting);
    return decideSetting(setting, place);
  });
  return { outcomes: [...names(conf, index, seat), ...outcomes], ...(pin ? { pin } : {}) };
}

/** The name stays, so that scripts, statistics and file names go on as they are. */
function names(conf: ConfModem, index: number, seat: Seat): readonly Outcome[] {
  const claim = { path: ["modems", index, "name"], value: conf.name };
  const reason = `modems[${index}], a ${seat.model.name}`;
  const own = conf.headers.filter(({ name }) => name === conf.name);
  const shared = conf.headers.filter(({ name }) => name !== conf.name);
  return [
    { lines: numbers(own), fate: "taken over", reason, claim },
    ...(shared.length > 0
      ? [{ lines: numbers(shared), fate: "taken over", reason: `into modems[${index}]` } as const]
      : []),
  ];
}

function device(setting: Effective, seat: Seat): Outcome {
  const lines = numbers(setting.lines);
  if (!seat.found) {
    return { lines, fate: "owned", reason: `No modem is plugged in; a ${seat.model.name} is assumed.` };
  }
  const how = seat.byOrder ? "by its place in the list, since the path leads nowhere now" : "by this path";
  return { lines, fate: "owned", reason: `udev keeps the link. Found ${how}: ${deviceName(seat.found.attached)}.` };
}

const PIN = /^[0-9]{4,8}$/;

function movedPin(conf: ConfModem, index: number): MovedPin | undefined {
  const setting = conf.settings.get("pin");
  const value = setting?.values[0] ?? "";
  if (setting === undefined || !PIN.test(value)) return undefined;
  const file = `${conf.name}.pin`;
  const outcome: Outcome = {
    lines: numbers(setting.lines),
    fate: "secret moved",
    reason: `modems[${index}].sim.pin: { file: ${file} }`,
    claim: { path: ["modems", index, "sim"], value: { pin: { file } } },
  };
  return { modem: conf.name, path: `${SECRETS_FOLDER}/${file}`, value, outcome };
}

function noPin(setting: Effective): Outcome {
  const lines = numbers(setting.lines);
  const value = setting.values[0]?.toLowerCase() ?? "";
  if (value === "" || value === "ignore") {
    return { lines, fate: "same as our default", reason: "Without `sim.pin` smsd does not ask for a PIN." };
  }
  return dropped(lines, "A PIN is 4 to 8 digits; this would only have spent one of the SIM's three tries.");
}

/** Everything of a modem of smsd.conf that nothing on the bus answers to. */
export function setAside(conf: ConfModem, why: string): readonly Outcome[] {
  const rest = [...conf.settings.values()].filter(({ name }) => name !== "pin");
  const pin = conf.settings.get("pin");
  const reason = `${conf.name} stays out: ${why}.`;
  const own = conf.headers.filter(({ name }) => name === conf.name);
  return [
    { lines: numbers([...own, ...rest.flatMap(({ lines }) => lines)]), fate: "set aside", reason },
    ...(pin ? [{ lines: numbers(pin.lines), fate: "set aside", reason: `${reason} Keep its PIN.` } as const] : []),
  ];
}

/** For a comment in the inventory: what a person needs to add the modem later. */
export function asideComment(conf: ConfModem, why: string): string {
  const path = devicePath(conf);
  const was = path === "" ? "" : `, formerly ${shortened(path)}`;
  return `${shortened(conf.name)}${was}, is not listed: ${why}. Its settings are still in the old smsd.conf.`;
}
