/** The rungs that a person may climb by hand; `restart-smsd` is a command of its own. */
export const RUNGS_BY_HAND = ["at-reset", "usb-reset", "usb-authorize", "usb-power", "host-reboot"] as const;

export type RungByHand = (typeof RUNGS_BY_HAND)[number];
