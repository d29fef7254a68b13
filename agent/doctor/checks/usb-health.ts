import type { AttachedModem } from "../../../core/model/attached-modem.ts";
import { inert } from "../../views/inert.ts";
import type { DoctorFacts, UsbNode } from "../facts.ts";
import {
  crashOf,
  idsSeen,
  isUnderVoltage,
  messageOf,
  type UsbEventKind,
  type UsbKernelEvent,
  usbEventOf,
} from "../kernel/lines.ts";
import { valueOr } from "../known.ts";
import { type DoctorCheck, fault, fine, listed, note, orFine, plural, seen, type Verdict, warning } from "./verdict.ts";

/** Drop-outs since boot from which a modem is taken to flap; fewer may be a person's hand or a reset. */
const MANY_DISCONNECTS = 3;
const DAY = 86_400_000;
const SHOWN = 3;

export const USB_HEALTH_CHECKS: readonly DoctorCheck[] = [
  {
    name: "usb-disconnects",
    title: "drop-outs",
    looksAt: "How often modems dropped off the bus since boot (kernel: `USB disconnect`).",
    why: "A modem that drops off takes its ports along; whatever was being sent or received is repeated. Cable, supply and heat are the usual reasons.",
    advice:
      "Another cable, shorter and screened; a hub with a supply of its own: an LTE modem draws 2 A when it transmits.",
    judge: (facts) => seen(facts.usb.kernel, (lines) => judgeDisconnects(lines, facts)),
  },
  {
    name: "usb-errors",
    title: "errors on the bus",
    looksAt:
      "What the kernel says of USB: -71 (noise), -110 (no answer), -32 (stall), devices that could not be enumerated, a dead controller.",
    why: "These come before a modem hangs or drops off.",
    advice:
      "-71: cable, connector or supply. -110: the modem's firmware hangs; `modemkeeper modem reset NAME`, or take its power away. A dead controller: only a restart of the machine helps.",
    judge: (facts) => seen(facts.usb.kernel, (lines) => judgeErrors(lines, facts)),
  },
  {
    name: "usb-power",
    title: "supply",
    looksAt:
      "Over-current and under-voltage as the kernel reports them, and hubs without a supply of their own before a modem.",
    why: "An LTE modem draws up to 2 A for moments. A weak supply shows as a modem that drops off while it sends.",
    advice:
      "A supply that is strong enough for the board (Raspberry Pi: 5.1 V, 3 A or more), and a hub with its own supply for the modem.",
    judge: judgePower,
  },
  {
    name: "usb-speed",
    title: "speed",
    looksAt: "Whether a modem runs at the speed that it can.",
    why: "A modem that can do 480 Mbit/s and runs at 12 has a bad cable or hub, and drops off before long.",
    advice: "Another cable or port.",
    judge: ({ usb }) =>
      seen(usb.attached, (attached) =>
        seen(usb.tree, (tree) => {
          if (attached.length === 0) return fine("No modem is plugged in.");
          return orFine(
            attached.flatMap((modem) => slow(modem, tree)),
            "Every modem runs at the speed that it can.",
          );
        }),
      ),
  },
  {
    name: "crashes",
    title: "crashes",
    looksAt: "Whether the kernel ended smsd or Node: out of memory, a segmentation fault.",
    why: "An smsd that is gone without a word in its log was ended from outside.",
    advice:
      "Out of memory: see what grows with `journalctl -k | grep -i 'out of memory'`; give the machine swap, or fewer programs.",
    judge: ({ usb }) =>
      seen(usb.kernel, (lines) => {
        const ended = lines.filter((line) => crashOf(line) !== undefined);
        if (ended.length === 0) return fine("The kernel ended neither smsd nor Node.");
        const names = [...new Set(ended.map((line) => crashOf(line) ?? ""))];
        const fix = "See `journalctl -k`; out of memory: swap, or fewer programs beside.";
        return [
          warning(
            `The kernel ended ${listed(names)} ${plural(ended.length, "time")} since boot.`,
            fix,
            shown(ended.map(messageOf)),
          ),
        ];
      }),
  },
];

function judgeDisconnects(lines: readonly string[], facts: DoctorFacts): readonly Verdict[] {
  const events = usbEvents(lines).filter(({ kind }) => kind === "disconnect");
  const findings = groupsOf(events, lines, facts).map(([name, all]) => {
    const recent = all.filter(({ time }) => time === undefined || facts.now - time < DAY).length;
    const sentence = `${name} dropped off the bus ${plural(all.length, "time")} since boot, ${recent} of them within a day.`;
    if (recent >= MANY_DISCONNECTS) {
      return warning(
        sentence,
        "Try another cable, then a hub with its own supply; see `usb-power` and `usb-errors`.",
        shown(all.map(({ message }) => message)),
      );
    }
    return note(sentence);
  });
  return orFine(findings, "No modem dropped off the bus since boot.");
}

const MEANS: Readonly<Partial<Record<UsbEventKind, string>>> = {
  "protocol-error": "-71, noise on the wire",
  timeout: "-110, no answer",
  stall: "-32, a stall",
  "not-enumerated": "it could not be enumerated",
  "disabled-by-hub": "its hub switched it off",
};

