import Devices
import ISACore
import Machine
import Verification

/// `popek run`
enum RunCommand: Command {
  static let name = "run"
  static let summary = "run a guest or an image on the bare machine with its devices"
  static let operands = "ISA PROGRAM"
  static let operandCount = 2...2
  static let options: [CommandOption] =
    RunOptions.options + [
      .value("at", "ADDRESS", "where it is loaded; the file is raw then, whatever it looks like"),
      .value(
        "set", "PLACE=VALUE", "a register, element or field before the first step: psw.ia=0x200",
        isRepeatable: true),
      .value("device", "NAME", "show this device only, without its name: printer"),
      .flag("trace", "print every step with what it changed"),
      .isaPath,
    ]
  static let details = """
    PROGRAM is one of the machine's guests by its name, a file of assembly text (.s), or an image: an
    ELF executable of 32 bits, S-records, or else raw, at address 0. It lies in storage when the
    description's reset runs, and begins where the reset leads or, if it names its first instruction,
    there. What the devices print is
    shown as it leaves them, each line with the name of its device where there are several. The run
    ends at the limit, when the processor waits and nothing can interrupt it, when a step changes
    nothing and nothing from outside can, and with Ctrl-C. At the end the registers that are not zero
    are printed.
    A step is an instruction, an interruption, or the time of an instruction spent waiting.
    """
  static let examples = [
    "run s360 hello", "run s360 batch --deck jobs.deck --device printer",
    "run s360 hello.srec --set psw.ia=0x200", "run s360 hello.bin --at 0x200 --limit 100 --trace",
  ]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    let loader = try MachineLoader(arguments)
    let isa = try loader.machine(arguments.operands[0], console)
    let programs = ProgramLoader(
      isa: isa, library: loader.library, entry: try loader.entry(arguments.operands[0]),
      console: console)
    var guest = try programs.guest(arguments.operands[1], at: try arguments.number("at"))
    try RunOptions.apply(arguments, to: &guest, of: isa)
    let settings = try arguments.all("set").map { try Setting($0, isa) }
    let transmission = Transmission(console)
    guest.setup.onOutput = transmission.receiver
    let system = try system(guest, isa)
    try transmission.select(arguments.value("device"), of: system)
    for setting in settings { setting.apply(to: system.machine) }

    let run = BareRun(
      system: system, limit: guest.limit, console: console, transmission: transmission)
    let (steps, end) = Interruption.noted { arguments.has("trace") ? run.trace() : run.run() }
    transmission.finish()
    console.line(
      "\(steps) steps, \(system.machine.retired) instructions retired; "
        + words(end, limit: guest.limit))
    console.write(MachineText.registers(of: system.machine))
    return end == .interrupted ? .interrupted : .success
  }

  /// The machine with its devices, and the guest in it.
  private static func system(_ guest: Guest, _ isa: InstructionSet) throws(InputError) -> System {
    do {
      let machine = Machine(isa, choices: guest.choices)
      let system = System(machine, devices: try guest.devices(of: isa))
      try guest.load(into: machine)
      return system
    } catch {
      throw InputError("\(error)")
    }
  }

  private static func words(_ end: BareRun.End, limit: UInt64) -> String {
    switch end {
    case .ended(.limit): "the limit of \(limit) is reached"
    case .ended(.waitsForEver): "the processor waits, and nothing can interrupt it"
    case .ended(.stopped(let reason)): reason.description
    case .interrupted: "interrupted"
    }
  }
}
