import { ACCESS_CHECKS } from "./access.ts";
import { LEFTOVER_CHECKS } from "./leftovers.ts";
import { RIVAL_CHECKS } from "./rivals.ts";
import { SETUP_CHECKS } from "./setup.ts";
import { SMSD_SETUP_CHECKS } from "./smsd-setup.ts";
import { SMSD_WORK_CHECKS } from "./smsd-work.ts";
import { SYSTEM_CHECKS } from "./system.ts";
import { USB_HEALTH_CHECKS } from "./usb-health.ts";
import { USB_MODEM_CHECKS } from "./usb-modems.ts";
import type { DoctorCheck } from "./verdict.ts";
import { WORKING_CHECKS } from "./working.ts";

/** A theme of checks, for people. */
export interface CheckGroup {
  readonly title: string;
  readonly checks: readonly DoctorCheck[];
}

/** The table of all checks, from the machine up to messages. */
export const CHECK_GROUPS: readonly CheckGroup[] = [
  { title: "The machine", checks: SYSTEM_CHECKS },
  { title: "USB", checks: [...USB_MODEM_CHECKS, ...USB_HEALTH_CHECKS] },
  { title: "Other programs", checks: RIVAL_CHECKS },
  { title: "What is left over", checks: LEFTOVER_CHECKS },
  { title: "What is installed", checks: [...SETUP_CHECKS, ...SMSD_SETUP_CHECKS, ...ACCESS_CHECKS] },
  { title: "What works", checks: [...SMSD_WORK_CHECKS, ...WORKING_CHECKS] },
];

export const ALL_CHECKS: readonly DoctorCheck[] = CHECK_GROUPS.flatMap(({ checks }) => checks);
