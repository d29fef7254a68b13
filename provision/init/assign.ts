import type { ModemModel } from "../../core/model/modem-model.ts";
import type { ConfModem } from "./conf-modems.ts";
import { type FoundModem, type Survey, ttysOf, usablePort } from "./survey.ts";

/** One entry of `modems:` in the making. */
export interface Seat {
  /** A name that is certainly valid; the one from smsd.conf is preferred. */
  readonly name: string;
  readonly model: ModemModel;
  /** Absent where no modem is plugged in and the model is assumed. */
  readonly found?: FoundModem;
  readonly conf?: ConfModem;
  /** True where only its place in the list says that it is this modem. */
  readonly byOrder: boolean;
}

export interface Seating {
  readonly seats: readonly Seat[];
  /** Modems of smsd.conf that nothing on the bus answers to. */
  readonly absent: readonly { readonly conf: ConfModem; readonly why: string }[];
  /** Modems on the bus that smsd.conf does not name, and so may serve something else. */
  readonly unlisted: readonly FoundModem[];
}

/** Terminal that a path under /dev leads to now, e.g. `/dev/serial/by-id/…` → `ttyUSB2`. */
export type Terminals = ReadonlyMap<string, string>;

/** The path of a modem's port as smsd.conf has it. */
export function devicePath(conf: ConfModem): string {
  return conf.settings.get("device")?.values[0] ?? "";
}

/** Serial lines of the board itself: no USB modem is behind them. */
const BOARD_LINE = /^\/dev\/(ttyS|ttyAMA|ttyTHS|ttymxc|cua)/;

/** Decides which modem on the bus each modem of smsd.conf is: by its terminal, by its port, else by order. */
export function seat(confModems: readonly ConfModem[], survey: Survey, assumed: ModemModel, where: Terminals): Seating {
  const absent: { conf: ConfModem; why: string }[] = [];
  const taken = new Map<ConfModem, FoundModem>();
  const waiting: ConfModem[] = [];
  for (const conf of confModems) {
    const verdict = lookup(conf, survey, where, new Set(taken.values()));
    if (typeof verdict === "object") taken.set(conf, verdict);
    else if (verdict === undefined) waiting.push(conf);
    else absent.push({ conf, why: verdict });
  }
  const free = survey.modems.filter((modem) => ![...taken.values()].includes(modem));
  const ordered = new Map(waiting.slice(0, free.length).map((conf, index) => [conf, free[index]] as const));
  const left = waiting.slice(free.length);
  const lone = survey.modems.length === 0 ? left.shift() : undefined;
  absent.push(...left.map((conf) => ({ conf, why: "no modem is plugged in for it" })));
  const pairs = confModems.flatMap((conf) => {
    const found = taken.get(conf) ?? ordered.get(conf);
    return found || conf === lone ? [{ conf, found, byOrder: !taken.has(conf) }] : [];
  });
  const unlisted = free.slice(waiting.length);
  const all = survey.modems.map((found) => ({ conf: undefined, found, byOrder: false }));
  const seats = named(pairs.length > 0 ? pairs : all, assumed);
  const alone = [{ conf: undefined, found: undefined, byOrder: false }];
  return {
    seats: seats.length > 0 ? seats : named(alone, assumed),
    absent,
    unlisted: pairs.length > 0 ? unlisted : [],
  };
}

/** The modem; or why there cannot be one; or undefined where the path tells nothing. */
function lookup(
  conf: ConfModem,
  survey: Survey,
  where: Terminals,
  taken: ReadonlySet<FoundModem>,
): FoundModem | string | undefined {
  const path = devicePath(conf);
  if (path.startsWith("@")) return "it is reached over the network, and modemkeeper looks after USB modems only";
  if (BOARD_LINE.test(path)) return `${path} is a serial line of the board, not a USB modem`;
  const tty = where.get(path);
  const found = survey.modems.find(
    ({ attached }) =>
      (tty !== undefined && ttysOf(attached).includes(tty)) || path.includes(`/by-path/${attached.port}:`),
  );
  if (found && taken.has(found)) return `${path} belongs to a modem that another section already has`;
  if (found) return found;
  return tty !== undefined && survey.unusableTtys.has(tty) ? "the model of its modem is not known" : undefined;
}

interface Pair {
  readonly conf: ConfModem | undefined;
  readonly found: FoundModem | undefined;
  readonly byOrder: boolean;
}

/** The model's name; two alike count: SIM7600-1, SIM7600-2. No name that smsd.conf has for another. */
function named(pairs: readonly Pair[], assumed: ModemModel): readonly Seat[] {
  const foreign = new Set(pairs.flatMap(({ conf }) => (conf ? [conf.name.toLowerCase()] : [])));
  const used = new Set<string>();
  return pairs.flatMap(({ conf, found, byOrder }) => {
    const model = found?.model ?? assumed;
    // Modems that only their ports tell apart cannot be listed where a port's path cannot be written.
    if (found?.alike && usablePort(found.attached.port) === undefined) return [];
    const twins = pairs.filter((other) => (other.found?.model ?? assumed).name === model.name).length;
    const free = (name: string) => !used.has(name) && (!foreign.has(name.toLowerCase()) || name === conf?.name);
    let name = model.name;
    for (let count = 1; (count === 1 && twins > 1) || !free(name); count += 1) name = `${model.name}-${count}`;
    used.add(name);
    return [{ name, model, byOrder, ...(found ? { found } : {}), ...(conf ? { conf } : {}) }];
  });
}
