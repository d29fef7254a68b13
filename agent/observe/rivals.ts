/**
 * Programs that open modems on their own account: ModemManager probes every new terminal, brltty takes USB serial adapters
 * for Braille displays, the rest are other gateways and dialers. Names as in /proc/PID/comm.
 */
export const RIVALS = ["ModemManager", "brltty", "gammu-smsd", "gnokii-smsd", "wvdial", "minicom", "picocom"] as const;
