import { EXIT } from "../../core/errors.ts";
import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { Modem } from "../../core/model/inventory.ts";
import { matchModem } from "../../provision/models/match.ts";
import { type Binding, bindModems } from "../../provision/plan/bind-modems.ts";
import { portsOf } from "../at/ports.ts";
import type { AgentCommand } from "./context.ts";

export interface ModemListOptions {
  readonly json?: boolean;
}

/** `modemkeeper modem list`: the inventory's modems, where they are and their ports, as it is this moment. */
export const modemListCommand: AgentCommand<ModemListOptions> = async ({ host, terminal, inventory }, { json }) => {
  const { modems } = await inventory();
  const { bound, unclaimed } = bindModems(modems, await host.usb.attached());
  const models = modems.map(({ model }) => model);
  const strangers = unclaimed.filter((device) => matchModem(device, models).kind !== "unknown-id");
  const list = modems.map((modem) => ({ modem, binding: bound.find((one) => one.modem === modem) }));
  terminal.out(json ? asJson(list, strangers) : asText(list, strangers));
  return EXIT.ok;
};

interface Row {
  readonly modem: Modem;
  readonly binding: Binding | undefined;
}

function asJson(rows: readonly Row[], strangers: readonly AttachedModem[]): string {
  const modems = rows.map(({ modem, binding }) => ({
    name: modem.name,
    model: modem.model.name,
    present: binding !== undefined,
    ...(binding
      ? {
          usb: binding.attached.usb,
          device: binding.attached.sysName,
          port: binding.attached.port,
          composition: binding.composition.name,
          ports: portsOf(binding),
        }
      : {}),
  }));
  const others = strangers.map(({ usb, sysName, port }) => ({ usb, device: sysName, port }));
  return `${JSON.stringify({ format: "modemkeeper.modems/1", modems, others })}\n`;
}

function asText(rows: readonly Row[], strangers: readonly AttachedModem[]): string {
  const width = Math.max(0, ...rows.map(({ modem }) => modem.name.length));
  const lines = rows.map(({ modem, binding }) => {
    const head = `${modem.name.padEnd(width)}  ${modem.model.name}`;
    if (!binding) return `${head}  not plugged in`;
    const ports = portsOf(binding).map(({ role, tty }) => `${role}=${tty ?? "missing"}`);
    return `${head}  ${binding.attached.port}  ${ports.join(" ")}`;
  });
  const others = strangers.map(({ usb, port }) => `${usb} at ${port} is for no modem of the inventory`);
  return [...lines, ...others].map((line) => `${line}\n`).join("");
}
