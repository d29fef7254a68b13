import type { AttachedModem } from "../../core/model/attached-modem.ts";

const USB = { SIM7600: "1e0e:9001", EC25: "2c7c:0125" } as const;

/** A modem in its usual composition on a USB port of the board, its terminals counted from `first`. */
export function attachedModem(model: keyof typeof USB, port: string, first: number): AttachedModem {
  const interfaces = [0, 1, 2, 3, 4].map((number) => {
    return { number, class: "ff/00/00", driver: "option", tty: `ttyUSB${first + number}` };
  });
  return {
    usb: USB[model],
    sysName: `1-${port}`,
    port: `platform-3610000.usb-usb-0:${port}`,
    manufacturer: model === "EC25" ? "Quectel" : "SimTech, Incorporated",
    product: model,
    interfaces,
  };
}