function judgeErrors(lines: readonly string[], facts: DoctorFacts): readonly Verdict[] {
  const events = usbEvents(lines);
  const died = events.filter(({ kind }) => kind === "host-died");
  const troubles = events.filter(({ kind }) => MEANS[kind] !== undefined);
  const findings = groupsOf(troubles, lines, facts).map(([name, all]) => {
    const kinds = [...new Set(all.map(({ kind }) => MEANS[kind] ?? kind))];
    const fix = all.some(({ kind }) => kind === "timeout")
      ? FIX_TIMEOUT
      : "Try another cable and a hub with its own supply.";
    return warning(
      `${name}: ${plural(all.length, "error")} on the bus since boot (${kinds.join("; ")}).`,
      fix,
      shown(all.map(({ message }) => message)),
    );
  });
  const dead =
    died.length > 0
      ? [
          fault(
            "A USB controller died.",
            "Restart the machine; if it comes back, the board or its supply is at fault.",
            shown(died.map(({ message }) => message)),
          ),
        ]
      : [];
  return orFine([...dead, ...findings], "The kernel reports no error of a modem's USB.");
}

const FIX_TIMEOUT = "Its firmware hangs: `modemkeeper modem reset NAME`, or take its power away for ten seconds.";

function usbEvents(lines: readonly string[]): readonly UsbKernelEvent[] {
  return lines.flatMap((line) => usbEventOf(line) ?? []);
}

/** By modem, with the name that a person knows it by; what concerns other devices (mice, disks) is left out. */
function groupsOf(
  events: readonly UsbKernelEvent[],
  lines: readonly string[],
  { usb, models }: DoctorFacts,
): readonly (readonly [string, readonly UsbKernelEvent[]])[] {
  const attached = valueOr(usb.attached, []);
  const ids = idsSeen(lines);
  const modemIds = new Set(models.flatMap(({ compositions }) => compositions.map((one) => one.usb)));
  const groups = new Map<string, UsbKernelEvent[]>();
  for (const event of events) {
    const name = event.device === undefined ? undefined : nameOf(event, attached, ids, modemIds);
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), event]);
  }
  return [...groups];
}

function nameOf(
  { device = "", kind }: UsbKernelEvent,
  attached: readonly AttachedModem[],
  ids: ReadonlyMap<string, string>,
  modemIds: ReadonlySet<string>,
): string | undefined {
  const there = attached.find(
    ({ sysName, interfaces }) => sysName === device || interfaces.some(({ tty }) => tty === device),
  );
  if (there) return `${inert(there.product ?? there.usb)} at ${there.sysName}`;
  const id = ids.get(device);
  if (id !== undefined) return modemIds.has(id) ? `The modem ${id} that was at ${device}` : undefined;
  // What cannot be enumerated never says what it is.
  return kind === "not-enumerated" || kind === "disabled-by-hub" || device.startsWith("tty")
    ? `What is at ${device}`
    : undefined;
}

function judgePower({ usb }: DoctorFacts): readonly Verdict[] {
  const kernel = seen(usb.kernel, (lines) => {
    const weak = lines.filter(isUnderVoltage).map(messageOf);
    const over = usbEvents(lines).filter(({ kind }) => kind === "over-current");
    return [
      ...(weak.length > 0
        ? [
            warning(
              `The board's own supply was too weak ${plural(weak.length, "time")} since boot.`,
              "Use a stronger supply and a shorter, thicker cable.",
              shown(weak),
            ),
          ]
        : []),
      ...(over.length > 0
        ? [
            warning(
              `A USB port was over its current ${plural(over.length, "time")} since boot.`,
              "Put the modem on a hub with its own supply.",
              shown(over.map(({ message }) => message)),
            ),
          ]
        : []),
    ];
  });
  const hubs = seen(usb.tree, (tree) => valueOr(usb.attached, []).flatMap((modem) => weakHub(modem, tree)));
  return orFine([...kernel, ...hubs], "Nothing hints at a weak supply.");
}

/** What a port of a hub without a supply gives (USB 2.0, 7.2.1): less than a modem asks for. */
const UNPOWERED_PORT = 100;

function weakHub({ sysName, product, usb }: AttachedModem, tree: readonly UsbNode[]): readonly Verdict[] {
  const hub = tree.find((node) => node.sysName === parentOf(sysName));
  const modem = tree.find((node) => node.sysName === sysName);
  if (hub?.selfPowered !== false || (modem?.mostCurrent ?? 0) <= UNPOWERED_PORT) return [];
  const sentence = `${inert(product ?? usb)} asks for ${modem?.mostCurrent} mA behind hub ${hub.sysName} (${hub.usb}), which has no supply of its own.`;
  return [warning(sentence, "Use a hub with its own supply, or plug the modem into the board itself.")];
}

function parentOf(sysName: string): string {
  return sysName.includes(".") ? sysName.slice(0, sysName.lastIndexOf(".")) : `usb${sysName.split("-")[0]}`;
}

const HIGH_SPEED = 480;

function slow({ sysName, product, usb }: AttachedModem, tree: readonly UsbNode[]): readonly Verdict[] {
  const node = tree.find((one) => one.sysName === sysName);
  if (node?.speed === undefined || (node.version ?? 0) < 2 || node.speed >= HIGH_SPEED) return [];
  const sentence = `${inert(product ?? usb)} at ${sysName} runs at ${node.speed} Mbit/s; a modem of USB 2 runs at ${HIGH_SPEED}.`;
  return [warning(sentence, "Try another cable or port.")];
}

function shown(lines: readonly string[]): readonly string[] {
  return lines.slice(-SHOWN).map((line) => inert(line).slice(0, 160));
}
