import { describe, expect, it } from "vitest";
import type { Leftover } from "../../../../agent/doctor/facts.ts";
import { callsOf, deedOf, doesOf } from "../../../../agent/doctor/gather/deeds.ts";
import { known } from "../../../../agent/doctor/known.ts";
import { parseSuspend } from "../../../../agent/observe/suspend.ts";
import type { StopFlag } from "../../../../core/manual-stop.ts";
import { healthyFacts, MINUTE, NOW, unit } from "./doctor-facts.ts";
import { changed, expectOne, judge } from "./judging.ts";

const FLAG = "/tmp/smsd_manual_stop";

describe("stop-flag", () => {
  const flag = (change: Partial<StopFlag>, startedAgo: number | undefined = undefined) => {
    const written: StopFlag = { kind: "file", owner: "root", modifiedAt: NOW - 5 * MINUTE, content: "", ...change };
    const processes =
      startedAgo === undefined ? [] : [{ pid: 812, unit: "smstools.service", startedAt: NOW - startedAgo * MINUTE }];
    return changed("smsd", { flag: known(written), processes: known(processes) });
  };

  it("that is fresh is a warning that says who and since when", () => {
    expectOne("stop-flag", flag({}), "warning", /^root stopped smsd on purpose 5 min ago/);
  });

  it("that an smsd which was started since makes a leftover is an error: the outage of two hours", () => {
    expectOne(
      "stop-flag",
      flag({ modifiedAt: NOW - 60 * MINUTE }, 52),
      "error",
      /left behind 60 min ago: smsd was started since/,
    );
  });

  it("that smsd has survived so far is being obeyed", () => {
    expectOne("stop-flag", flag({}, 60), "warning", /on purpose/);
  });

  it("whose time is over is an error", () => {
    expectOne("stop-flag", flag({ modifiedAt: NOW - 45 * MINUTE }), "error", /45 min old: its time is over/);
    const expired = { content: `expire:${(NOW - MINUTE) / 1000}\nby hand\n` };
    expectOne("stop-flag", flag(expired), "error", /its time is over/);
  });

  it.each([
    ["of somebody who is not trusted", { owner: "www-data" }, /belongs to www-data/],
    ["that is a link", { kind: "link" }, /is a link/],
    ["from the future", { modifiedAt: NOW + 60 * MINUTE }, /written in the future/],
  ] as const)("%s does not count", (_what, change, sentence) => {
    expectOne("stop-flag", flag(change), "warning", sentence);
  });
});

