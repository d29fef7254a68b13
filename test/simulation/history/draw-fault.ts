import type { Random } from "../random.ts";
import type { Cure, Fault, FlagText, Setup, TimedFault } from "./types.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** One fault at `at`, with what usually comes of it later: a modem that is pulled out is plugged in again. */
type Drawn = (random: Random, setup: Setup, at: number) => readonly TimedFault[];

/** How often each kind is drawn, relative to the others. */
const KINDS: readonly (readonly [number, Drawn])[] = [
  [8, (random, _, at) => one(at, { do: "crash-smsd", way: random.pick(["killed", "exited"] as const) })],
  [4, (random, setup, at) => one(at, { do: "end-handler", modem: modem(random, setup) })],
  [16, hang],
  [10, unplug],
  [3, flap],
  [4, loseAtPort],
  [4, loseLink],
  [14, flag],
  [3, (_random, _setup, at) => one(at, { do: "remove-flag" })],
  [8, (random, _, at) => one(at, { do: "systemctl", verb: random.pick(["start", "stop", "restart"] as const) })],
  [3, (_random, _setup, at) => one(at, { do: "start-stray" })],
  [8, command],
  [5, jump],
  [5, disk],
  [6, pin],
  [4, sim],
  [3, network],
  [4, (random, setup, at) => one(at, { do: "poison", modem: modem(random, setup), way: silentOrIo(random) })],
  [3, (_random, _setup, at) => one(at, { do: "unmovable" })],
  [10, spoil],
  [7, killAgent],
  [4, reboot],
  [6, edit],
  [3, (random, _, at) => one(at, { do: "access-lock", lasts: random.whole(1 * SECOND, 2 * MINUTE) })],
  [4, nuisance],
];

const TOTAL = KINDS.reduce((sum, [weight]) => sum + weight, 0);

/** Draws what goes wrong next. */
export function drawFaults(random: Random, setup: Setup, at: number): readonly TimedFault[] {
  let left = random.next() * TOTAL;
  for (const [weight, drawn] of KINDS) {
    left -= weight;
    if (left < 0) return drawn(random, setup, at);
  }
  return [];
}

function one(at: number, fault: Fault): readonly TimedFault[] {
  return [{ at, fault }];
}

function modem(random: Random, setup: Setup): number {
  return random.whole(0, setup.modems.length - 1);
}

function silentOrIo(random: Random): "silent" | "io" {
  return random.pick(["silent", "io"] as const);
}

/** The fault, and in most cases what undoes it. */
function withEnd(random: Random, at: number, begin: Fault, end: Fault): readonly TimedFault[] {
  if (random.chance(0.2)) return one(at, begin);
  const later = random.chance(0.4) ? random.whole(50, 5 * SECOND) : random.whole(5 * SECOND, 3 * MINUTE);
  return [
    { at, fault: begin },
    { at: at + later, fault: end },
  ];
}

function hang(random: Random, setup: Setup, at: number): readonly TimedFault[] {
  const way = random.pick(["silent", "io", "at-silent", "stuck"] as const);
  const cure = way === "stuck" ? "restart-smsd" : cureOf(random, setup);
  return one(at, { do: "hang", modem: modem(random, setup), way, cure });
}

/** Mostly a rung of the ladder; sometimes one that it lacks, or none. */
function cureOf(random: Random, { rungs }: Setup): Cure {
  const able = rungs.filter((rung) => rung !== "restart-smsd");
  if (able.length === 0 || random.chance(0.15)) return "replug";
  return random.chance(0.9) ? random.pick(able) : random.pick(["at-reset", "usb-reset", "usb-authorize"] as const);
}

function unplug(random: Random, setup: Setup, at: number): readonly TimedFault[] {
  const which = modem(random, setup);
  return withEnd(random, at, { do: "unplug", modem: which }, { do: "plug", modem: which });
}

function flap(random: Random, setup: Setup, at: number): readonly TimedFault[] {
  const which = modem(random, setup);
  const faults: TimedFault[] = [];
  let time = at;
  for (let times = random.whole(3, 12); times > 0; times -= 1) {
    faults.push({ at: time, fault: { do: "unplug", modem: which } });
    time += random.whole(20, 1_500);
    faults.push({ at: time, fault: { do: "plug", modem: which } });
    time += random.whole(20, 4_000);
  }
  return faults;
}

function loseAtPort(random: Random, setup: Setup, at: number): readonly TimedFault[] {
  const cure = random.pick(["usb-reset", "usb-authorize", "replug"] as const);
  const what = random.pick(["terminal", "interface"] as const);
  return one(at, { do: "lose-at-port", modem: modem(random, setup), what, cure });
}

function loseLink(random: Random, setup: Setup, at: number): readonly TimedFault[] {
  const udev = random.pick(["works", "works", "deaf"] as const);
  return one(at, { do: "lose-link", modem: modem(random, setup), udev });
}

