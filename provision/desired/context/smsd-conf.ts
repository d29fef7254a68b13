import { ModemkeeperError } from "../../../core/errors.ts";
import type { Inventory, Modem } from "../../../core/model/inventory.ts";
import type { SmsdSettings, SmsdValue } from "../../../core/model/smsd-value.ts";
import type { Secret } from "../../../core/secret.ts";
import { type SmsdSection, settingsOf } from "../../inventory/smsd-settings.ts";
import { linkPath } from "../links.ts";
import { INVENTORY_COPY, SUSPEND } from "../paths.ts";

interface SettingLine {
  readonly key: string;
  readonly value: string;
  readonly why: string;
}

interface ModemSection {
  readonly name: string;
  readonly title: string;
  readonly device: string;
  readonly pin: string;
  readonly pinWhy: string;
  readonly settings: readonly SettingLine[];
}

/** What templates/etc/smsd.conf.hbs prints; a PIN stands as its mask. */
export function smsdConfContext(inventory: Inventory, secrets: ReadonlyMap<string, Secret>) {
  const { smsd, modems } = inventory;
  return {
    inventory: INVENTORY_COPY,
    devices: modems.map(({ name }) => name).join(", "),
    spool: smsd.spool,
    logfile: smsd.logfile,
    suspend: SUSPEND,
    settings: settingLines("global", smsd.settings),
    modems: modems.map((modem) => modemSection(modem, secrets.get(modem.name))),
  };
}

function modemSection(modem: Modem, secret: Secret | undefined): ModemSection {
  return {
    name: modem.name,
    title: modem.model.title,
    device: linkPath(modem.name, "AT"),
    ...pinOf(modem, secret),
    settings: settingLines("modem", modem.smsd),
  };
}

function pinOf(modem: Modem, secret: Secret | undefined): Pick<ModemSection, "pin" | "pinWhy"> {
  if (!modem.pin) {
    return {
      pin: "ignore",
      pinWhy: "No PIN is given, so smsd does not ask for one: a SIM still busy at boot would end the modem's process.",
    };
  }
  if (!secret) throw new Error(`the PIN of ${modem.name} was not read`);
  if (!/^[0-9]{4,8}$/.test(secret.value)) {
    throw new ModemkeeperError("inventory-invalid", `The PIN of ${modem.name} is not a PIN.`, {
      why: "A SIM's PIN is made of 4 to 8 digits; anything else would spend one of three tries.",
      fix: "Correct the file or variable that the inventory names at sim.pin.",
    });
  }
  return {
    pin: secret.mask,
    pinWhy: "smsd tries it once at each start; smstools.service sees to it that a refused one is not tried again.",
  };
}

/** Known settings in the table's order, then the inventory's further ones in its own. */
function settingLines(section: SmsdSection, settings: SmsdSettings): readonly SettingLine[] {
  const known = settingsOf(section);
  const names = [
    ...[...known.keys()].filter((name) => settings[name] !== undefined),
    ...Object.keys(settings).filter((name) => !known.has(name)),
  ];
  return names.flatMap((name) => {
    const why = known.get(name)?.why ?? "A further setting of the inventory.";
    return printed(settings[name] ?? []).map((value) => ({ key: name, value, why }));
  });
}

/** A value in smsd's syntax; a list becomes one line for each element. */
function printed(value: SmsdValue): readonly string[] {
  if (typeof value === "boolean") return [value ? "yes" : "no"];
  if (typeof value === "object") return value;
  return [String(value)];
}
