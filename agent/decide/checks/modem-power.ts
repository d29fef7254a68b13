import type { ModemCheck } from "./modem-verdict.ts";

/** A modem that the kernel puts to sleep drops off the bus. */
export const checkPower: ModemCheck = ({ facts }) => {
  const { bound, input, modem } = facts;
  const state = bound && input.seen.usbStates[bound.attached.sysName];
  if (!state || state.powerControl === "on" || state.powerControl === "") return undefined;
  return {
    finding: {
      code: "autosuspend-on",
      level: "warning",
      sentence: `The kernel may put ${modem.name} to sleep, which makes modems drop off the bus.`,
      evidence: [`power/control is ${state.powerControl}`],
      fix: "Something sets it after our udev rule; look for power-saving tools (tlp, powertop, laptop-mode).",
      notify: false,
    },
  };
};
