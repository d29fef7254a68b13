import { mkdtempSync, rmSync } from "node:fs";
import { createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { carryOut } from "../../sim/control/commands.ts";
import { ask, serve } from "../../sim/control/server.ts";
import { Simulator } from "../../sim/simulator.ts";
import type { Vhci } from "../../sim/usbip/vhci.ts";

const WAIT = { timeout: 10_000 };

/** A host controller that keeps the kernel's ends of the sockets, by port. */
class FakeVhci implements Vhci {
  readonly attached = new Map<number, Socket>();
  /** Every attachment, in order. */
  readonly ports: number[] = [];
  /** Every port that a device left, in order. */
  readonly lost: number[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "vhci-"));

  async attach(port: number, connect: (socket: Socket) => void): Promise<Socket> {
    const path = join(this.#folder, `${this.ports.length}`);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const kernelSide = new Promise<Socket>((resolve) => server.once("connection", resolve));
    const socket = new Socket();
    connect(socket);
    socket.connect(path);
    const kernel = await kernelSide;
    server.close();
    kernel.on("close", () => {
      this.lost.push(port);
      if (this.attached.get(port) === kernel) this.attached.delete(port);
    });
    kernel.on("error", () => kernel.destroy());
    this.attached.set(port, kernel);
    this.ports.push(port);
    return socket;
  }

  end(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Asks the device on a port for its configuration descriptor; returns the interface numbers it shows. */
  async interfaces(port: number): Promise<number[]> {
    const header = Buffer.alloc(48);
    header.writeUInt32BE(1, 0);
    header.writeUInt32BE(1, 12);
    header.writeInt32BE(512, 24);
    Buffer.from("8006000200000002", "hex").copy(header, 40);
    const kernel = this.attached.get(port);
    if (!kernel) throw new Error(`nothing on port ${port}`);
    const reply = new Promise<Buffer>((resolve) => kernel.once("data", resolve));
    kernel.write(header);
    const descriptors = (await reply).subarray(48);
    const numbers: number[] = [];
    for (let at = 0; at < descriptors.length; at += descriptors[at] ?? 1) {
      if (descriptors[at + 1] === 4) numbers.push(descriptors[at + 2] ?? -1);
    }
    return numbers;
  }
}

describe("the desk of modems", () => {
  let vhci = new FakeVhci();
  let sim = new Simulator(vhci);

  beforeEach(() => {
    vhci = new FakeVhci();
    sim = new Simulator(vhci);
  });

  afterEach(async () => {
    await sim.close();
    vhci.end();
  });

  test("plugs several in, each on its port, with names of their own", async () => {
    const first = await sim.plug();
    const second = await sim.plug();
    const third = await sim.plug({ model: "EC25", port: 6 });
    expect([first, second, third].map((modem) => modem.options.name)).toEqual(["SIM7600", "SIM7600-2", "EC25"]);
    expect([...vhci.attached.keys()]).toEqual([0, 1, 6]);
    await expect(sim.plug({ port: 1 })).rejects.toThrow("port 1 is taken");
    await expect(sim.plug({ name: "EC25" })).rejects.toThrow("plugged in already");
    await expect(sim.plug({ model: "SIM9999" })).rejects.toThrow('unknown model "SIM9999"');
  });

  test("unplug ends the socket; replug on another port keeps messages and heals a hang", async () => {
    const modem = await sim.plug();
    sim.receive({ from: "+4917100", text: "kept" });
    await sim.fault({ kind: "hang" });
    await sim.replug(undefined, { port: 3, offMs: 1 });
    await vi.waitFor(() => expect([...vhci.attached.keys()]).toEqual([3]), WAIT);
    expect(modem.storage("ME").used).toBe(1);
    expect(modem.faults.list).toEqual([]);
    expect(modem.boots).toBe(2);
  });

  test("a restart command takes it off the bus and back", async () => {
    const modem = await sim.plug({ offMs: 10 });
    modem.restart();
    expect(modem.ready).toBe(false);
    await vi.waitUntil(() => vhci.ports.length === 2, WAIT);
    expect(modem.ready).toBe(true);
    expect(vhci.ports).toEqual([0, 0]);
    expect(vhci.lost).toEqual([0]);
  });

  test("a restart takes its boot time: back on the bus, but deaf until then", async () => {
    const modem = await sim.plug({ offMs: 10, bootMs: 200 });
    await vi.waitUntil(() => modem.ready, WAIT);
    modem.restart();
    await vi.waitUntil(() => vhci.ports.length === 2, WAIT);
    expect(modem.ready).toBe(false);
    await vi.waitUntil(() => modem.ready, WAIT);
    expect(modem.boots).toBe(2);
  });

  test("another SIM, and another module in the same place", async () => {
    const modem = await sim.plug({ port: 0, imsi: "262010000000001" });
    await sim.unplug();
    await sim.plug({ name: "SIM7600", imsi: "262010000000002", iccid: "8949000000000000002", pin: "1111" });
    expect(modem.sim.options).toMatchObject({ imsi: "262010000000002", iccid: "8949000000000000002" });
    expect(modem.sim.state).toBe("pin");
    await sim.unplug();
    await sim.plug({ name: "SIM7600" });
    expect(modem.sim.options.imsi).toBe("262010000000002");
    await sim.unplug();
    const other = await sim.plug({ name: "other", port: 0, imei: "867584030000999" });
    expect(other.fill("{imei} {imsi}")).toBe("867584030000999 262011234567890");
    expect(vhci.ports).toEqual([0, 0, 0, 0]);
  });

  test("an interface can be missing while its siblings stay, until healed", async () => {
    await sim.plug();
    await sim.fault({ kind: "interface-missing" });
    expect(await vhci.interfaces(0)).toEqual([0, 1, 3, 4, 5]);
    await sim.heal("interface-missing");
    expect(await vhci.interfaces(0)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("renumber brings another serial device in between, on another port", async () => {
    await sim.plug();
    await sim.renumber(undefined, 1);
    expect(vhci.ports).toEqual([0, 1, 0]);
    await vi.waitFor(() => expect([...vhci.attached.keys()]).toEqual([0]), WAIT);
    expect(sim.units()).toHaveLength(1);
  });

  test("a full memory is full of messages, and takes in what waits as they go", async () => {
    const modem = await sim.plug();
    await sim.fault({ kind: "storage-full" });
    sim.receive({ from: "+4917100", text: "no room" });
    expect(modem.storage("ME").full).toBe(true);
    expect(modem.network.waiting).toBe(1);
  });

  test("taking the SIM out and putting it back", async () => {
    const modem = await sim.plug();
    await sim.fault({ kind: "sim-out" });
    expect(modem.sim.state).toBe("absent");
    await sim.heal("sim-out");
    expect(modem.sim.state).toBe("ready");
  });

  test("commands name the modem once there are two", async () => {
    await sim.plug();
    expect(sim.modem().options.name).toBe("SIM7600");
    await sim.plug({ name: "other" });
    expect(() => sim.modem()).toThrow("say which modem: SIM7600, other");
    expect(() => sim.modem("third")).toThrow('no modem "third"');
  });

  describe("control", () => {
    async function command(json: object): Promise<Record<string, unknown>> {
      return (await carryOut(sim, JSON.stringify(json))).answer;
    }

    test("plug, receive, state", async () => {
      expect(await command({ cmd: "plug", model: "EC25", port: 2 })).toEqual({ ok: true, modem: "EC25" });
      expect(await command({ cmd: "receive", from: "+4917100", text: "hi" })).toEqual({ ok: true, waiting: 0 });
      const { modems } = await command({ cmd: "state" });
      expect(modems).toMatchObject([
        {
          name: "EC25",
          usb: "2c7c:0125",
          place: "vhci port 2",
          attached: true,
          ready: true,
          memories: { ME: { used: 1 } },
        },
      ]);
    });

    test("what makes no sense is answered, not fatal", async () => {
      expect((await carryOut(sim, "{nonsense")).answer).toMatchObject({ ok: false });
      expect(await command({ cmd: "explode" })).toMatchObject({
        ok: false,
        error: expect.stringContaining("known: plug"),
      });
      expect(await command({ cmd: "toString" })).toMatchObject({ ok: false });
      expect(await command({ cmd: "unplug", modem: "nobody" })).toMatchObject({ ok: false });
      await command({ cmd: "plug" });
      expect(await command({ cmd: "fault", kind: "typo" })).toMatchObject({ ok: false });
      expect(await command({ cmd: "fault", kind: "hang", healedBy: ["prayer"] })).toMatchObject({ ok: false });
    });

    test("the socket answers in turn, also to a caller that has closed its side, and ends with quit", async () => {
      const path = join(mkdtempSync(join(tmpdir(), "sim-")), "socket");
      const ended = new Promise<void>((resolve, reject) => {
        serve(sim, path, resolve).catch(reject);
      });
      await vi.waitUntil(() => ask(path, '{"cmd":"plug"}').catch(() => undefined), WAIT);
      const caller = new Socket();
      const heard: Buffer[] = [];
      caller.on("data", (chunk) => heard.push(chunk));
      caller.connect(path);
      caller.end('{"cmd":"replug","offMs":50}\n{"cmd":"state"}\n');
      await new Promise((resolve) => caller.once("close", resolve));
      const answers = Buffer.concat(heard).toString().trim().split("\n");
      expect(answers.map((answer) => JSON.parse(answer))).toMatchObject([{ ok: true }, { modems: [{ boots: 2 }] }]);
      expect(await ask(path, '{"cmd":"quit"}')).toBe('{"ok":true}');
      await ended;
    });
  });
});
