import type { Runtime } from "../../../core/inspection-ports.ts";
import type { DoctorFacts, SystemFacts } from "../facts.ts";
import { isKernelTroubleOfDisk, messageOf } from "../kernel/lines.ts";
import { valueOr } from "../known.ts";
import { CLOCK_CHECK } from "./clock.ts";
import { type DoctorCheck, fault, fine, listed, note, orFine, seen, type Verdict, warning } from "./verdict.ts";

const MIB = 1024 * 1024;
/** Below these the agent leaves modems alone, so that no message is lost (agent/decide/guards.ts); half a GiB is a warning ahead. */
const ROOM = { least: { bytes: 48 * MIB, files: 300 }, scarce: { bytes: 512 * MIB, files: 2_000 } };
/** journald takes a tenth of its filesystem, at most 4 GiB (journald.conf(5)). */
const LARGE_JOURNAL = 1024 * MIB;
const NODE = [20, 19] as const;
/** What the serial port's native part was built for (@serialport/bindings-cpp, prebuilds). */
const GLIBC = [2, 28] as const;
const ARCHITECTURES: readonly string[] = ["x64", "arm64"];

export const SYSTEM_CHECKS: readonly DoctorCheck[] = [
  {
    name: "privileges",
    title: "who looks",
    looksAt: "Whether doctor runs as root.",
    why: "Other users' open files, secrets and the kernel's messages are shown to root alone.",
    advice: "Run `sudo modemkeeper doctor`.",
    judge: ({ root }) =>
      root
        ? fine("doctor runs as root and sees everything.")
        : [
            note("doctor does not run as root: some of what follows is unknown.", {
              fix: "Run `sudo modemkeeper doctor`.",
            }),
          ],
  },
  {
    name: "runtime",
    title: "Node and C library",
    looksAt: "Versions of Node and glibc, and the processor's architecture.",
    why: "The parts that talk to USB and serial ports are native: elsewhere they do not load.",
    advice:
      "Use Node 20.19 or newer on a 64-bit system with glibc 2.28 or newer (Debian 10, Ubuntu 20.04); `sudo ./bootstrap.sh` brings its own Node.",
    judge: ({ runtime }) => seen(runtime, judgeRuntime),
  },
  {
    name: "systemd",
    title: "systemd",
    looksAt: "Whether systemd is this machine's init.",
    why: "smsd and the agent are its services: without it nobody starts them.",
    advice: "Run it on a machine whose init is systemd; in a container or an image build this is as it must be.",
    judge: ({ systemd }) =>
      seen(systemd, (runs) =>
        runs
          ? fine("systemd runs.")
          : [
              warning(
                "systemd does not run here.",
                "In a container or an image build that is as it must be; elsewhere boot with systemd.",
              ),
            ],
      ),
  },
  CLOCK_CHECK,
  {
    name: "disk",
    title: "room on disks",
    looksAt: "Free room and free inodes where smsd and the agent write.",
    why: "On a full disk smsd deletes received messages from the SIM without having stored them, and sends again at each start what it has sent.",
    advice:
      "`journalctl --vacuum-size=50M`, `apt-get clean`, then look with `df -h` and `df -i`; `incoming.keep_for` says how long delivered messages are kept.",
    judge: ({ system }) => seen(system.rooms, judgeRooms),
  },
  {
    name: "filesystem",
    title: "filesystems",
    looksAt: "Whether what must be written to is mounted read-only, and what the kernel says of disks.",
    why: "The kernel makes a filesystem read-only after errors, often on a worn SD card: then messages are lost.",
    advice: "Save what matters, check the disk (`fsck` at the next boot: `touch /forcefsck`), and replace a worn card.",
    judge: judgeFilesystems,
  },
  {
    name: "journal",
    title: "journal",
    looksAt: "Whether the journal outlives a boot, and its size.",
    why: "Why the machine restarted, or why the modem dropped off before, can only be read where the journal is kept.",
    advice:
      "`mkdir -p /var/log/journal && systemctl restart systemd-journald`; its size is `SystemMaxUse=` in journald.conf.",
    judge: ({ system }) => seen(system.journal, judgeJournal),
  },
];