describe("lock-files", () => {
  const holder = { pid: 4711, process: "flock", user: "rom", since: NOW - 20 * MINUTE };
  const locks = (...all: Parameters<typeof lockFacts>[0]) => lockFacts(all);
  function lockFacts(all: readonly import("../../../../agent/doctor/facts.ts").LockFact[]) {
    return changed("smsd", { locks: known(all) });
  }

  it("that somebody holds are a note with the holder", () => {
    expectOne(
      "lock-files",
      locks({ what: "access", file: { path: "/var/lock/modem_access.lock" }, holder }),
      "info",
      /^flock \(process 4711 of rom\) holds the access lock .* runs for 20 min/,
    );
  });

  it("that are links are an error", () => {
    const file = {
      path: "/var/lock/modem_access.lock",
      is: { kind: "link", mode: 0o777, owner: "rom", group: "rom" },
    } as const;
    expectOne("lock-files", locks({ what: "access", file }), "error", /is a link where a lock file/);
  });

  it("of programs that are gone are a note; of those that live, too", () => {
    const file = {
      path: "/run/lock/LCK..ttyUSB2",
      is: { kind: "file", mode: 0o644, owner: "rom", group: "rom" },
    } as const;
    expectOne("lock-files", locks({ what: "uucp", file }), "info", /left over: the process in it is gone/);
    expectOne(
      "lock-files",
      locks({ what: "uucp", file, holder: { ...holder, process: "minicom" } }),
      "info",
      /minicom .* holds a terminal/,
    );
  });

  it("in smsd's queue that are old are a warning", () => {
    const spoolLocks = known([{ path: "/var/spool/sms/checked/a.LOCK", age: 90 * MINUTE }]);
    expectOne("lock-files", changed("smsd", { spoolLocks }), "warning", /1 message in smsd's queue has a lock/);
    const fresh = known([{ path: "/var/spool/sms/checked/a.LOCK", age: MINUTE }]);
    expectOne("lock-files", changed("smsd", { spoolLocks: fresh }), "ok", /No lock/);
  });
});

describe("suspend-file", () => {
  const suspend = (text: string) => changed("smsd", { suspend: known(parseSuspend(text)) });

  it("with a line of the agent's is a note, without the agent an error", () => {
    const ours = suspend("SIM7600: being reset (modemkeeper)\n");
    expectOne("suspend-file", ours, "info", /The agent has smsd leave SIM7600 alone/);
    expectOne(
      "suspend-file",
      changed("agent", { state: known(undefined) }, ours),
      "error",
      /for an agent that does not run/,
    );
  });

  it("with somebody else's line is a warning", () => {
    const { fix } = expectOne(
      "suspend-file",
      suspend("ALL: I test something\n"),
      "warning",
      /Somebody has smsd leave all modems alone/,
    );
    expect(fix).toContain("sed -i '/^ALL:/d' /run/smstools/suspend");
  });
});

describe("second-smsd", () => {
  it("is an error that says where it is from", () => {
    const processes = known([
      { pid: 812, unit: "smstools.service", startedAt: 0 },
      { pid: 999, unit: "", startedAt: 0 },
    ]);
    expectOne("second-smsd", changed("smsd", { processes }), "error", /process 999, started by hand or by a script/);
  });
});

describe("old-service", () => {
  const generated = (processes: number) => {
    const { units } = healthyFacts().setup;
    if (!("value" in units)) throw new Error("no units");
    const old = unit({ fragment: "/run/systemd/generator.late/smstools.service", mainPid: 0 });
    const all = { ...units.value, "smstools.service": old };
    const running = Array.from({ length: processes }, (_, index) => ({
      pid: 500 + index,
      unit: "smstools.service",
      startedAt: 0,
    }));
    return changed("setup", { units: known(all) }, changed("smsd", { processes: known(running) }));
  };

  it("that is called active without a process is an error", () => {
    expectOne("old-service", generated(0), "error", /systemd calls it active, and no smsd runs/);
  });

  it("with a process is a warning", () => {
    expectOne("old-service", generated(2), "warning", /Debian's init script, under which/);
  });
});

describe("old-scripts", () => {
  const one: Leftover = { kind: "cron", path: "/etc/cron.d/sms", line: 3, does: "restarts smsd" };

  it.each([
    [one, /^\/etc\/cron\.d\/sms:3 restarts smsd/, "Take that line out"],
    [
      { ...one, by: "/home/rom/smsd_monitor.sh" },
      /calls \/home\/rom\/smsd_monitor\.sh, which restarts smsd/,
      "Take that line",
    ],
    [
      { ...one, kind: "unit", path: "/etc/systemd/system/sms-health.service" },
      /sms-health/,
      "systemctl disable --now sms-health.service",
    ],
    [{ ...one, kind: "udev-rule", path: "/etc/udev/rules.d/99-modem.rules" }, /99-modem/, "udevadm control --reload"],
    [{ ...one, kind: "boot-script", path: "/etc/rc.local" }, /rc\.local/, "Take that line out"],
  ] as const)("%j is a warning", (leftover, sentence, fix) => {
    expect(
      expectOne("old-scripts", changed("rivals", { leftovers: known([leftover]) }), "warning", sentence).fix,
    ).toContain(fix);
  });

  it("of one kind in one file are one finding", () => {
    const leftovers = known([one, { ...one, line: 9 }]);
    expectOne("old-scripts", changed("rivals", { leftovers }), "warning", /sms:3,9 restarts/);
  });

  it("leave the init script to its own check", () => {
    const leftovers = known([{ ...one, kind: "init-script", path: "/etc/init.d/smstools" } as const]);
    expectOne("old-scripts", changed("rivals", { leftovers }), "ok", /No cron job/);
    expect(judge("old-service", changed("rivals", { leftovers }))).toMatchObject([{ level: "info" }]);
  });
});

describe("what a line does", () => {
  it.each([
    ["*/2 * * * * root pkill -9 smsd", "kills smsd"],
    ["killall smsd && sleep 2", "kills smsd"],
    ["sudo systemctl restart smstools  # Doesn't clear flag!", "restarts smsd"],
    ["ExecStart=/bin/systemctl start smstools.service", "restarts smsd"],
    ["/etc/init.d/smstools restart", "restarts smsd"],
    ["service smstools restart", "restarts smsd"],
    ["/usr/bin/systemctl stop smstools", "stops smsd"],
    ["/usr/sbin/smsd -p/var/run/smstools/smsd.pid -c/etc/smsd.conf", "starts an smsd of its own"],
    ['echo -e "AT+CSQ\\r" > /dev/ttyUSB2', "talks to a modem's port"],
    ["timeout 5 cat /dev/ttyUSB_SIM7600_AT", "talks to a modem's port"],
    ["@reboot minicom -D /dev/ttyUSB3 -S x", "talks to a modem's port"],
    ['mv "$file" /var/spool/sms/checked/', "moves messages into smsd's send queue"],
    [`echo "expire:1" > "${FLAG}"`, "writes the manual stop flag"],
    [`touch ${FLAG}`, "writes the manual stop flag"],
  ])("%s", (line, does) => {
    expect(deedOf(line, FLAG)).toBe(does);
  });

  it.each([
    "systemctl restart nginx",
    "systemctl status smstools",
    "systemctl restart smstools-exporter",
    "pgrep -x smsd > /dev/null",
    `[ -f ${FLAG} ] && exit 0`,
    `rm -f ${FLAG}`,
    "logger 'smsd is fine'",
    "ls -l /dev/ttyUSB0",
    "cp /var/spool/sms/checked.bak /tmp",
    "pkill smsd_exporter",
  ])("%s: nothing", (line) => {
    expect(deedOf(line, FLAG)).toBeUndefined();
  });

  it("calls scripts of people, not programs of packages", () => {
    expect(callsOf("*/2 * * * * rom /home/rom/smsd_monitor.sh >> /var/log/m.log 2>&1")).toEqual([
      "/home/rom/smsd_monitor.sh",
    ]);
    expect(callsOf('RUN+="/usr/local/bin/on_modem_connect.sh %k"')).toEqual(["/usr/local/bin/on_modem_connect.sh"]);
    expect(callsOf("17 * * * * root cd / && run-parts --report /etc/cron.hourly")).toEqual([]);
    expect(callsOf("/usr/local/bin/modemkeeper status; /home/x/../../etc/shadow")).toEqual([]);
  });

  it("names a script of the past even where its deed cannot be seen", () => {
    expect(doesOf("/home/rom/incoming_sms_processor.sh", '#!/bin/sh\n. "$LIB"\n', FLAG)).toMatch(/gateway's past/);
    expect(doesOf("/home/rom/backup.sh", "#!/bin/sh\n# systemctl restart smstools\nrsync a b\n", FLAG)).toBeUndefined();
  });
});