function flag(random: Random, _: Setup, at: number): readonly TimedFault[] {
  const by = random.pick(["root", "root", "root", "trusted", "foreign", "link", "directory", "future"] as const);
  const expiring: FlagText = { expiresIn: random.pick([-60, 20, 300, 3_600, 90_000] as const) };
  const says = random.pick<FlagText>(["nothing", "text", expiring]);
  const andThen = random.pick(["nothing", "kill-smsd", "kill-smsd"] as const);
  const faults: TimedFault[] = [{ at, fault: { do: "flag", by, says, andThen } }];
  if (random.chance(0.5)) {
    const later = random.whole(500, 3 * MINUTE);
    faults.push({ at: at + later, fault: { do: "systemctl", verb: random.pick(["start", "restart"] as const) } });
  }
  if (random.chance(0.2)) faults.push({ at: at + random.whole(1 * SECOND, 3 * MINUTE), fault: { do: "remove-flag" } });
  return faults;
}

function command(random: Random, setup: Setup, at: number): readonly TimedFault[] {
  const what = random.pick(["hold", "smsd-stop", "smsd-start", "smsd-restart", "reset", "apply"] as const);
  return one(at, { do: "command", what, modem: modem(random, setup), lasts: random.whole(500, 60 * SECOND) });
}

function jump(random: Random, _: Setup, at: number): readonly TimedFault[] {
  const by = random.pick([2 * SECOND, 5 * MINUTE, 40 * MINUTE, 6 * 60 * MINUTE, 400 * 24 * 60 * MINUTE] as const);
  return one(at, { do: "jump", by: random.chance(0.5) ? by : -by });
}

function disk(random: Random, _: Setup, at: number): readonly TimedFault[] {
  const room = random.pick(["no-bytes", "no-files"] as const);
  return withEnd(random, at, { do: "disk", room }, { do: "disk", room: "free" });
}

function pin(random: Random, setup: Setup, at: number): readonly TimedFault[] {
  const which = modem(random, setup);
  return withEnd(random, at, { do: "pin", modem: which, is: "wrong" }, { do: "pin", modem: which, is: "right" });
}

function sim(random: Random, setup: Setup, at: number): readonly TimedFault[] {
  const which = modem(random, setup);
  return withEnd(random, at, { do: "sim", modem: which, is: "out" }, { do: "sim", modem: which, is: "in" });
}

function network(random: Random, setup: Setup, at: number): readonly TimedFault[] {
  const which = modem(random, setup);
  return withEnd(random, at, { do: "network", modem: which, is: "gone" }, { do: "network", modem: which, is: "back" });
}

function spoil(random: Random, _: Setup, at: number): readonly TimedFault[] {
  const times = random.chance(0.1) ? random.whole(20, 80) : random.whole(1, 4);
  if (random.chance(0.25)) {
    return [
      { at, fault: { do: "spoil", step: "start-smsd", times, how: "dies-soon" } },
      { at: at + 10, fault: { do: "crash-smsd", way: "killed" } },
    ];
  }
  const step = random.pick([
    "any",
    "any",
    "start-smsd",
    "stop-smsd",
    "clear-flag",
    "suspend",
    "at-reset",
    "usb-reset",
    "apply-inventory",
    "trigger-udev",
    "probe",
  ] as const);
  return one(at, { do: "spoil", step, times, how: random.pick(["fails", "no-effect", "slow"] as const) });
}

function killAgent(random: Random, setup: Setup, at: number): readonly TimedFault[] {
  const lasts = random.chance(0.8) ? random.whole(100, 6 * SECOND) : random.whole(6 * SECOND, 5 * MINUTE);
  const steps = random.pick(["lost", "unseen"] as const);
  if (random.chance(0.5)) return one(at, { do: "kill-agent", lasts, steps });
  const rungs = setup.rungs.filter((rung) => rung !== "restart-smsd" && rung !== "host-reboot");
  const [rung] = rungs.length > 0 ? [random.pick(rungs)] : [];
  const during = random.pick(["any", "start-smsd", "stop-smsd", "suspend", rung ?? "any", rung ?? "any"] as const);
  const killed = { at, fault: { do: "kill-agent", lasts, steps, during } } as const;
  return during === rung ? [killed, ...hang(random, setup, at + 50)] : [killed];
}

function reboot(random: Random, _: Setup, at: number): readonly TimedFault[] {
  return one(at, {
    do: "reboot",
    lasts: random.whole(10 * SECOND, 90 * SECOND),
    clock: random.pick(["kept", "kept", "lost"] as const),
    tmp: random.pick(["kept", "wiped"] as const),
  });
}

function edit(random: Random, _: Setup, at: number): readonly TimedFault[] {
  const how = random.pick(["harmless", "restarts", "invalid", "without-last"] as const);
  return withEnd(random, at, { do: "edit", how }, { do: "edit", how: "back" });
}

function nuisance(random: Random, _: Setup, at: number): readonly TimedFault[] {
  const what = random.pick(["rival", "holder", "autosuspend", "incoming", "outgoing"] as const);
  return withEnd(random, at, { do: "nuisance", what, is: "on" }, { do: "nuisance", what, is: "off" });
}
