import type { AttachedModem } from "../../core/model/attached-modem.ts";

/** A state in which a device has no port for AT commands, although it is a modem or looks like one. */
export interface KnownState {
  readonly name: "recovery" | "hilink" | "mass-storage";
  /** One sentence: what it is and what to do. */
  readonly reason: string;
}

interface Row extends KnownState {
  /** `vid:pid`, lower-case hex. */
  readonly usb: readonly string[];
  readonly product?: RegExp;
  readonly source: string;
}

const SWITCH = "install usb-modeswitch, which sends it the command to become a modem";

const ROWS: readonly Row[] = [
  {
    name: "recovery",
    usb: ["05c6:9008"],
    reason:
      "It is in Qualcomm's emergency download mode: take its power away for ten seconds; if it returns like this, its firmware is damaged.",
    source: "ModemManager's list of candidates; forums.quectel.com thread 6665",
  },
  {
    name: "recovery",
    usb: ["2c7c:0125", "2c7c:0121", "2c7c:0306", "2c7c:0512"],
    product: /^QHSUSB__?BULK/,
    reason:
      "It kept its usual id but is in Qualcomm's download mode (QHSUSB__BULK): take its power away for ten seconds.",
    source: "forums.quectel.com thread 35001 (2c7c:0125); the other Quectel ids inferred",
  },
  {
    name: "hilink",
    usb: ["12d1:14db", "12d1:14dc"],
    reason:
      "It is a Huawei stick with HiLink firmware: a small router without any AT port. Only other firmware makes it a modem.",
    source: "usb-modeswitch-data 20191128: 1f01 and 157d become 14db, 14dc",
  },
  {
    name: "mass-storage",
    usb: ["12d1:1446", "12d1:14fe", "12d1:1505", "12d1:1f01", "12d1:157d", "12d1:1c0b"],
    reason: `It is a Huawei stick that still shows itself as a CD drive: ${SWITCH}.`,
    source: "usb-modeswitch-data 20191128",
  },
  {
    name: "mass-storage",
    usb: ["19d2:2000"],
    reason: `It is a ZTE stick that still shows itself as a CD drive: ${SWITCH}.`,
    source: "usb-modeswitch-data 20191128",
  },
];

/** The state that explains why a device is no modem now, if it is in one. */
export function knownStateOf(attached: AttachedModem): KnownState | undefined {
  return ROWS.find((row) => row.usb.includes(attached.usb) && (row.product?.test(attached.product ?? "") ?? true));
}
