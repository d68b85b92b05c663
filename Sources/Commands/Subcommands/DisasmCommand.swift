import Assembler
import ISACore

/// `popek disasm`
enum DisasmCommand: Command {
  static let name = "disasm"
  static let summary = "disassemble an image into text that assembles to it"
  static let operands = "ISA IMAGE"
  static let operandCount = 2...2
  static let options: [CommandOption] = [
    .value("at", "ADDRESS", "where it lies; the file is raw then, whatever it looks like"),
    .value(
      "context", "NAME=VALUE",
      "a decode-time variable, else as after a reset; may be given often",
      isRepeatable: true),
    .flag("no-labels", "print the targets of branches as numbers"),
    .flag("aliases", "write instructions by the machine's aliases, where one says the same"),
    .isaPath,
  ]
  static let details = """
    IMAGE is an ELF executable of 32 bits, S-records, or else raw, at address 0. What is no
    instruction, or an instruction whose text would not give back the same bits, is printed as data.
    """
  static let examples = [
    "disasm s360 hello.srec", "disasm s360 hello.bin --at 0x200",
    "disasm sparc-v8 sort.elf --aliases",
    "disasm ia32 code.bin --context data16=0 --context addr16=0 --context code_16=0",
  ]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    let isa = try MachineLoader(arguments).machine(arguments.operands[0], console)
    let image = try ImageFile.read(
      arguments.operands[1], at: try arguments.number("at"), for: isa, console)
    var disassembler = Disassembler(isa, usesAliases: arguments.has("aliases"))
    let contexts = try RunOptions.settings(
      arguments, "context", of: isa.contexts.map { ($0.name, $0.width) },
      called: "decode-time variable", machine: isa.id)
    for (index, value) in contexts { disassembler.contexts[index] = value }
    let lines = disassembler.disassemble(
      image.storage, labels: !arguments.has("no-labels"))
    console.write(disassembler.preamble + Disassembler.source(lines))
    return .success
  }
}
