import type { Inventory } from "../../core/model/inventory.ts";
import { shPlain, shWord } from "./escape/sh.ts";
import { INVENTORY_COPY, PROGRAM } from "./paths.ts";
import type { Syntax } from "./render.ts";

/** The one template of all scripts. It lies outside the tree that mirrors the target: where they go, the inventory says. */
export const COMPAT_TEMPLATE = "templates/compat/script.hbs";
export const COMPAT_SYNTAX: Syntax = { word: shWord, plain: shPlain };

/** A script under the name by which cron jobs, udev rules and other scripts of a machine's past call it. */
export interface CompatScript {
  readonly name: string;
  /** What it is for now, one sentence. */
  readonly what: string;
  /** `modemkeeper` with these words; the whole command line, where it starts with a slash. */
  readonly words: readonly string[];
  /** Asks for root by sudo where the caller is somebody else. */
  readonly root: boolean;
  /** What it is called with says why. */
  readonly reason?: true;
  /** It was called by udev rules, too. */
  readonly hotplug?: true;
  /** It needs the name of a modem, where there are several. */
  readonly modem?: true;
  /** It forwarded received messages: replaced only where `incoming.sinks` says who gets them. */
  readonly forwards?: true;
}

const CONFIGURE = {
  what: "Makes the host as the inventory says; smsd restarts only if its configuration changed.",
  words: ["/usr/local/bin/provision", "apply", "--yes", "-i", INVENTORY_COPY],
  root: true,
  hotplug: true,
} as const;
const LINKS = {
  what: "The links are udev's; what it missed is made good.",
  words: ["links", "repair"],
  root: true,
  hotplug: true,
} as const;
const STATUS = { what: "How the gateway stands.", words: ["status"], root: false } as const;
const WATCH = {
  what: "The agent watches, restarts and heals; this only says by its exit code whether all is well.",
  words: ["status", "--quiet"],
  root: false,
} as const;

/** Those that this inventory replaces. */
export function compatScripts({ incoming }: Inventory): readonly CompatScript[] {
  return COMPAT_SCRIPTS.filter(({ forwards }) => !forwards || incoming.sinks.length > 0);
}

/** All of them. */
export const COMPAT_SCRIPTS: readonly CompatScript[] = [
  {
    name: "smsd_manual_stop.sh",
    what: "Stops smsd on purpose; the flag that it leaves ends by itself.",
    words: ["smsd", "stop"],
    root: true,
    reason: true,
  },
  { name: "smsd_manual_start.sh", what: "Starts smsd and clears the flag.", words: ["smsd", "start"], root: true },
  { name: "restart_smsd.sh", what: "Restarts smsd and clears the flag.", words: ["smsd", "restart"], root: true },
  { name: "configure_smsd_for_modem.sh", ...CONFIGURE },
  { name: "ec25_smart_configurator.sh", ...CONFIGURE },
  { name: "fix_modem_symlinks.sh", ...LINKS },
  { name: "on_modem_connect.sh", ...LINKS },
  {
    name: "modem_usb_reset.sh",
    what: "Resets a modem on the USB bus, with smsd out of the way.",
    words: ["modem", "reset"],
    root: true,
    modem: true,
  },
  { name: "check_sim7600_status.sh", ...STATUS },
  { name: "check_ec25_status.sh", ...STATUS },
  { name: "modem_status_collector.sh", ...STATUS },
  { name: "smsd_monitor.sh", ...WATCH },
  { name: "modem_health_monitor.sh", ...WATCH },
  { name: "ec25_port_monitor.sh", ...WATCH },
  {
    name: "incoming_sms_processor.sh",
    what: "Installed with `incoming.sinks` only: the agent delivers messages; this says by its exit code whether all is well.",
    words: ["status", "--quiet"],
    root: false,
    forwards: true,
  },
];

/** What templates/compat/script.hbs prints. */
export function compatContext(script: CompatScript, { modems }: Inventory) {
  const names = modems.map((modem) => modem.name);
  const [first = ""] = script.words;
  const whole = first.startsWith("/");
  const only = script.modem && names.length === 1 ? [...names, "--rung", "usb-reset", "--yes"] : [];
  return {
    what: script.what,
    program: whole ? first : PROGRAM,
    words: [...(whole ? script.words.slice(1) : script.words), ...only],
    root: script.root,
    reason: script.reason === true,
    hotplug: script.hotplug === true,
    choose: script.modem === true && names.length !== 1,
    modems: names.join(", "),
  };
}
