import { expect } from "vitest";
import { EVENTS_LOG, STATE_FILE } from "../../agent/paths.ts";
import type { AgentState } from "../../agent/state.ts";
import type { TimelineEntry } from "../../agent/timeline/event.ts";
import { GrowingFile } from "./growing-file.ts";
import type { Guest } from "./guest.ts";

/*
 * The words in which scenarios speak of the resident agent: its timeline, what it sees, smsd's processes, downtime.
 */

const SMSD_LOG = "/var/log/smstools/smsd.log";
const SMSD_PROCESSES = "/sys/fs/cgroup/system.slice/smstools.service/cgroup.procs";

/** The agent's timeline from one moment on. */
export class Timeline {
  readonly #file: GrowingFile;
  readonly #seen: TimelineEntry[] = [];

  private constructor(file: GrowingFile) {
    this.#file = file;
  }

  /** Begins now: what is there already does not count. */
  static async from(guest: Guest): Promise<Timeline> {
    return new Timeline(await GrowingFile.fromEnd(guest, EVENTS_LOG));
  }

  async events(): Promise<readonly TimelineEntry[]> {
    this.#take(await this.#file.lines(0));
    return this.#seen;
  }

  async codes(): Promise<readonly string[]> {
    return (await this.events()).map(({ code }) => code);
  }

  /** Waits for an event with this code, and this in its sentence or subject. */
  async wait(code: string, seconds: number, containing = ""): Promise<TimelineEntry> {
    const wanted = (event: TimelineEntry) =>
      event.code === code && `${event.subject} ${event.sentence}`.includes(containing);
    return await this.find(`"${code}" (${containing})`, seconds, wanted);
  }

  /** Waits for the first event that is wanted; `what` names it where none comes. */
  async find(what: string, seconds: number, wanted: (event: TimelineEntry) => boolean): Promise<TimelineEntry> {
    const found = await this.#file.until(seconds, (lines) => {
      this.#take(lines);
      return this.#seen.find(wanted);
    });
    if (found !== undefined) return found;
    throw new Error(`no ${what} on the timeline within ${seconds} s, but:\n${shown(this.#seen)}`);
  }

  async expectNone(...codes: readonly string[]): Promise<void> {
    const events = await this.events();
    const wrong = events.filter((event) => codes.includes(event.code));
    expect(wrong, shown(events)).toEqual([]);
  }

  #take(lines: readonly string[]): void {
    this.#seen.push(...lines.map((line) => JSON.parse(line) as TimelineEntry));
  }
}

function shown(events: readonly TimelineEntry[]): string {
  return events
    .map(({ time, subject, code, phase, sentence }) => `${time} ${subject} ${code} ${phase}: ${sentence}`)
    .join("\n");
}

/** What the agent sees now. */
export async function agentState(guest: Guest): Promise<AgentState> {
  return JSON.parse(await guest.read(STATE_FILE)) as AgentState;
}

/** Waits until smsd's log shows anew that it exchanges messages with this modem. */
export async function expectTalking(guest: Guest, modem = "SIM7600", seconds = 60): Promise<void> {
  const talking = new RegExp(`, ${modem}: (No SMS received|Used memory is|SMS received|SMS sent)`);
  const log = await GrowingFile.fromEnd(guest, SMSD_LOG);
  const found = await log.until(seconds, (lines) => lines.find((line) => talking.test(line)));
  if (found === undefined) throw new Error(`smsd's log shows no message traffic with ${modem} within ${seconds} s`);
}

/** smsd's processes as the kernel counts them for the unit: pid → what it calls itself (`MAINPROCESS`, a modem's name). */
export async function smsdProcesses(guest: Guest): Promise<ReadonlyMap<number, string>> {
  const each = `for pid in $(cat ${SMSD_PROCESSES}); do echo "$pid $(tr '\\0' ' ' </proc/$pid/cmdline)"; done`;
  const found = (await guest.run(`${each} 2>/dev/null`)).stdout.split("\n").flatMap((line) => {
    // It fills its name up with underscores.
    const [, pid, name] = /^(\d+) .*-n(\S+?)_*\s*$/.exec(line) ?? [];
    return pid === undefined || name === undefined ? [] : [[Number(pid), name] as const];
  });
  return new Map(found);
}

/** The pid of smsd's process for a modem, or of `MAINPROCESS`. */
export async function smsdPid(guest: Guest, name: string): Promise<number> {
  const find = async () => [...(await smsdProcesses(guest))].find(([, own]) => own === name)?.[0];
  return await guest.waitFor(find, 30).catch(() => {
    throw new Error(`smsd has no process for ${name}`);
  });
}

/** Waits until smsd has run for a minute: a shorter life is taken for a failed start, and the next one waits. */
export async function expectSettledSmsd(guest: Guest): Promise<void> {
  await guest.waitFor("test $(ps -o etimes= -p $(systemctl show -P MainPID smstools)) -gt 60", 90);
}

/** Whether the unit's smsd runs, looked at every 100 ms; writes a line when that changes. */
const SAMPLER = `import time

def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""

def smsd_runs():
    # A process may end while we look at it.
    return any(read("/proc/%s/comm" % pid) == "smsd\\n" for pid in read("${SMSD_PROCESSES}").split())

last = None
with open("/run/lab-sampler", "w", buffering=1) as out:
    while True:
        up = smsd_runs()
        if up != last:
            out.write("%.2f %d\\n" % (time.monotonic(), up))
            last = up
        time.sleep(0.1)
`;

/** Watches from now on how long smsd is down. */
export async function startSampler(guest: Guest): Promise<void> {
  await guest.write("/root/sampler.py", SAMPLER);
  await guest.ok(
    "systemctl stop lab-sampler 2>/dev/null; systemd-run --quiet --unit=lab-sampler python3 /root/sampler.py",
  );
  await guest.waitFor("test -s /run/lab-sampler");
}

/** Seconds without any process of smsd since `startSampler`, each time apart; one that still lasts counts until now. */
export async function outages(guest: Guest): Promise<readonly number[]> {
  const now = Number((await guest.ok("cut -d ' ' -f 1 /proc/uptime")).trim());
  const samples = (await guest.read("/run/lab-sampler"))
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number));
  return samples.flatMap(([at = 0, up], index) => (up === 1 ? [] : [(samples[index + 1]?.[0] ?? now) - at]));
}

/** Keeps a terminal open, as a program does that does not notice that its modem is gone. */
export async function holdOpen(guest: Guest, path: string, unit = "lab-holder"): Promise<number> {
  const program = `import os, time; os.open("${path}", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK); print("open", flush=True); time.sleep(3600)`;
  await guest.ok(`systemd-run --quiet --unit=${unit} python3 -c '${program}'`);
  const pid = Number(await guest.ok(`systemctl show -P MainPID ${unit}`));
  await guest.waitFor(`ls -l /proc/${pid}/fd | grep -q ttyUSB`);
  return pid;
}

/** Takes over another inventory the way a person does: by editing the installed copy. */
export async function editInventory(guest: Guest, text: string): Promise<void> {
  await guest.ok("cat >/etc/modemkeeper/inventory.yaml", { input: text });
}