function judgeRuntime({ node, architecture, glibc }: Runtime): readonly Verdict[] {
  const findings = [
    ...(isAtLeast(node, NODE)
      ? []
      : [fault(`Node is ${node}; 20.19 or newer is needed.`, "`sudo ./bootstrap.sh` installs a Node of its own.")]),
    ...(ARCHITECTURES.includes(architecture)
      ? []
      : [fault(`The processor is ${architecture}; only x64 and arm64 are supported.`, "Use a 64-bit system.")]),
    ...(glibc !== undefined && isAtLeast(glibc, GLIBC)
      ? []
      : [
          fault(
            `The C library is ${glibc === undefined ? "not glibc" : `glibc ${glibc}`}; glibc 2.28 or newer is needed.`,
            "Use Debian 10, Ubuntu 20.04, or newer.",
          ),
        ]),
  ];
  return orFine(findings, `Node ${node} on ${architecture} with glibc ${glibc}.`);
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split(".").map(Number);
  return a > major || (a === major && b >= minor);
}

type Rooms = Extract<SystemFacts["rooms"], { value: unknown }>["value"];

function judgeRooms(rooms: Rooms): readonly Verdict[] {
  const scarce = rooms.filter(({ bytes, files }) => bytes < ROOM.scarce.bytes || files < ROOM.scarce.files);
  // Folders of one filesystem have the same room: it is told once.
  const told = scarce.filter(
    (room, index) => scarce.findIndex((one) => one.bytes === room.bytes && one.files === room.files) === index,
  );
  const findings = told.map(({ path, bytes, files }) => {
    const left = `${Math.floor(bytes / MIB)} MiB and ${Number.isFinite(files) ? `${files} inodes` : "any number of files"}`;
    const isFull = bytes < ROOM.least.bytes || files < ROOM.least.files;
    const fix = "Make room: `journalctl --vacuum-size=50M`, `apt-get clean`; see `df -h` and `df -i`.";
    if (isFull) return fault(`The disk of ${path} is full: ${left} are left.`, fix);
    return warning(`The disk of ${path} is nearly full: ${left} are left.`, fix);
  });
  const least = Math.min(...rooms.map(({ bytes }) => bytes));
  return orFine(
    findings,
    Number.isFinite(least) ? `At least ${Math.floor(least / MIB)} MiB are free.` : "There is room.",
  );
}

function judgeFilesystems({ system, usb }: DoctorFacts): readonly Verdict[] {
  const readOnly = seen(system.readOnly, (mounts) => {
    if (mounts.length === 0) return [];
    const points = [...new Set(mounts.map(({ mount }) => mount))];
    const fix = `See why: \`journalctl -k | grep -i 'remount\\|error'\`; then \`mount -o remount,rw ${points[0]}\`.`;
    return [
      fault(
        `${listed(points)} is mounted read-only: ${listed(mounts.map(({ path }) => path))} cannot be written to.`,
        fix,
      ),
    ];
  });
  const kernel = valueOr(usb.kernel, []).filter(isKernelTroubleOfDisk).map(messageOf);
  const disk =
    kernel.length > 0
      ? [
          warning(
            "The kernel reports errors of a disk.",
            "Save what matters, and replace the card or disk.",
            kernel.slice(-3),
          ),
        ]
      : [];
  return orFine([...readOnly, ...disk], "What must be written to can be written to.");
}

function judgeJournal({
  persistent,
  bytes,
}: {
  readonly persistent: boolean;
  readonly bytes: number;
}): readonly Verdict[] {
  const size = `${Math.round(bytes / MIB)} MiB`;
  if (bytes === 0) return [note("There is no journal here.")];
  if (!persistent) {
    const fix = "`mkdir -p /var/log/journal && systemctl restart systemd-journald`";
    return [note("The journal is lost at each boot.", { fix })];
  }
  if (bytes > LARGE_JOURNAL) {
    return [
      note(`The journal takes ${size}.`, {
        fix: "`SystemMaxUse=200M` in /etc/systemd/journald.conf; now: `journalctl --vacuum-size=200M`",
      }),
    ];
  }
  return fine(`The journal is kept, and takes ${size}.`);
}
