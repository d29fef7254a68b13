/*
 * Looking at a machine with its own tools, for `modemkeeper doctor` and `support-bundle`. `host/` implements it for a real
 * machine; tests implement it in memory. Nothing here changes anything but the archive that `pack` writes.
 */

/** What runs this program. */
export interface Runtime {
  /** Node's version without its `v`. */
  readonly node: string;
  /** As Node calls it: `x64`, `arm64`. */
  readonly architecture: string;
  /** Version of glibc; absent with another C library. */
  readonly glibc?: string;
}

export interface TimeService {
  /** True once some service (systemd's, chrony, ntpd) has told the kernel that the clock is right. */
  readonly synchronized: boolean;
  /** True where systemd's own or a service that it knows is switched on. */
  readonly enabled: boolean;
}

/** A file of an archive. */
export interface PackedFile {
  /** Relative, without `..`. */
  readonly name: string;
  readonly content: string;
}

export interface Inspection {
  runtime(): Runtime;
  /**
   * The newest lines of the kernel's messages since boot, oldest first, each with a time in front.
   * @throws ModemkeeperError precondition-missing if we may not read them
   */
  kernelLog(lines: number): Promise<string>;
  /** The newest lines that a unit wrote to the journal, each with a time in front; empty where there is no journal. */
  unitLog(unit: string, lines: number): Promise<string>;
  /** What `systemctl status` and `systemctl show` say of a unit. @throws ModemkeeperError command-failed where systemd does not run */
  unitReport(unit: string): Promise<string>;
  /** Undefined where systemd's time service cannot be asked. */
  timeService(): Promise<TimeService | undefined>;
  /**
   * Writes a gzipped tar archive (0600) of files in a folder named `folder`, replacing what is at `archive`.
   * @throws ModemkeeperError io if it cannot be written, precondition-missing without tar
   */
  pack(archive: string, folder: string, files: readonly PackedFile[]): Promise<void>;
}
