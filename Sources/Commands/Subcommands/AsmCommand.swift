import Assembler
import ISACore

/// `popek asm`
enum AsmCommand: Command {
  static let name = "asm"
  static let summary = "assemble a text by the description's syntax"
  static let operands = "ISA FILE"
  static let operandCount = 2...2
  static let options: [CommandOption] = [
    .value("output", "OUT", letter: "o", "the image; S-records if it ends in .srec, else raw"),
    .flag("listing", "print every line with its address and units"),
    .isaPath,
  ]
  static let details = """
    A line is `label: MNEMONIC operands ; comment`; a comment may also start with //, or with * as
    the first character. Numbers are decimal, 0x, 0o or 0b, 'c' is a character, . or * the address
    of the line. Operators: + - * / % & | ^ << >> ~ and parentheses.
    Directives: .org .align .space .byte .half .word .dword .unit .ascii .asciz .ebcdic .equ .using
    .context. After `.using ADDRESS, REGISTER` an address may stand where displacement and base are
    wanted. After `.context NAME, VALUE` a decode-time variable is not as after a reset: for code of
    32 bits, ia32 wants 0 for data16, addr16 and code_16.
    A raw image starts at the lowest address used. Without -o and --listing only errors are shown.
    """
  static let examples = ["asm s360 hello.s -o hello.srec", "asm s360 hello.s --listing"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    let isa = try MachineLoader(arguments).machine(arguments.operands[0], console)
    let path = arguments.operands[1]
    let source = String(decoding: try readFile(path, limit: 1 << 26), as: UTF8.self)
    switch Assembler(isa).assemble(source) {
    case .failure(let errors):
      AssemblyMessages.write(errors, path: path, source: source, console)
      return .findings
    case .success(let output):
      if arguments.has("listing") {
        console.write(ListingText.text(output, unitWidth: output.image.unitWidth))
      }
      if let target = arguments.value("output") { try write(output.image, to: target, console) }
      return .success
    }
  }

  private static func write(
    _ image: MemoryImage, to path: String, _ console: Console
  ) throws {
    if path.hasSuffix(".srec") {
      guard let text = SRecords.write(image) else {
        throw InputError("S-records hold bytes at 32-bit addresses only")
      }
      try TemporaryFiles.write(text.utf8, to: path)
    } else {
      guard let bytes = image.rawBytes() else {
        throw InputError(
          "the gaps in the program are too large for a raw image", help: "write S-records: .srec")
      }
      try TemporaryFiles.write(bytes, to: path)
    }
    let start = String(image.start ?? 0, radix: 16, uppercase: true)
    console.note("\(path): \(image.count) units from 0x\(start)")
  }
}
