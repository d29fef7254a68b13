import type { SmsdSection } from "./smsd-settings.ts";

/** A setting of smsd that is not the inventory's to give as a setting: something else decides it. */
export interface OwnedSetting {
  readonly name: string;
  /** Why it may not be set here. */
  readonly why: string;
  /** Where it is decided instead. */
  readonly instead: string;
  /** True if its value is a secret, which no message may repeat. */
  readonly secret: boolean;
}

function ownedBy(key: string, names: readonly string[], secret = false): OwnedSetting[] {
  return names.map((name) => ({
    name,
    why: `The inventory sets it at \`${key}\`, and two places would contradict each other.`,
    instead: `Remove it here and write \`${key}\`.`,
    secret,
  }));
}

function ours(why: string, names: readonly string[], secret = false): OwnedSetting[] {
  return names.map((name) => ({ name, why, instead: "Remove it: there is nothing to set.", secret }));
}

const SPOOL_FOLDERS = ["incoming", "outgoing", "checked", "sent", "failed", "report", "saved", "stats"];

const GLOBAL: readonly OwnedSetting[] = [
  ...ownedBy("modems", ["devices"]),
  ...SPOOL_FOLDERS.flatMap((folder) => ownedBy(`smsd.spool.${folder}`, [folder])),
  ...ownedBy("smsd.logfile", ["logfile"]),
  ...ownedBy("smsd.user", ["user"]),
  ...ownedBy("smsd.group", ["group"]),
  ...ours("The systemd unit sets it on smsd's command line.", ["pidfile", "infofile", "terminal"]),
  ...ours("It is how modemkeeper asks smsd to let go of a port.", ["suspend"]),
  ...ours("It is a test mode: smsd ends after one pass.", ["keep_messages"]),
];

const MODEM: readonly OwnedSetting[] = [
  ...ownedBy("modems[].match", ["device"]),
  ...ownedBy("modems[].sim.pin", ["pin"], true),
  ...ours("The modem is reached through its link, never over the network.", ["telnet_login", "telnet_password"], true),
  ...ours("It is a test mode: nothing is sent.", ["modem_disabled", "sending_disabled", "pdu_from_file"]),
  ...ours("It is set from the name of the modem.", ["modemname"]),
];

const BY_SECTION = {
  global: new Map(GLOBAL.map((setting) => [setting.name, setting])),
  modem: new Map(MODEM.map((setting) => [setting.name, setting])),
} as const;

/** Settings that neither `settings` nor `extra` may give, by name. */
export function ownedSettings(section: SmsdSection): ReadonlyMap<string, OwnedSetting> {
  return BY_SECTION[section];
}
